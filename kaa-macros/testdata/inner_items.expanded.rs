pub fn counts(n: u32) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "counts",
        file: ::core::file!(),
        line: 2,
        yields: &[8],
    };
    enum __CountsState<N, Sum, Iter1, Lap2> {
        /// Not started.
        Start { n: N },
        /// At the head of `for lap in 0..n`.
        For1 { __iter1: Iter1, sum: Sum },
        /// Waiting for `ask(lap.0)`.
        Yield1Ask { __lap2: Lap2, __iter1: Iter1, sum: Sum },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (n,),
            move |(n,)| -> io::Result<u32> {
                let mut sum = 0;
                for lap in 0..n {
                    static LAPS: AtomicU32 = AtomicU32::new(0);
                    struct Lap(u32);
                    let lap = Lap(lap);
                    sum
                        += __kaa::output(__kaa::inprogress(ask(lap.0)))?
                            + LAPS.fetch_add(1, Ordering::Relaxed);
                }
                Ok(sum)
            },
        );
    }
    let mut __state = __CountsState::Start { n };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<u32>> {
        static LAPS: AtomicU32 = AtomicU32::new(0);
        struct Lap(u32);
        loop {
            match ::core::mem::replace(&mut __state, __CountsState::Running) {
                __CountsState::Start { n } => '__arm: {
                    let mut sum = 0;
                    let mut __iter1 = ::core::iter::IntoIterator::into_iter(0..n);
                    __state = __CountsState::For1 {
                        sum,
                        __iter1,
                    };
                }
                __CountsState::For1 { mut sum, __iter1 } => '__arm: {
                    {
                        let mut __iter1 = __iter1;
                        if let ::core::option::Option::Some(lap) = ::core::iter::Iterator::next(
                            &mut __iter1,
                        ) {
                            let lap = Lap(lap);
                            __resume.wait(1, __yield1, __kaa::inprogress(ask(lap.0)));
                            let __lap2 = __kaa::keep!(lap);
                            __state = __CountsState::Yield1Ask {
                                sum,
                                __iter1,
                                __lap2,
                            };
                            return __kaa::result::suspended();
                        }
                    }
                    return __kaa::result::finished(Ok(sum));
                }
                __CountsState::Yield1Ask { mut sum, mut __iter1, __lap2 } => '__arm: {
                    sum
                        += __resume.output(__yield1)?
                            + LAPS.fetch_add(1, Ordering::Relaxed);
                    __state = __CountsState::For1 {
                        sum,
                        __iter1,
                    };
                }
                __CountsState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
