pub fn search(limit: u32) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "search",
        file: ::core::file!(),
        line: 2,
        yields: &[9],
    };
    enum __SearchState<Limit, Round, Lap, N> {
        /// Not started.
        Start { limit: Limit },
        /// At the head of `'outer: loop`.
        Loop1 { round: Round, limit: Limit },
        /// At the head of `loop`.
        Loop2 { n: N, _lap: Lap, round: Round, limit: Limit },
        /// Waiting for `ask(n)`.
        Yield1Ask { n: N, _lap: Lap, round: Round, limit: Limit },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (limit,),
            move |(limit,)| -> io::Result<u32> {
                let mut round = 0;
                let found = 'outer: loop {
                    let _lap = Guard("lap");
                    round += 1;
                    let mut n = 0;
                    loop {
                        let got = __kaa::output(__kaa::inprogress(ask(n)))?;
                        if got * got * round > limit {
                            break 'outer got;
                        }
                        n += 1;
                        if n > 2 {
                            break;
                        }
                    }
                    if round > 5 {
                        return Err(io::Error::other("nothing found"));
                    }
                };
                note(found);
                Ok(found)
            },
        );
    }
    let mut __state = __SearchState::Start { limit };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<u32>> {
        loop {
            match ::core::mem::replace(&mut __state, __SearchState::Running) {
                __SearchState::Start { limit } => '__arm: {
                    let mut round = 0;
                    __state = __SearchState::Loop1 {
                        limit,
                        round,
                    };
                }
                __SearchState::Loop1 { limit, mut round } => '__arm: {
                    let _lap = Guard("lap");
                    round += 1;
                    let mut n = 0;
                    let _lap = __kaa::keep!(_lap);
                    __state = __SearchState::Loop2 {
                        limit,
                        round,
                        _lap,
                        n,
                    };
                }
                __SearchState::Loop2 { limit, mut round, _lap, mut n } => '__arm: {
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(n)));
                    __state = __SearchState::Yield1Ask {
                        limit,
                        round,
                        _lap,
                        n,
                    };
                    return __kaa::result::suspended();
                }
                __SearchState::Yield1Ask { limit, mut round, _lap, n } => '__arm: {
                    let found = '__afterloop1: {
                        {
                            let _lap = _lap;
                            let mut n = n;
                            '__afterloop2: {
                                {
                                    let got = __resume.output(__yield1)?;
                                    if got * got * round > limit {
                                        break '__afterloop1 got;
                                    }
                                    n += 1;
                                    if n > 2 {
                                        break '__afterloop2;
                                    }
                                }
                                __state = __SearchState::Loop2 {
                                    limit,
                                    round,
                                    _lap,
                                    n,
                                };
                                break '__arm;
                            }
                            if round > 5 {
                                return __kaa::result::finished(
                                    Err(io::Error::other("nothing found")),
                                );
                            }
                        }
                        __state = __SearchState::Loop1 {
                            limit,
                            round,
                        };
                        break '__arm;
                    };
                    note(found);
                    return __kaa::result::finished(Ok(found));
                }
                __SearchState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
