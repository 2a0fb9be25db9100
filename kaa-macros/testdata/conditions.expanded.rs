pub fn admit(name: String, guests: Vec<String>) -> ::kaa::InProgress<bool> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "admit",
        file: ::core::file!(),
        line: 2,
        yields: &[3, 7, 9],
    };
    enum __AdmitState<Name, Guests, Spill1> {
        /// Not started.
        Start { guests: Guests, name: Name },
        /// Waiting for `ask(name.clone())`.
        Yield1Ask { guests: Guests, name: Name },
        /// After `if name.len() > 3`.
        AfterIf1 { __spill1: Spill1, guests: Guests, name: Name },
        /// Waiting for `ask(first)`.
        Yield2Ask { guests: Guests, name: Name },
        /// Waiting for `ask("first")`.
        Yield3Ask { guests: Guests, name: Name },
        /// After `if let Some(first) = guests.first().cloned()`.
        AfterIf2 { guests: Guests, name: Name },
        /// After `'__chain2: { .. }`.
        AfterBlock2 { guests: Guests, name: Name },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (name, guests),
            move |(name, guests)| -> io::Result<bool> {
                if name.len() > 3
                    && __kaa::output(__kaa::inprogress(ask(name.clone())))? == "ann"
                    || guests.is_empty()
                {
                    return Ok(true);
                }
                if let Some(first) = guests.first().cloned()
                    && __kaa::output(__kaa::inprogress(ask(first)))? == name
                {
                    println!(
                        "{name} is {}", __kaa::output(__kaa::inprogress(ask("first"))) ?
                    );
                }
                Ok(false)
            },
        );
    }
    let mut __state = __AdmitState::Start {
        name,
        guests,
    };
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
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<bool>> {
        loop {
            match ::core::mem::replace(&mut __state, __AdmitState::Running) {
                __AdmitState::Start { name, guests } => '__arm: {
                    let mut __spill1 = if name.len() > 3 {
                        __resume.wait(1, __yield1, __kaa::inprogress(ask(name.clone())));
                        __state = __AdmitState::Yield1Ask {
                            name,
                            guests,
                        };
                        return __kaa::result::suspended();
                    } else {
                        false
                    };
                    __state = __AdmitState::AfterIf1 {
                        name,
                        guests,
                        __spill1,
                    };
                }
                __AdmitState::Yield1Ask { name, guests } => '__arm: {
                    let mut __spill1 = (__resume.output(__yield1))? == "ann";
                    __state = __AdmitState::AfterIf1 {
                        name,
                        guests,
                        __spill1,
                    };
                }
                __AdmitState::AfterIf1 { name, guests, __spill1 } => '__arm: {
                    {
                        let __condition1 = {
                            let mut __spill1 = __spill1;
                            __spill1 || guests.is_empty()
                        };
                        if __condition1 {
                            return __kaa::result::finished(Ok(true));
                        }
                    }
                    '__done1: {
                        '__yield2ask: {
                            break '__done1 if let Some(first) = guests.first().cloned() {
                                __resume.wait(2, __yield2, __kaa::inprogress(ask(first)));
                                break '__yield2ask;
                            };
                        }
                        __state = __AdmitState::Yield2Ask {
                            name,
                            guests,
                        };
                        return __kaa::result::suspended();
                    }
                    __state = __AdmitState::AfterIf2 {
                        name,
                        guests,
                    };
                }
                __AdmitState::Yield2Ask { name, guests } => '__arm: {
                    if (__resume.output(__yield2))? == name {
                        __resume.wait(3, __yield3, __kaa::inprogress(ask("first")));
                        __state = __AdmitState::Yield3Ask {
                            name,
                            guests,
                        };
                        return __kaa::result::suspended();
                    }
                    __state = __AdmitState::AfterIf2 {
                        name,
                        guests,
                    };
                }
                __AdmitState::Yield3Ask { name, guests } => '__arm: {
                    '__afterblock2: {
                        break '__afterblock2 {
                            println!("{name} is {}", (__resume.output(__yield3)) ?);
                        };
                    }
                    __state = __AdmitState::AfterBlock2 {
                        name,
                        guests,
                    };
                }
                __AdmitState::AfterIf2 { name, guests } => '__arm: {
                    {}
                    __state = __AdmitState::AfterBlock2 {
                        name,
                        guests,
                    };
                }
                __AdmitState::AfterBlock2 { name, guests } => '__arm: {
                    return __kaa::result::finished(Ok(false));
                }
                __AdmitState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
