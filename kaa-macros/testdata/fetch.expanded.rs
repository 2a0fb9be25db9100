pub fn fetch(site: String) -> ::kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "fetch",
        file: ::core::file!(),
        line: 2,
        yields: &[4, 5, 7, 9],
    };
    enum __FetchState<Site, Sock, Total, Chunk> {
        /// Not started.
        Start { site: Site },
        /// Waiting for `sock.connect(&site).timeout(Duration::from_secs(3))`.
        Yield1Timeout { sock: Sock, site: Site },
        /// Waiting for `sock.write("GET / HTTP/1.0\r\n\r\n")`.
        Yield2Write { sock: Sock, site: Site },
        /// At the head of `while let Some(chunk) = yield_!(sock.read())?`.
        While1 { total: Total, sock: Sock, site: Site },
        /// Waiting for `sock.read()`.
        Yield3Read { total: Total, sock: Sock, site: Site },
        /// Waiting for a turn of the loop.
        Yield4 { chunk: Chunk, total: Total, sock: Sock, site: Site },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (site,),
            move |(site,)| -> io::Result<usize> {
                let sock = Socket::new();
                __kaa::output(
                    __kaa::inprogress(
                        sock.connect(&site).timeout(Duration::from_secs(3)),
                    ),
                )?;
                __kaa::output(__kaa::inprogress(sock.write("GET / HTTP/1.0\r\n\r\n")))?;
                let mut total = 0;
                while let Some(chunk) = __kaa::output(__kaa::inprogress(sock.read()))? {
                    total += chunk.len();
                    __kaa::output(__kaa::inprogress(::kaa::NotFinished))?;
                }
                Ok(total)
            },
        );
    }
    let mut __state = __FetchState::Start { site };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    let __yield3 = __kaa::Witness::new();
    let __yield4 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<usize>> {
        loop {
            match ::core::mem::replace(&mut __state, __FetchState::Running) {
                __FetchState::Start { site } => '__arm: {
                    let sock = Socket::new();
                    __resume
                        .wait(
                            1,
                            __yield1,
                            __kaa::inprogress(
                                sock.connect(&site).timeout(Duration::from_secs(3)),
                            ),
                        );
                    __state = __FetchState::Yield1Timeout {
                        site,
                        sock,
                    };
                    return __kaa::result::suspended();
                }
                __FetchState::Yield1Timeout { site, sock } => '__arm: {
                    __resume.output(__yield1)?;
                    __resume
                        .wait(
                            2,
                            __yield2,
                            __kaa::inprogress(sock.write("GET / HTTP/1.0\r\n\r\n")),
                        );
                    __state = __FetchState::Yield2Write {
                        site,
                        sock,
                    };
                    return __kaa::result::suspended();
                }
                __FetchState::Yield2Write { site, sock } => '__arm: {
                    __resume.output(__yield2)?;
                    let mut total = 0;
                    __state = __FetchState::While1 {
                        site,
                        sock,
                        total,
                    };
                }
                __FetchState::While1 { site, sock, mut total } => '__arm: {
                    __resume.wait(3, __yield3, __kaa::inprogress(sock.read()));
                    __state = __FetchState::Yield3Read {
                        site,
                        sock,
                        total,
                    };
                    return __kaa::result::suspended();
                }
                __FetchState::Yield3Read { site, sock, mut total } => '__arm: {
                    if let Some(chunk) = __resume.output(__yield3)? {
                        total += chunk.len();
                        __resume
                            .wait(4, __yield4, __kaa::inprogress(::kaa::NotFinished));
                        let chunk = __kaa::keep!(chunk);
                        __state = __FetchState::Yield4 {
                            site,
                            sock,
                            total,
                            chunk,
                        };
                        return __kaa::result::suspended();
                    }
                    return __kaa::result::finished(Ok(total));
                }
                __FetchState::Yield4 { site, sock, mut total, chunk } => '__arm: {
                    __resume.output(__yield4)?;
                    __state = __FetchState::While1 {
                        site,
                        sock,
                        total,
                    };
                }
                __FetchState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
