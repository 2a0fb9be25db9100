pub fn answer(request: Request) -> ::kaa::InProgress<String> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "answer",
        file: ::core::file!(),
        line: 2,
        yields: &[4, 5],
    };
    enum __AnswerState<Request, Name, Path> {
        /// Not started.
        Start { request: Request },
        /// Waiting for `config_of(&name)`.
        Yield1ConfigOf { name: Name, request: Request },
        /// Waiting for `ask(request.number)`.
        Yield2Ask { path: Path, name: Name, request: Request },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (request,),
            move |(request,)| -> io::Result<String> {
                let name = request.name;
                let Config { path, .. } = __kaa::output(
                    __kaa::inprogress(config_of(&name)),
                )?;
                __kaa::output(__kaa::inprogress(ask(request.number)))?;
                Ok(name + &path)
            },
        );
    }
    let mut __state = __AnswerState::Start { request };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<String>> {
        loop {
            match ::core::mem::replace(&mut __state, __AnswerState::Running) {
                __AnswerState::Start { mut request } => '__arm: {
                    let name = request.name;
                    __kaa::refill!(name => request.name);
                    __resume.wait(1, __yield1, __kaa::inprogress(config_of(&name)));
                    __state = __AnswerState::Yield1ConfigOf {
                        request,
                        name,
                    };
                    return __kaa::result::suspended();
                }
                __AnswerState::Yield1ConfigOf { mut request, name } => '__arm: {
                    let Config { path, .. } = __resume.output(__yield1)?;
                    __resume.wait(2, __yield2, __kaa::inprogress(ask(request.number)));
                    __state = __AnswerState::Yield2Ask {
                        request,
                        name,
                        path,
                    };
                    return __kaa::result::suspended();
                }
                __AnswerState::Yield2Ask { mut request, name, path } => '__arm: {
                    __resume.output(__yield2)?;
                    return __kaa::result::finished(Ok(name + &path));
                }
                __AnswerState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
