pub fn straight(n: u32) -> ::kaa::InProgress<String> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "straight",
        file: ::core::file!(),
        line: 2,
        yields: &[3, 4, 5, 5],
    };
    enum __StraightState<N, High, Text> {
        /// Not started.
        Start { n: N },
        /// Waiting for `bounds(n)`.
        Yield1Bounds,
        /// Waiting for `ask(low)`.
        Yield2Ask { high: High },
        /// Waiting for `ask(high)`.
        Yield4Ask { text: Text },
        /// Waiting for `ask(yield_!(ask(high))? + 1)`.
        Yield3Ask { text: Text },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (n,),
            move |(n,)| -> io::Result<String> {
                let (low, high) = __kaa::output(__kaa::inprogress(bounds(n)))?;
                let mut text = __kaa::output(__kaa::inprogress(ask(low)))?.to_string();
                let more = __kaa::output(
                    __kaa::inprogress(
                        ask(__kaa::output(__kaa::inprogress(ask(high)))? + 1),
                    ),
                )?;
                text += &more.to_string();
                Ok(text)
            },
        );
    }
    let mut __state = __StraightState::Start { n };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    let __yield4 = __kaa::Witness::new();
    let __yield3 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<String>> {
        loop {
            match ::core::mem::replace(&mut __state, __StraightState::Running) {
                __StraightState::Start { n } => '__arm: {
                    __resume.wait(1, __yield1, __kaa::inprogress(bounds(n)));
                    __state = __StraightState::Yield1Bounds;
                    return __kaa::result::suspended();
                }
                __StraightState::Yield1Bounds => '__arm: {
                    let (low, high) = __resume.output(__yield1)?;
                    __resume.wait(2, __yield2, __kaa::inprogress(ask(low)));
                    __state = __StraightState::Yield2Ask { high };
                    return __kaa::result::suspended();
                }
                __StraightState::Yield2Ask { high } => '__arm: {
                    let mut text = __resume.output(__yield2)?.to_string();
                    __resume.wait(4, __yield4, __kaa::inprogress(ask(high)));
                    __state = __StraightState::Yield4Ask { text };
                    return __kaa::result::suspended();
                }
                __StraightState::Yield4Ask { mut text } => '__arm: {
                    let __awaited = __kaa::inprogress(
                        ask(__resume.output(__yield4)? + 1),
                    );
                    __resume.wait(3, __yield3, __awaited);
                    __state = __StraightState::Yield3Ask { text };
                    return __kaa::result::suspended();
                }
                __StraightState::Yield3Ask { mut text } => '__arm: {
                    let more = __resume.output(__yield3)?;
                    text += &more.to_string();
                    return __kaa::result::finished(Ok(text));
                }
                __StraightState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
