pub fn initial(name: &'static str) -> ::kaa::InProgress<Option<char>> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "initial",
        file: ::core::file!(),
        line: 2,
        yields: &[3],
    };
    enum __InitialState<Name> {
        /// Not started.
        Start { name: Name },
        /// Waiting for `ask(name)`.
        Yield1Ask,
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (name,),
            move |(name,)| -> Option<char> {
                let answer = __kaa::output(__kaa::inprogress(ask(name))).ok()?;
                let first = answer.chars().next()?;
                Some(first)
            },
        );
    }
    let mut __state = __InitialState::Start { name };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> Option<__kaa::Step<char>> {
        loop {
            match ::core::mem::replace(&mut __state, __InitialState::Running) {
                __InitialState::Start { name } => '__arm: {
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(name)));
                    __state = __InitialState::Yield1Ask;
                    return __kaa::option::suspended();
                }
                __InitialState::Yield1Ask => '__arm: {
                    let answer = __resume.output(__yield1).ok()?;
                    let first = answer.chars().next()?;
                    return __kaa::option::finished(Some(first));
                }
                __InitialState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::option::coroutine(&__SITE, __body)
}
