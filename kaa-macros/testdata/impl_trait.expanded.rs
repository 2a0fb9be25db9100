pub fn odds(limit: &'static str) -> ::kaa::InProgress<impl Iterator<Item = u32>> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "odds",
        file: ::core::file!(),
        line: 2,
        yields: &[4],
    };
    enum __OddsState<Limit> {
        /// Not started.
        Start { limit: Limit },
        /// Waiting for `ask(limit)`.
        Yield1Ask { limit: Limit },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (limit,),
            move |(limit,)| -> io::Result<_> {
                let limit: u32 = limit.parse().map_err(io::Error::other)?;
                let limit = __kaa::output(__kaa::inprogress(ask(limit)))?;
                Ok((0..limit).filter(|n| n % 2 == 1))
            },
        );
    }
    let mut __state = __OddsState::Start { limit };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<_>> {
        loop {
            match ::core::mem::replace(&mut __state, __OddsState::Running) {
                __OddsState::Start { limit } => '__arm: {
                    macro_rules! __limit1 {
                        () => {
                            limit
                        };
                    }
                    let limit: u32 = limit.parse().map_err(io::Error::other)?;
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(limit)));
                    __state = __OddsState::Yield1Ask {
                        limit: __limit1!(),
                    };
                    return __kaa::result::suspended();
                }
                __OddsState::Yield1Ask { limit } => '__arm: {
                    let limit = __resume.output(__yield1)?;
                    return __kaa::result::finished(
                        Ok((0..limit).filter(|n| n % 2 == 1)),
                    );
                }
                __OddsState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
