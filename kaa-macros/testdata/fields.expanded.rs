pub fn one_by_one(n: u32) -> ::kaa::InProgress<()> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "one_by_one",
        file: ::core::file!(),
        line: 2,
        yields: &[6],
    };
    enum __OneByOneState<N, Pair1, Later> {
        /// Not started.
        Start { n: N },
        /// Waiting for `ask(n)`.
        Yield1Ask { _later: Later, __pair_1: Pair1 },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (n,),
            move |(n,)| -> io::Result<()> {
                let pair = (Guard("left"), Guard("right"));
                let _later = Guard("later");
                drop(pair.0);
                __kaa::output(__kaa::inprogress(ask(n)))?;
                note(pair.1.name());
                Ok(())
            },
        );
    }
    let mut __state = __OneByOneState::Start { n };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<()>> {
        loop {
            match ::core::mem::replace(&mut __state, __OneByOneState::Running) {
                __OneByOneState::Start { n } => '__arm: {
                    let __pair_1;
                    let __pair_0;
                    (__pair_0, __pair_1) = (Guard("left"), Guard("right"));
                    let _later = Guard("later");
                    drop(__pair_0);
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(n)));
                    let _later = __kaa::keep!(_later);
                    __state = __OneByOneState::Yield1Ask {
                        __pair_1,
                        _later,
                    };
                    return __kaa::result::suspended();
                }
                __OneByOneState::Yield1Ask { __pair_1, _later } => '__arm: {
                    __resume.output(__yield1)?;
                    note(__pair_1.name());
                    return __kaa::result::finished(Ok(()));
                }
                __OneByOneState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
