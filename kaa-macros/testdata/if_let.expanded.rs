pub fn take_on(job: Option<Guard>) -> ::kaa::InProgress<()> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "take_on",
        file: ::core::file!(),
        line: 2,
        yields: &[5, 8, 10],
    };
    enum __TakeOnState<Job, Kept1, Job2> {
        /// Not started.
        Start { job: Job },
        /// Waiting for `ask(job.name())`.
        Yield1Ask { __job2: Job2, __kept1: Kept1 },
        /// Waiting for `ask("idle")`.
        Yield2Ask { __kept1: Kept1 },
        /// After `if let Some(job) = job`.
        AfterIf1 { __kept1: Kept1 },
        /// Waiting for a turn of the loop.
        Yield3 { __kept1: Kept1 },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (job,),
            move |(job,)| -> io::Result<()> {
                let _log = Guard("log");
                if let Some(job) = job {
                    __kaa::output(__kaa::inprogress(ask(job.name())))?;
                    note(job.name());
                } else {
                    __kaa::output(__kaa::inprogress(ask("idle")))?;
                }
                __kaa::output(__kaa::inprogress(::kaa::NotFinished))?;
                Ok(())
            },
        );
    }
    let mut __state = __TakeOnState::Start { job };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    let __yield3 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<()>> {
        loop {
            match ::core::mem::replace(&mut __state, __TakeOnState::Running) {
                __TakeOnState::Start { job } => '__arm: {
                    let _log = Guard("log");
                    macro_rules! __job1 {
                        () => {
                            job
                        };
                    }
                    if let Some(job) = job {
                        __resume.wait(1, __yield1, __kaa::inprogress(ask(job.name())));
                        let __kept1 = __kaa::keep!((__job1!()).unwrap(), _log);
                        __state = __TakeOnState::Yield1Ask {
                            __kept1,
                            __job2: job,
                        };
                        return __kaa::result::suspended();
                    } else {
                        __resume.wait(2, __yield2, __kaa::inprogress(ask("idle")));
                        let __kept1 = __kaa::keep!(job.unwrap(), _log);
                        __state = __TakeOnState::Yield2Ask {
                            __kept1,
                        };
                        return __kaa::result::suspended();
                    }
                }
                __TakeOnState::Yield1Ask { __kept1, __job2: job } => '__arm: {
                    __resume.output(__yield1)?;
                    note(job.name());
                    __state = __TakeOnState::AfterIf1 { __kept1 };
                }
                __TakeOnState::Yield2Ask { __kept1 } => '__arm: {
                    __resume.output(__yield2)?;
                    __state = __TakeOnState::AfterIf1 { __kept1 };
                }
                __TakeOnState::AfterIf1 { __kept1 } => '__arm: {
                    __resume.wait(3, __yield3, __kaa::inprogress(::kaa::NotFinished));
                    __state = __TakeOnState::Yield3 { __kept1 };
                    return __kaa::result::suspended();
                }
                __TakeOnState::Yield3 { __kept1 } => '__arm: {
                    __resume.output(__yield3)?;
                    return __kaa::result::finished(Ok(()));
                }
                __TakeOnState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
