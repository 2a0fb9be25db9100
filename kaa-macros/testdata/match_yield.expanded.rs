pub fn connect(site: String) -> ::kaa::InProgress<()> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "connect",
        file: ::core::file!(),
        line: 2,
        yields: &[4],
    };
    enum __ConnectState<Site, Sock> {
        /// Not started.
        Start { site: Site },
        /// Waiting for `sock.connect(&site).timeout(Duration::from_secs(3))`.
        Yield1Timeout { sock: Sock, site: Site },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (site,),
            move |(site,)| -> kaa::Result<()> {
                let sock = Socket::new();
                match __kaa::output(
                    __kaa::inprogress(
                        sock.connect(&site).timeout(Duration::from_secs(3)),
                    ),
                ) {
                    Ok(()) => println!("Connected to remote site successfully"),
                    Err(e) => println!("Connect failed: {e}"),
                }
                Ok(())
            },
        );
    }
    let mut __state = __ConnectState::Start { site };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> kaa::Result<__kaa::Step<()>> {
        loop {
            match ::core::mem::replace(&mut __state, __ConnectState::Running) {
                __ConnectState::Start { site } => '__arm: {
                    let sock = Socket::new();
                    __resume
                        .wait(
                            1,
                            __yield1,
                            __kaa::inprogress(
                                sock.connect(&site).timeout(Duration::from_secs(3)),
                            ),
                        );
                    let sock = __kaa::keep!(sock);
                    __state = __ConnectState::Yield1Timeout {
                        site,
                        sock,
                    };
                    return __kaa::result::suspended();
                }
                __ConnectState::Yield1Timeout { site, sock } => '__arm: {
                    match __resume.output(__yield1) {
                        Ok(()) => println!("Connected to remote site successfully"),
                        Err(e) => println!("Connect failed: {e}"),
                    }
                    return __kaa::result::finished(Ok(()));
                }
                __ConnectState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
