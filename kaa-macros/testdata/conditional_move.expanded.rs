pub fn hand_over(give: bool, text: String) -> ::kaa::InProgress<()> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "hand_over",
        file: ::core::file!(),
        line: 2,
        yields: &[11],
    };
    enum __HandOverState<Give, Text, Left1, Later> {
        /// Not started.
        Start { text: Text, give: Give },
        /// Waiting for a turn of the loop.
        Yield1 { _later: Later, __left1: Left1, text: Text },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (give, text),
            move |(give, text)| -> io::Result<()> {
                let lock = Guard("lock");
                let _later = Guard("later");
                let name = text.trim();
                if give {
                    drop(lock);
                    note("given");
                }
                note(name);
                __kaa::output(__kaa::inprogress(::kaa::NotFinished))?;
                note("end");
                Ok(())
            },
        );
    }
    let mut __state = __HandOverState::Start {
        give,
        text,
    };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<()>> {
        loop {
            match ::core::mem::replace(&mut __state, __HandOverState::Running) {
                __HandOverState::Start { give, text } => '__arm: {
                    let lock = Guard("lock");
                    let __left1;
                    let _later = Guard("later");
                    let name = text.trim();
                    if give {
                        drop(lock);
                        note("given");
                        __left1 = ::core::option::Option::None;
                    } else {
                        __left1 = __kaa::keep_some!(lock);
                    }
                    note(name);
                    __resume.wait(1, __yield1, __kaa::inprogress(::kaa::NotFinished));
                    let _later = __kaa::keep!(_later);
                    __state = __HandOverState::Yield1 {
                        text,
                        __left1,
                        _later,
                    };
                    return __kaa::result::suspended();
                }
                __HandOverState::Yield1 { text, __left1, _later } => '__arm: {
                    __resume.output(__yield1)?;
                    note("end");
                    return __kaa::result::finished(Ok(()));
                }
                __HandOverState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
