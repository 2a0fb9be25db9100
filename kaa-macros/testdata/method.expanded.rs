pub fn greet(self: Rc<Self>, by: &'static str) -> ::kaa::InProgress<Rc<Self>> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "greet",
        file: ::core::file!(),
        line: 2,
        yields: &[3],
    };
    enum __GreetState<This, By> {
        /// Not started.
        Start { by: By, __self: This },
        /// Waiting for `ask(self.name.clone())`.
        Yield1Ask { by: By, __self: This },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (by,),
            move |(by,)| -> io::Result<Rc<Self>> {
                let name = __kaa::output(__kaa::inprogress(ask(self.name.clone())))?;
                self.greeted.set(self.greeted.get() + Self::STEP);
                note(format_args!("{by} greets {name}"));
                Ok(self)
            },
        );
    }
    let mut __state = __GreetState::Start {
        __self: self,
        by,
    };
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
    | -> io::Result<__kaa::Step<Rc<Self>>> {
        loop {
            match ::core::mem::replace(&mut __state, __GreetState::Running) {
                __GreetState::Start { __self, by } => '__arm: {
                    __resume
                        .wait(1, __yield1, __kaa::inprogress(ask(__self.name.clone())));
                    __state = __GreetState::Yield1Ask {
                        __self,
                        by,
                    };
                    return __kaa::result::suspended();
                }
                __GreetState::Yield1Ask { __self, by } => '__arm: {
                    let name = (__resume.output(__yield1))?;
                    __self.greeted.set(__self.greeted.get() + Self::STEP);
                    note(format_args!("{by} greets {name}"));
                    return __kaa::result::finished(Ok(__self));
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
