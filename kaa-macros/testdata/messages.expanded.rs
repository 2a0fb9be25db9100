pub fn checks(n: u32) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "checks",
        file: ::core::file!(),
        line: 2,
        yields: &[3, 3, 4],
    };
    enum __ChecksState<N, Sides> {
        /// Not started.
        Start { n: N },
        /// Waiting for `ask(n)`.
        Yield1Ask { n: N },
        /// Waiting for `ask("eight")`.
        Yield2Ask { __sides: Sides, n: N },
        /// After `if let::core::option::Option::Some(__sides) = match (&yield_!(ask(n))?, &8) { (__left, __right) => if * __left != *__right { ::core::option::Option::None } else { ::core::option::Option::Some((::std::format!("{:?}", *__left),::std::format!("{:?}", *__right))) } }`.
        AfterIf1 { n: N },
        /// Waiting for `ask(n)`.
        Yield3Ask,
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (n,),
            move |(n,)| -> io::Result<u32> {
                if let ::core::option::Option::Some(__sides) = match (
                    &__kaa::output(__kaa::inprogress(ask(n)))?,
                    &8,
                ) {
                    (__left, __right) => {
                        if *__left != *__right {
                            ::core::option::Option::None
                        } else {
                            ::core::option::Option::Some((
                                ::std::format!("{:?}", * __left),
                                ::std::format!("{:?}", * __right),
                            ))
                        }
                    }
                } {
                    let __message = ::std::format!(
                        "eight {}", __kaa::output(__kaa::inprogress(ask("eight"))) ?
                    );
                    ::core::panic!(
                        "assertion `left != right` failed: {}\n  left: {}\n right: {}",
                        __message, __sides.0, __sides.1
                    )
                }
                Ok(
                    match __kaa::output(__kaa::inprogress(ask(n)))? {
                        __shown => {
                            ::std::eprintln!(
                                "[{}:{}:{}] {} = {:#?}", ::core::file!(), ::core::line!(),
                                ::core::column!(), "yield_!(ask(n))?", & __shown,
                            );
                            __shown
                        }
                    },
                )
            },
        );
    }
    let mut __state = __ChecksState::Start { n };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    let __yield3 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<u32>> {
        loop {
            match ::core::mem::replace(&mut __state, __ChecksState::Running) {
                __ChecksState::Start { n } => '__arm: {
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(n)));
                    __state = __ChecksState::Yield1Ask { n };
                    return __kaa::result::suspended();
                }
                __ChecksState::Yield1Ask { n } => '__arm: {
                    '__done1: {
                        let __sides = '__yield2ask: {
                            break '__done1 if let ::core::option::Option::Some(
                                __sides,
                            ) = match (&__resume.output(__yield1)?, &8) {
                                (__left, __right) => {
                                    if *__left != *__right {
                                        ::core::option::Option::None
                                    } else {
                                        ::core::option::Option::Some((
                                            ::std::format!("{:?}", * __left),
                                            ::std::format!("{:?}", * __right),
                                        ))
                                    }
                                }
                            } {
                                __resume.wait(2, __yield2, __kaa::inprogress(ask("eight")));
                                break '__yield2ask __sides;
                            };
                        };
                        __state = __ChecksState::Yield2Ask {
                            n,
                            __sides,
                        };
                        return __kaa::result::suspended();
                    };
                    __state = __ChecksState::AfterIf1 { n };
                }
                __ChecksState::Yield2Ask { n, __sides } => '__arm: {
                    {
                        let __sides = __sides;
                        let __message = ::std::format!(
                            "eight {}", __resume.output(__yield2) ?
                        );
                        ::core::panic!(
                            "assertion `left != right` failed: {}\n  left: {}\n right: {}",
                            __message, __sides.0, __sides.1
                        )
                    };
                    __state = __ChecksState::AfterIf1 { n };
                }
                __ChecksState::AfterIf1 { n } => '__arm: {
                    __resume.wait(3, __yield3, __kaa::inprogress(ask(n)));
                    __state = __ChecksState::Yield3Ask;
                    return __kaa::result::suspended();
                }
                __ChecksState::Yield3Ask => '__arm: {
                    return __kaa::result::finished(
                        Ok(
                            match __resume.output(__yield3)? {
                                __shown => {
                                    ::std::eprintln!(
                                        "[{}:{}:{}] {} = {:#?}", ::core::file!(), ::core::line!(),
                                        ::core::column!(), "yield_!(ask(n))?", & __shown,
                                    );
                                    __shown
                                }
                            },
                        ),
                    );
                }
                __ChecksState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
