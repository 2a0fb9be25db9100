pub fn sign(names: Vec<String>, pen: Option<Guard>) -> ::kaa::InProgress<String> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "sign",
        file: ::core::file!(),
        line: 2,
        yields: &[6],
    };
    enum __SignState<Names, Kept1, Pen, Kept2, Write> {
        /// Not started.
        Start { pen: Pen, names: Names },
        /// Waiting for `ask(line)`.
        Yield1Ask { write: Write, __kept2: Kept2, __kept1: Kept1 },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (names, pen),
            move |(names, pen)| -> io::Result<String> {
                let line: String = names.into_iter().map(|name| name + ";").collect();
                let pen = pen.unwrap();
                let write = move |text: &str| note(
                    format_args!("{text} by {}", pen.name()),
                );
                let signed = __kaa::output(__kaa::inprogress(ask(line)))?;
                write(&signed);
                Ok(signed)
            },
        );
    }
    let mut __state = __SignState::Start { names, pen };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<String>> {
        loop {
            match ::core::mem::replace(&mut __state, __SignState::Running) {
                __SignState::Start { names, pen } => '__arm: {
                    let line: String = names
                        .into_iter()
                        .map(|name| name + ";")
                        .collect();
                    macro_rules! __pen1 {
                        () => {
                            pen
                        };
                    }
                    let pen = pen.unwrap();
                    let write = move |text: &str| note(
                        format_args!("{text} by {}", pen.name()),
                    );
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(line)));
                    let __kept1 = __kaa::keep!(names.into_iter());
                    let __kept2 = __kaa::keep!((__pen1!()).unwrap());
                    __state = __SignState::Yield1Ask {
                        __kept1,
                        __kept2,
                        write,
                    };
                    return __kaa::result::suspended();
                }
                __SignState::Yield1Ask { __kept1, __kept2, write } => '__arm: {
                    let signed = __resume.output(__yield1)?;
                    write(&signed);
                    return __kaa::result::finished(Ok(signed));
                }
                __SignState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
