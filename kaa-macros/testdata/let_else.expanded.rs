pub fn even(n: u32) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "even",
        file: ::core::file!(),
        line: 2,
        yields: &[5],
    };
    enum __EvenState<N, Round> {
        /// Not started.
        Start { n: N },
        /// At the head of `loop`.
        Loop1 { round: Round, n: N },
        /// Waiting for `ask(n + round)`.
        Yield1Ask { round: Round, n: N },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (n,),
            move |(n,)| -> io::Result<u32> {
                let mut round = 0;
                loop {
                    let Ok(answer) = __kaa::output(__kaa::inprogress(ask(n + round)))
                    else {
                        break;
                    };
                    round += 1;
                    if answer % 2 == 0 {
                        return Ok(answer);
                    }
                }
                Ok(0)
            },
        );
    }
    let mut __state = __EvenState::Start { n };
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
            match ::core::mem::replace(&mut __state, __EvenState::Running) {
                __EvenState::Start { n } => '__arm: {
                    let mut round = 0;
                    __state = __EvenState::Loop1 { n, round };
                }
                __EvenState::Loop1 { n, mut round } => '__arm: {
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(n + round)));
                    __state = __EvenState::Yield1Ask { n, round };
                    return __kaa::result::suspended();
                }
                __EvenState::Yield1Ask { n, mut round } => '__arm: {
                    '__afterloop1: {
                        {
                            let Ok(answer) = __resume.output(__yield1) else {
                                break '__afterloop1;
                            };
                            round += 1;
                            if answer % 2 == 0 {
                                return __kaa::result::finished(Ok(answer));
                            }
                        }
                        __state = __EvenState::Loop1 { n, round };
                        break '__arm;
                    }
                    return __kaa::result::finished(Ok(0));
                }
                __EvenState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
