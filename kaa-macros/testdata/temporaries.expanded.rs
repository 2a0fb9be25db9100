pub fn drain(queue: Rc<RefCell<Vec<u32>>>) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "drain",
        file: ::core::file!(),
        line: 2,
        yields: &[5],
    };
    enum __DrainState<Queue, Sum, Job> {
        /// Not started.
        Start { queue: Queue },
        /// At the head of `while let Some(job) = queue.borrow_mut ().pop()`.
        While1 { sum: Sum, queue: Queue },
        /// Waiting for `ask(job * 10)`.
        Yield1Ask { job: Job, sum: Sum, queue: Queue },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (queue,),
            move |(queue,)| -> io::Result<u32> {
                let mut sum = 0;
                while let Some(job) = queue.borrow_mut().pop() {
                    sum += __kaa::output(__kaa::inprogress(ask(job * 10)))?;
                    if job > 1 {
                        queue.borrow_mut().push(job - 1);
                    }
                }
                Ok(sum)
            },
        );
    }
    let mut __state = __DrainState::Start { queue };
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
            match ::core::mem::replace(&mut __state, __DrainState::Running) {
                __DrainState::Start { queue } => '__arm: {
                    let mut sum = 0;
                    __state = __DrainState::While1 { queue, sum };
                }
                __DrainState::While1 { queue, mut sum } => '__arm: {
                    '__done1: {
                        let job = '__yield1ask: {
                            break '__done1 if let Some(job) = queue.borrow_mut().pop() {
                                __resume
                                    .wait(1, __yield1, __kaa::inprogress(ask(job * 10)));
                                break '__yield1ask job;
                            };
                        };
                        __state = __DrainState::Yield1Ask {
                            queue,
                            sum,
                            job,
                        };
                        return __kaa::result::suspended();
                    }
                    return __kaa::result::finished(Ok(sum));
                }
                __DrainState::Yield1Ask { queue, mut sum, job } => '__arm: {
                    sum += __resume.output(__yield1)?;
                    if job > 1 {
                        queue.borrow_mut().push(job - 1);
                    }
                    __state = __DrainState::While1 { queue, sum };
                }
                __DrainState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
