pub fn with_items(n: u32) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    const STEP: u32 = 2;
    fn twice(n: u32) -> u32 {
        n * 2
    }
    static __SITE: __kaa::Site = __kaa::Site {
        name: "with_items",
        file: ::core::file!(),
        line: 2,
        yields: &[7, 10],
    };
    enum __WithItemsState<N> {
        /// Not started.
        Start { n: N },
        /// Waiting for `ask(n + STEP)`.
        Yield1Ask,
        /// Waiting for `ask(next)`.
        Yield2Ask,
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (n,),
            move |(n,)| -> io::Result<u32> {
                let next = __kaa::output(__kaa::inprogress(ask(n + STEP)))?;
                let top = {
                    use std::cmp::max;
                    max(__kaa::output(__kaa::inprogress(ask(next)))?, STEP)
                };
                Ok(twice(top))
            },
        );
    }
    let mut __state = __WithItemsState::Start { n };
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
            match ::core::mem::replace(&mut __state, __WithItemsState::Running) {
                __WithItemsState::Start { n } => '__arm: {
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(n + STEP)));
                    __state = __WithItemsState::Yield1Ask;
                    return __kaa::result::suspended();
                }
                __WithItemsState::Yield1Ask => '__arm: {
                    let next = __resume.output(__yield1)?;
                    use std::cmp::max;
                    __resume.wait(2, __yield2, __kaa::inprogress(ask(next)));
                    __state = __WithItemsState::Yield2Ask;
                    return __kaa::result::suspended();
                }
                __WithItemsState::Yield2Ask => '__arm: {
                    let top = {
                        use std::cmp::max;
                        max(__resume.output(__yield2)?, STEP)
                    };
                    return __kaa::result::finished(Ok(twice(top)));
                }
                __WithItemsState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
