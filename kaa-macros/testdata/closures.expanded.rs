pub fn parse_later(text: &'static str) -> ::kaa::InProgress<i32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "parse_later",
        file: ::core::file!(),
        line: 2,
        yields: &[14],
    };
    enum __ParseLaterState<Text, Parse, First> {
        /// Not started.
        Start { text: Text },
        /// Waiting for `ask(text)`.
        Yield1Ask { first: First, parse: Parse },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (text,),
            move |(text,)| -> Result<i32, String> {
                let parse = |part: &str| -> Result<i32, ParseIntError> {
                    if part.is_empty() {
                        return Ok(0);
                    }
                    let n: i32 = part.parse()?;
                    Ok(n * 2)
                };
                let first = parse(text).map_err(|e| e.to_string())?;
                if first == 0 {
                    return Ok(first);
                }
                let again = __kaa::output(__kaa::inprogress(ask(text)))?;
                let second = parse(again).map_err(|e| e.to_string())?;
                if second > 100 {
                    return Err(format!("{second} is too much"));
                }
                Ok(first + second)
            },
        );
    }
    let mut __state = __ParseLaterState::Start { text };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> Result<__kaa::Step<i32>, String> {
        loop {
            match ::core::mem::replace(&mut __state, __ParseLaterState::Running) {
                __ParseLaterState::Start { text } => '__arm: {
                    let parse = |part: &str| -> Result<i32, ParseIntError> {
                        if part.is_empty() {
                            return Ok(0);
                        }
                        let n: i32 = part.parse()?;
                        Ok(n * 2)
                    };
                    let first = parse(text).map_err(|e| e.to_string())?;
                    if first == 0 {
                        return __kaa::result::finished(Ok(first));
                    }
                    __resume.wait(1, __yield1, __kaa::inprogress(ask(text)));
                    __state = __ParseLaterState::Yield1Ask {
                        parse,
                        first,
                    };
                    return __kaa::result::suspended();
                }
                __ParseLaterState::Yield1Ask { parse, first } => '__arm: {
                    let again = __resume.output(__yield1)?;
                    let second = parse(again).map_err(|e| e.to_string())?;
                    if second > 100 {
                        return __kaa::result::finished(
                            Err(format!("{second} is too much")),
                        );
                    }
                    return __kaa::result::finished(Ok(first + second));
                }
                __ParseLaterState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
