pub fn write_later(
    n: u32,
) -> ::kaa::InProgress<<fmt::Result as ::kaa::__private::Kind>::Value> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "write_later",
        file: ::core::file!(),
        line: 2,
        yields: &[3],
    };
    enum __WriteLaterState<N> {
        /// Not started.
        Start { n: N },
        /// Waiting for `ask(n)`.
        Yield1Ask,
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (n,),
            move |(n,)| -> fmt::Result {
                let n = __kaa::output(__kaa::inprogress(ask(n)))
                    .map_err(|_| fmt::Error)?;
                let mut text = String::new();
                write!(text, "{n}")?;
                note(text);
                Ok(())
            },
        );
    }
    let mut __state = __WriteLaterState::Start { n };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |
        __resume: &mut __kaa::Resume,
    | -> <fmt::Result as __kaa::Kind>::With<
        __kaa::Step<<fmt::Result as __kaa::Kind>::Value>,
    > {
        loop {
            match ::core::mem::replace(&mut __state, __WriteLaterState::Running) {
                __WriteLaterState::Start { n } => '__arm: {
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(n)));
                    __state = __WriteLaterState::Yield1Ask;
                    return __kaa::result::suspended();
                }
                __WriteLaterState::Yield1Ask => '__arm: {
                    let n = __resume.output(__yield1).map_err(|_| fmt::Error)?;
                    let mut text = String::new();
                    write!(text, "{n}")?;
                    note(text);
                    return __kaa::result::finished(Ok(()));
                }
                __WriteLaterState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
