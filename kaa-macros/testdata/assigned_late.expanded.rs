pub fn last_of(limits: Vec<u32>) -> ::kaa::InProgress<()> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "last_of",
        file: ::core::file!(),
        line: 2,
        yields: &[7],
    };
    enum __LastOfState<Limits, Left1, N> {
        /// Not started.
        Start { limits: Limits },
        /// At the head of `loop`.
        Loop1 { n: N, __left1: Left1, limits: Limits },
        /// Waiting for `ask(n)`.
        Yield1Ask { n: N, __left1: Left1, limits: Limits },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (limits,),
            move |(limits,)| -> io::Result<()> {
                let mut last;
                let mut n = 0;
                loop {
                    n += 1;
                    match __kaa::output(__kaa::inprogress(ask(n)))? {
                        1 => last = Guard("one"),
                        2 => {}
                        3 => {
                            last = Guard("three");
                            drop(last);
                        }
                        _ => break,
                    }
                    note("round");
                }
                Ok(())
            },
        );
    }
    let mut __state = __LastOfState::Start { limits };
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
            match ::core::mem::replace(&mut __state, __LastOfState::Running) {
                __LastOfState::Start { limits } => '__arm: {
                    let mut n = 0;
                    let __left1 = ::core::option::Option::None;
                    __state = __LastOfState::Loop1 {
                        limits,
                        __left1,
                        n,
                    };
                }
                __LastOfState::Loop1 { limits, __left1, mut n } => '__arm: {
                    n += 1;
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(n)));
                    __state = __LastOfState::Yield1Ask {
                        limits,
                        __left1,
                        n,
                    };
                    return __kaa::result::suspended();
                }
                __LastOfState::Yield1Ask { limits, mut __left1, mut n } => '__arm: {
                    let mut last;
                    '__afterloop1: {
                        match __resume.output(__yield1)? {
                            1 => {
                                if let ::core::option::Option::Some(__left) = __left1 {
                                    last = __left;
                                }
                                let __value = last = Guard("one");
                                __left1 = __kaa::keep_some!(last);
                                __value
                            }
                            2 => {}
                            3 => {
                                if let ::core::option::Option::Some(__left) = __left1 {
                                    last = __left;
                                }
                                last = Guard("three");
                                drop(last);
                                __left1 = ::core::option::Option::None;
                            }
                            _ => break '__afterloop1,
                        }
                        note("round");
                        __state = __LastOfState::Loop1 {
                            limits,
                            __left1,
                            n,
                        };
                        break '__arm;
                    }
                    return __kaa::result::finished(Ok(()));
                }
                __LastOfState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
