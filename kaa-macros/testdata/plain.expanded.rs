pub fn count(names: Vec<&'static str>) -> ::kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "count",
        file: ::core::file!(),
        line: 2,
        yields: &[5],
    };
    enum __CountState<Names, Answered, Iter1> {
        /// Not started.
        Start { names: Names },
        /// At the head of `for name in names`.
        For1 { __iter1: Iter1, answered: Answered },
        /// Waiting for `ask(name)`.
        Yield1Ask { __iter1: Iter1, answered: Answered },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (names,),
            move |(names,)| -> usize {
                let mut answered = 0;
                for name in names {
                    if __kaa::output(__kaa::inprogress(ask(name)))
                        .is_ok_and(|answer| answer != "nobody")
                    {
                        answered += 1;
                    }
                }
                answered
            },
        );
    }
    let mut __state = __CountState::Start { names };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> __kaa::Step<usize> {
        loop {
            match ::core::mem::replace(&mut __state, __CountState::Running) {
                __CountState::Start { names } => '__arm: {
                    let mut answered = 0;
                    let mut __iter1 = ::core::iter::IntoIterator::into_iter(names);
                    __state = __CountState::For1 {
                        answered,
                        __iter1,
                    };
                }
                __CountState::For1 { mut answered, __iter1 } => '__arm: {
                    {
                        let mut __iter1 = __iter1;
                        if let ::core::option::Option::Some(name) = ::core::iter::Iterator::next(
                            &mut __iter1,
                        ) {
                            __resume.wait(1, __yield1, __kaa::inprogress(ask(name)));
                            __state = __CountState::Yield1Ask {
                                answered,
                                __iter1,
                            };
                            return __kaa::plain::suspended();
                        }
                    }
                    return __kaa::plain::finished(answered);
                }
                __CountState::Yield1Ask { mut answered, mut __iter1 } => '__arm: {
                    if __resume.output(__yield1).is_ok_and(|answer| answer != "nobody") {
                        answered += 1;
                    }
                    __state = __CountState::For1 {
                        answered,
                        __iter1,
                    };
                }
                __CountState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::plain::coroutine(&__SITE, __body)
}
