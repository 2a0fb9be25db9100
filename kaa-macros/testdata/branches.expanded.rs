pub fn branches(asks: bool) -> ::kaa::InProgress<String> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "branches",
        file: ::core::file!(),
        line: 2,
        yields: &[6],
    };
    enum __BranchesState<Asks, Open, Inner, Answer> {
        /// Not started.
        Start { asks: Asks },
        /// Waiting for `ask("yes")`.
        Yield1Ask { inner: Inner, _open: Open },
        /// After `if asks`.
        AfterIf1 { answer: Answer, _open: Open },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (asks,),
            move |(asks,)| -> io::Result<String> {
                let _open = Guard("open");
                let answer = if asks {
                    let inner = Guard("inner");
                    let got = __kaa::output(__kaa::inprogress(ask("yes")))?;
                    note(inner.name());
                    got
                } else {
                    "no"
                };
                note(answer);
                Ok(answer.to_owned())
            },
        );
    }
    let mut __state = __BranchesState::Start { asks };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<String>> {
        loop {
            match ::core::mem::replace(&mut __state, __BranchesState::Running) {
                __BranchesState::Start { asks } => '__arm: {
                    let _open = Guard("open");
                    let answer = if asks {
                        let inner = Guard("inner");
                        __resume.wait(1, __yield1, __kaa::inprogress(ask("yes")));
                        let _open = __kaa::keep!(_open);
                        __state = __BranchesState::Yield1Ask {
                            _open,
                            inner,
                        };
                        return __kaa::result::suspended();
                    } else {
                        "no"
                    };
                    let _open = __kaa::keep!(_open);
                    __state = __BranchesState::AfterIf1 {
                        _open,
                        answer,
                    };
                }
                __BranchesState::Yield1Ask { _open, inner } => '__arm: {
                    let answer = {
                        let inner = inner;
                        let got = __resume.output(__yield1)?;
                        note(inner.name());
                        got
                    };
                    __state = __BranchesState::AfterIf1 {
                        _open,
                        answer,
                    };
                }
                __BranchesState::AfterIf1 { _open, answer } => '__arm: {
                    note(answer);
                    return __kaa::result::finished(Ok(answer.to_owned()));
                }
                __BranchesState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
