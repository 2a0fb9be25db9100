pub fn greet(text: String) -> ::kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "greet",
        file: ::core::file!(),
        line: 2,
        yields: &[10],
    };
    enum __GreetState<Text, Kept1> {
        /// Not started.
        Start { text: Text },
        /// Waiting for a turn of the loop.
        Yield1 { __kept1: Kept1, text: Text },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (text,),
            move |(text,)| -> io::Result<usize> {
                let _lock = Guard("lock");
                let name = text.trim();
                let shout = |end: &str| name.to_uppercase() + end;
                let pen = Guard("pen");
                let sign = move || note(pen.name());
                note(shout("!"));
                sign();
                __kaa::output(__kaa::inprogress(::kaa::NotFinished))?;
                note("greeted");
                Ok(text.len())
            },
        );
    }
    let mut __state = __GreetState::Start { text };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<usize>> {
        loop {
            match ::core::mem::replace(&mut __state, __GreetState::Running) {
                __GreetState::Start { text } => '__arm: {
                    let _lock = Guard("lock");
                    let name = text.trim();
                    let shout = |end: &str| name.to_uppercase() + end;
                    let pen = Guard("pen");
                    let sign = move || note(pen.name());
                    note(shout("!"));
                    sign();
                    __resume.wait(1, __yield1, __kaa::inprogress(::kaa::NotFinished));
                    let __kept1 = __kaa::keep!(_lock, name, move sign);
                    __state = __GreetState::Yield1 {
                        text,
                        __kept1,
                    };
                    return __kaa::result::suspended();
                }
                __GreetState::Yield1 { text, __kept1 } => '__arm: {
                    __resume.output(__yield1)?;
                    note("greeted");
                    return __kaa::result::finished(Ok(text.len()));
                }
                __GreetState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
