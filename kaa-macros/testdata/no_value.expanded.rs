fn ring(times: u32) -> ::kaa::InProgress<()> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "ring",
        file: ::core::file!(),
        line: 2,
        yields: &[4],
    };
    enum __RingState<Times, Iter1, Item1> {
        /// Not started.
        Start { times: Times },
        /// At the head of `for _ in 0..times`.
        For1 { __iter1: Iter1 },
        /// Waiting for `ask("ring")`.
        Yield1Ask { __item1: Item1, __iter1: Iter1 },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (times,),
            move |(times,)| -> () {
                for _ in 0..times {
                    if let Err(error) = __kaa::output(__kaa::inprogress(ask("ring"))) {
                        note(error);
                    }
                }
            },
        );
    }
    let mut __state = __RingState::Start { times };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> __kaa::Step<()> {
        loop {
            match ::core::mem::replace(&mut __state, __RingState::Running) {
                __RingState::Start { times } => '__arm: {
                    let mut __iter1 = ::core::iter::IntoIterator::into_iter(0..times);
                    __state = __RingState::For1 { __iter1 };
                }
                __RingState::For1 { mut __iter1 } => '__arm: {
                    if let ::core::option::Option::Some(__item1) = ::core::iter::Iterator::next(
                        &mut __iter1,
                    ) {
                        __resume.wait(1, __yield1, __kaa::inprogress(ask("ring")));
                        let __item1 = __kaa::keep!(__item1);
                        __state = __RingState::Yield1Ask {
                            __iter1,
                            __item1,
                        };
                        return __kaa::plain::suspended();
                    }
                    return __kaa::plain::finished(());
                }
                __RingState::Yield1Ask { mut __iter1, __item1 } => '__arm: {
                    if let Err(error) = __resume.output(__yield1) {
                        note(error);
                    }
                    __state = __RingState::For1 { __iter1 };
                }
                __RingState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::plain::coroutine(&__SITE, __body)
}
