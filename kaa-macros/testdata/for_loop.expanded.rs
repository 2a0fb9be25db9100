pub fn lengths(names: Vec<Guard>) -> ::kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "lengths",
        file: ::core::file!(),
        line: 2,
        yields: &[8],
    };
    enum __LengthsState<Names, Total, Iter1, Name> {
        /// Not started.
        Start { names: Names },
        /// At the head of `for name in names`.
        For1 { __iter1: Iter1, total: Total },
        /// Waiting for `ask(name.name().len())`.
        Yield1Ask { name: Name, __iter1: Iter1, total: Total },
        /// After `for name in names`.
        AfterFor1 { total: Total },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (names,),
            move |(names,)| -> io::Result<usize> {
                let mut total = 0;
                for name in names {
                    if name.name() == "skip" {
                        continue;
                    }
                    total += __kaa::output(__kaa::inprogress(ask(name.name().len())))?;
                    if total > 100 {
                        break;
                    }
                }
                note(total);
                Ok(total)
            },
        );
    }
    let mut __state = __LengthsState::Start { names };
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
            match ::core::mem::replace(&mut __state, __LengthsState::Running) {
                __LengthsState::Start { names } => '__arm: {
                    let mut total = 0;
                    let mut __iter1 = ::core::iter::IntoIterator::into_iter(names);
                    __state = __LengthsState::For1 {
                        total,
                        __iter1,
                    };
                }
                __LengthsState::For1 { mut total, mut __iter1 } => '__arm: {
                    '__afterfor1: {
                        '__for1: {
                            if let ::core::option::Option::Some(name) = ::core::iter::Iterator::next(
                                &mut __iter1,
                            ) {
                                if name.name() == "skip" {
                                    break '__for1;
                                }
                                __resume
                                    .wait(
                                        1,
                                        __yield1,
                                        __kaa::inprogress(ask(name.name().len())),
                                    );
                                let name = __kaa::keep!(name);
                                __state = __LengthsState::Yield1Ask {
                                    total,
                                    __iter1,
                                    name,
                                };
                                return __kaa::result::suspended();
                            } else {
                                break '__afterfor1;
                            }
                        }
                        __state = __LengthsState::For1 {
                            total,
                            __iter1,
                        };
                        break '__arm;
                    }
                    __state = __LengthsState::AfterFor1 { total };
                }
                __LengthsState::Yield1Ask { mut total, mut __iter1, name } => '__arm: {
                    '__afterfor1: {
                        total += __resume.output(__yield1)?;
                        if total > 100 {
                            break '__afterfor1;
                        }
                        __state = __LengthsState::For1 {
                            total,
                            __iter1,
                        };
                        break '__arm;
                    }
                    __state = __LengthsState::AfterFor1 { total };
                }
                __LengthsState::AfterFor1 { mut total } => '__arm: {
                    note(total);
                    return __kaa::result::finished(Ok(total));
                }
                __LengthsState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
