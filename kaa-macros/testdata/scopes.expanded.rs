pub fn nested(n: u32) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "nested",
        file: ::core::file!(),
        line: 2,
        yields: &[6, 12],
    };
    enum __NestedState<N, X, X2, Sum, X3> {
        /// Not started.
        Start { n: N },
        /// Waiting for `ask(n)`.
        Yield1Ask { __x2: X2, x: X },
        /// Waiting for a turn of the loop.
        Yield2 { __x3: X3, sum: Sum, x: X },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (n,),
            move |(n,)| -> io::Result<u32> {
                let x = Guard("outer");
                let sum = {
                    let x = Guard("inner");
                    let got = __kaa::output(__kaa::inprogress(ask(n)))?;
                    note(x.name());
                    got + 1
                };
                note(x.name());
                let x = Guard("same scope");
                __kaa::output(__kaa::inprogress(::kaa::NotFinished))?;
                note(x.name());
                Ok(sum)
            },
        );
    }
    let mut __state = __NestedState::Start { n };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<u32>> {
        loop {
            match ::core::mem::replace(&mut __state, __NestedState::Running) {
                __NestedState::Start { n } => '__arm: {
                    let x = Guard("outer");
                    macro_rules! __x1 {
                        () => {
                            x
                        };
                    }
                    let x = Guard("inner");
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(n)));
                    __state = __NestedState::Yield1Ask {
                        x: __x1!(),
                        __x2: x,
                    };
                    return __kaa::result::suspended();
                }
                __NestedState::Yield1Ask { x, __x2 } => '__arm: {
                    let sum = {
                        let x = __x2;
                        let got = __resume.output(__yield1)?;
                        note(x.name());
                        got + 1
                    };
                    note(x.name());
                    macro_rules! __x1 {
                        () => {
                            x
                        };
                    }
                    let x = Guard("same scope");
                    __resume.wait(2, __yield2, __kaa::inprogress(::kaa::NotFinished));
                    __state = __NestedState::Yield2 {
                        x: __x1!(),
                        sum,
                        __x3: x,
                    };
                    return __kaa::result::suspended();
                }
                __NestedState::Yield2 { x: __x1, sum, __x3: x } => '__arm: {
                    __resume.output(__yield2)?;
                    note(x.name());
                    return __kaa::result::finished(Ok(sum));
                }
                __NestedState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
