pub fn admit(entry: Option<u32>) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "admit",
        file: ::core::file!(),
        line: 2,
        yields: &[4, 5, 5],
    };
    enum __AdmitState<Entry> {
        /// Not started.
        Start { entry: Entry },
        /// Waiting for `look_up(n)`.
        Yield1LookUp { entry: Entry },
        /// Waiting for `ask(0)`.
        Yield2Ask { entry: Entry },
        /// Waiting for `ask(1)`.
        Yield3Ask { entry: Entry },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (entry,),
            move |(entry,)| -> io::Result<u32> {
                match entry {
                    Some(
                        n,
                    ) if let Some(m) = __kaa::output(__kaa::inprogress(look_up(n)))? => {
                        Ok(n + m)
                    }
                    Some(0 | 1) if __kaa::output(__kaa::inprogress(ask(0)))? == 1 => {
                        Ok(__kaa::output(__kaa::inprogress(ask(1)))?)
                    }
                    _ => Ok(0),
                }
            },
        );
    }
    let mut __state = __AdmitState::Start { entry };
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
            match ::core::mem::replace(&mut __state, __AdmitState::Running) {
                __AdmitState::Start { entry } => '__arm: {
                    return __kaa::result::finished('__done1: {
                        '__yield2ask: {
                            '__yield1lookup: {
                                break '__done1 match entry {
                                    Some(
                                        n,
                                    ) if {
                                        __resume.wait(1, __yield1, __kaa::inprogress(look_up(n)));
                                        break '__yield1lookup;
                                    } => ::core::unreachable!(),
                                    Some(
                                        0 | 1,
                                    ) if {
                                        __resume.wait(2, __yield2, __kaa::inprogress(ask(0)));
                                        break '__yield2ask;
                                    } => ::core::unreachable!(),
                                    _ => Ok(0),
                                };
                            }
                            __state = __AdmitState::Yield1LookUp {
                                entry,
                            };
                            return __kaa::result::suspended();
                        }
                        __state = __AdmitState::Yield2Ask { entry };
                        return __kaa::result::suspended();
                    });
                }
                __AdmitState::Yield1LookUp { entry } => '__arm: {
                    return __kaa::result::finished('__done1: {
                        '__yield2ask: {
                            break '__done1 match entry {
                                Some(n) if let Some(m) = __resume.output(__yield1)? => {
                                    Ok(n + m)
                                }
                                Some(
                                    0 | 1,
                                ) if {
                                    __resume.wait(2, __yield2, __kaa::inprogress(ask(0)));
                                    break '__yield2ask;
                                } => ::core::unreachable!(),
                                _ => Ok(0),
                                _ => ::core::unreachable!(),
                            };
                        }
                        __state = __AdmitState::Yield2Ask { entry };
                        return __kaa::result::suspended();
                    });
                }
                __AdmitState::Yield2Ask { entry } => '__arm: {
                    return __kaa::result::finished('__done1: {
                        '__yield3ask: {
                            break '__done1 {
                                let mut __entered = false;
                                match entry {
                                    Some(
                                        0 | 1,
                                    ) if !__entered
                                        && {
                                            __entered = true;
                                            __resume.output(__yield2)? == 1
                                        } => {
                                        __resume.wait(3, __yield3, __kaa::inprogress(ask(1)));
                                        break '__yield3ask;
                                    }
                                    _ => Ok(0),
                                    _ => ::core::unreachable!(),
                                }
                            };
                        }
                        __state = __AdmitState::Yield3Ask { entry };
                        return __kaa::result::suspended();
                    });
                }
                __AdmitState::Yield3Ask { entry } => '__arm: {
                    return __kaa::result::finished(Ok(__resume.output(__yield3)?));
                }
                __AdmitState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
