fn lines(sock: Rc<Sock>) -> ::kaa::Generator<String> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    let __generator = __kaa::emitter::<String>(&__SITE);
    let __emit = ::core::clone::Clone::clone(&__generator);
    static __SITE: __kaa::Site = __kaa::Site {
        name: "lines",
        file: ::core::file!(),
        line: 2,
        yields: &[3, 4],
    };
    enum __LinesState<Sock, Emit, Line> {
        /// Not started.
        Start { __emit: Emit, sock: Sock },
        /// At the head of `while let Some(line) = yield_!(sock.readline())?`.
        While1 { __emit: Emit, sock: Sock },
        /// Waiting for `sock.readline()`.
        Yield1Readline { __emit: Emit, sock: Sock },
        /// Waiting for `__kaa::emit(&__emit, line.to_uppercase())`.
        Yield2Emit { line: Line, __emit: Emit, sock: Sock },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (sock, __emit),
            move |(sock, __emit)| -> io::Result<()> {
                while let Some(line) = __kaa::output(
                    __kaa::inprogress(sock.readline()),
                )? {
                    __kaa::output(
                        __kaa::inprogress(__kaa::emit(&__emit, line.to_uppercase())),
                    )?;
                }
                Ok(())
            },
        );
    }
    let mut __state = __LinesState::Start {
        sock,
        __emit,
    };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<()>> {
        loop {
            match ::core::mem::replace(&mut __state, __LinesState::Running) {
                __LinesState::Start { sock, __emit } => '__arm: {
                    __state = __LinesState::While1 {
                        sock,
                        __emit,
                    };
                }
                __LinesState::While1 { sock, __emit } => '__arm: {
                    __resume.wait(1, __yield1, __kaa::inprogress(sock.readline()));
                    __state = __LinesState::Yield1Readline {
                        sock,
                        __emit,
                    };
                    return __kaa::result::suspended();
                }
                __LinesState::Yield1Readline { sock, __emit } => '__arm: {
                    if let Some(line) = __resume.output(__yield1)? {
                        __resume
                            .wait(
                                2,
                                __yield2,
                                __kaa::inprogress(__kaa::emit(&__emit, line.to_uppercase())),
                            );
                        let line = __kaa::keep!(line);
                        __state = __LinesState::Yield2Emit {
                            sock,
                            __emit,
                            line,
                        };
                        return __kaa::result::suspended();
                    }
                    return __kaa::result::finished(Ok(()));
                }
                __LinesState::Yield2Emit { sock, __emit, line } => '__arm: {
                    __resume.output(__yield2)?;
                    __state = __LinesState::While1 {
                        sock,
                        __emit,
                    };
                }
                __LinesState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __generator
        .generator(
            __kaa::result::coroutine(
                &__SITE,
                |__error| __kaa::Failure(__error).into_error(),
                __body,
            ),
        )
}
