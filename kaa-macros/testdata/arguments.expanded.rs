pub fn apply_later(double: bool) -> ::kaa::InProgress<i32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "apply_later",
        file: ::core::file!(),
        line: 2,
        yields: &[6, 9],
    };
    enum __ApplyLaterState<Double, Log, Spill1, N, Spill2> {
        /// Not started.
        Start { double: Double },
        /// Waiting for `ask(20)`.
        Yield1Ask { __spill1: Spill1, log: Log },
        /// Waiting for `ask(n)`.
        Yield2Ask { __spill2: Spill2, n: N, log: Log },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (double,),
            move |(double,)| -> io::Result<i32> {
                let log = Log::default();
                let n = apply(
                    if double { Box::new(|n| n * 2) } else { Box::new(|n| n + 1) },
                    __kaa::output(__kaa::inprogress(ask(20)))?,
                    |n| n.to_string(),
                );
                log.add(
                    Guard("first"),
                    __kaa::output(__kaa::inprogress(ask(n)))?,
                    Guard("third"),
                );
                Ok(n)
            },
        );
    }
    let mut __state = __ApplyLaterState::Start { double };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<i32>> {
        loop {
            match ::core::mem::replace(&mut __state, __ApplyLaterState::Running) {
                __ApplyLaterState::Start { double } => '__arm: {
                    let log = Log::default();
                    let __expected1 = __kaa::Expected::new();
                    if false {
                        __kaa::never(
                            apply(
                                __expected1.hole(),
                                __kaa::output(__kaa::inprogress(ask(20)))?,
                                |n| n.to_string(),
                            ),
                        );
                    }
                    let mut __spill1 = __expected1
                        .is(
                            if double {
                                Box::new(|n| n * 2)
                            } else {
                                Box::new(|n| n + 1)
                            },
                        );
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(20)));
                    __state = __ApplyLaterState::Yield1Ask {
                        log,
                        __spill1,
                    };
                    return __kaa::result::suspended();
                }
                __ApplyLaterState::Yield1Ask { log, __spill1 } => '__arm: {
                    let n = {
                        let mut __spill1 = __spill1;
                        apply(__spill1, __resume.output(__yield1)?, |n| n.to_string())
                    };
                    let __expected2 = __kaa::Expected::new();
                    if false {
                        __kaa::never(
                            log
                                .add(
                                    __expected2.hole(),
                                    __kaa::output(__kaa::inprogress(ask(n)))?,
                                    Guard("third"),
                                ),
                        );
                    }
                    let mut __spill2 = __expected2.is(Guard("first"));
                    __resume.wait(2, __yield2, __kaa::inprogress(ask(n)));
                    __state = __ApplyLaterState::Yield2Ask {
                        log,
                        n,
                        __spill2,
                    };
                    return __kaa::result::suspended();
                }
                __ApplyLaterState::Yield2Ask { log, n, __spill2 } => '__arm: {
                    {
                        let mut __spill2 = __spill2;
                        log.add(__spill2, __resume.output(__yield2)?, Guard("third"));
                    }
                    return __kaa::result::finished(Ok(n));
                }
                __ApplyLaterState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
