pub fn count_down(left: u32) -> ::kaa::InProgress<&'static str> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "count_down",
        file: ::core::file!(),
        line: 2,
        yields: &[5],
    };
    enum __CountDownState<Left> {
        /// Not started.
        Start { left: Left },
        /// At the head of `while left > 0`.
        While1 { left: Left },
        /// Waiting for `ask(left)`.
        Yield1Ask { left: Left },
        /// After `if left % 2 == 0`.
        AfterIf1 { left: Left },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (left,),
            move |(mut left,)| -> io::Result<&'static str> {
                while left > 0 {
                    if left % 2 == 0 {
                        __kaa::output(__kaa::inprogress(ask(left)))?;
                    }
                    left -= 1;
                }
                Ok("lift off")
            },
        );
    }
    let mut __state = __CountDownState::Start { left };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |
        __resume: &mut __kaa::Resume,
    | -> io::Result<__kaa::Step<&'static str>> {
        loop {
            match ::core::mem::replace(&mut __state, __CountDownState::Running) {
                __CountDownState::Start { mut left } => '__arm: {
                    __state = __CountDownState::While1 { left };
                }
                __CountDownState::While1 { mut left } => '__arm: {
                    if left > 0 {
                        if left % 2 == 0 {
                            __resume.wait(1, __yield1, __kaa::inprogress(ask(left)));
                            __state = __CountDownState::Yield1Ask {
                                left,
                            };
                            return __kaa::result::suspended();
                        }
                        __state = __CountDownState::AfterIf1 { left };
                        break '__arm;
                    }
                    return __kaa::result::finished(Ok("lift off"));
                }
                __CountDownState::Yield1Ask { mut left } => '__arm: {
                    __resume.output(__yield1)?;
                    __state = __CountDownState::AfterIf1 { left };
                }
                __CountDownState::AfterIf1 { mut left } => '__arm: {
                    left -= 1;
                    __state = __CountDownState::While1 { left };
                }
                __CountDownState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
