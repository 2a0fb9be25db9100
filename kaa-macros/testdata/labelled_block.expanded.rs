pub fn first(names: Vec<&'static str>) -> ::kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "first",
        file: ::core::file!(),
        line: 2,
        yields: &[5],
    };
    enum __FirstState<Names, Iter1, Length> {
        /// Not started.
        Start { names: Names },
        /// At the head of `for name in names`.
        For1 { __iter1: Iter1 },
        /// Waiting for `ask(name)`.
        Yield1Ask { __iter1: Iter1 },
        /// After `'found: { .. }`.
        AfterBlock1 { length: Length },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (names,),
            move |(names,)| -> io::Result<usize> {
                let length = 'found: {
                    for name in names {
                        let answer = __kaa::output(__kaa::inprogress(ask(name)))?;
                        if answer != "nobody" {
                            break 'found answer.len();
                        }
                    }
                    0
                };
                Ok(length)
            },
        );
    }
    let mut __state = __FirstState::Start { names };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<usize>> {
        loop {
            match ::core::mem::replace(&mut __state, __FirstState::Running) {
                __FirstState::Start { names } => '__arm: {
                    let mut __iter1 = ::core::iter::IntoIterator::into_iter(names);
                    __state = __FirstState::For1 { __iter1 };
                }
                __FirstState::For1 { __iter1 } => '__arm: {
                    let length = {
                        {
                            let mut __iter1 = __iter1;
                            if let ::core::option::Option::Some(name) = ::core::iter::Iterator::next(
                                &mut __iter1,
                            ) {
                                __resume.wait(1, __yield1, __kaa::inprogress(ask(name)));
                                __state = __FirstState::Yield1Ask { __iter1 };
                                return __kaa::result::suspended();
                            }
                        }
                        0
                    };
                    __state = __FirstState::AfterBlock1 {
                        length,
                    };
                }
                __FirstState::Yield1Ask { __iter1 } => '__arm: {
                    let length = '__afterblock1: {
                        {
                            let mut __iter1 = __iter1;
                            {
                                let answer = __resume.output(__yield1)?;
                                if answer != "nobody" {
                                    break '__afterblock1 answer.len();
                                }
                            }
                            __state = __FirstState::For1 { __iter1 };
                            break '__arm;
                        }
                    };
                    __state = __FirstState::AfterBlock1 {
                        length,
                    };
                }
                __FirstState::AfterBlock1 { length } => '__arm: {
                    return __kaa::result::finished(Ok(length));
                }
                __FirstState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
