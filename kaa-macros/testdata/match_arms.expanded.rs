pub fn serve(lines: Vec<&'static str>) -> ::kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "serve",
        file: ::core::file!(),
        line: 2,
        yields: &[13, 16],
    };
    enum __ServeState<Lines, Served, At, Line, Last, Other, Reply> {
        /// Not started.
        Start { lines: Lines },
        /// At the head of `while at < lines.len()`.
        While1 { at: At, served: Served, lines: Lines },
        /// Waiting for `ask(last.name())`.
        Yield1Ask { last: Last, line: Line, served: Served, lines: Lines },
        /// Waiting for `ask(other.to_owned())`.
        Yield2Ask { other: Other, line: Line, at: At, served: Served, lines: Lines },
        /// After `match line`.
        AfterMatch1 { reply: Reply, line: Line, at: At, served: Served, lines: Lines },
        /// After `while at < lines.len()`.
        AfterWhile1 { served: Served, lines: Lines },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (lines,),
            move |(lines,)| -> io::Result<usize> {
                let mut served = 0;
                let mut at = 0;
                while at < lines.len() {
                    let line = lines[at];
                    at += 1;
                    let reply = match line {
                        "" => continue,
                        "ping" => "pong".to_owned(),
                        "quit" => {
                            let last = Guard("last");
                            __kaa::output(__kaa::inprogress(ask(last.name())))?;
                            break;
                        }
                        other => __kaa::output(__kaa::inprogress(ask(other.to_owned())))?,
                    };
                    note(reply);
                    served += 1;
                }
                Ok(served)
            },
        );
    }
    let mut __state = __ServeState::Start { lines };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<usize>> {
        loop {
            match ::core::mem::replace(&mut __state, __ServeState::Running) {
                __ServeState::Start { lines } => '__arm: {
                    let mut served = 0;
                    let mut at = 0;
                    __state = __ServeState::While1 {
                        lines,
                        served,
                        at,
                    };
                }
                __ServeState::While1 { lines, mut served, mut at } => '__arm: {
                    '__afterwhile1: {
                        '__while1: {
                            if at < lines.len() {
                                let line = lines[at];
                                at += 1;
                                let reply = match line {
                                    "" => break '__while1,
                                    "ping" => "pong".to_owned(),
                                    "quit" => {
                                        let last = Guard("last");
                                        __resume
                                            .wait(1, __yield1, __kaa::inprogress(ask(last.name())));
                                        let line = __kaa::keep!(line);
                                        let last = __kaa::keep!(last);
                                        __state = __ServeState::Yield1Ask {
                                            lines,
                                            served,
                                            line,
                                            last,
                                        };
                                        return __kaa::result::suspended();
                                    }
                                    other => {
                                        __resume
                                            .wait(
                                                2,
                                                __yield2,
                                                __kaa::inprogress(ask(other.to_owned())),
                                            );
                                        let line = __kaa::keep!(line);
                                        let other = __kaa::keep!(other);
                                        __state = __ServeState::Yield2Ask {
                                            lines,
                                            served,
                                            at,
                                            line,
                                            other,
                                        };
                                        return __kaa::result::suspended();
                                    }
                                };
                                let line = __kaa::keep!(line);
                                __state = __ServeState::AfterMatch1 {
                                    lines,
                                    served,
                                    at,
                                    line,
                                    reply,
                                };
                                break '__arm;
                            } else {
                                break '__afterwhile1;
                            }
                        }
                        __state = __ServeState::While1 {
                            lines,
                            served,
                            at,
                        };
                        break '__arm;
                    }
                    __state = __ServeState::AfterWhile1 {
                        lines,
                        served,
                    };
                }
                __ServeState::Yield1Ask { lines, mut served, line, last } => '__arm: {
                    '__afterwhile1: {
                        __resume.output(__yield1)?;
                        break '__afterwhile1;
                    }
                    __state = __ServeState::AfterWhile1 {
                        lines,
                        served,
                    };
                }
                __ServeState::Yield2Ask {
                    lines,
                    mut served,
                    mut at,
                    line,
                    other,
                } => '__arm: {
                    let reply = {
                        let other = other;
                        __resume.output(__yield2)?
                    };
                    __state = __ServeState::AfterMatch1 {
                        lines,
                        served,
                        at,
                        line,
                        reply,
                    };
                }
                __ServeState::AfterMatch1 {
                    lines,
                    mut served,
                    mut at,
                    line,
                    reply,
                } => '__arm: {
                    note(reply);
                    served += 1;
                    __state = __ServeState::While1 {
                        lines,
                        served,
                        at,
                    };
                }
                __ServeState::AfterWhile1 { lines, mut served } => '__arm: {
                    return __kaa::result::finished(Ok(served));
                }
                __ServeState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
