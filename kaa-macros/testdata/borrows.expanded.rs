pub fn fill(page: Page) -> ::kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "fill",
        file: ::core::file!(),
        line: 2,
        yields: &[7, 10],
    };
    enum __FillState<Page> {
        /// Not started.
        Start { page: Page },
        /// At the head of `while lines.len() < 3`.
        While1 { page: Page },
        /// Waiting for `ask(title.len())`.
        Yield1Ask { page: Page },
        /// Waiting for a turn of the loop.
        Yield2 { page: Page },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (page,),
            move |(mut page,)| -> io::Result<usize> {
                let lines = &mut page.lines;
                let title = &page.title;
                lines.push(title.clone());
                while lines.len() < 3 {
                    let line = __kaa::output(__kaa::inprogress(ask(title.len())))?;
                    lines.push(line);
                }
                __kaa::output(__kaa::inprogress(::kaa::NotFinished))?;
                Ok(page.lines.len())
            },
        );
    }
    let mut __state = __FillState::Start { page };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<usize>> {
        loop {
            match ::core::mem::replace(&mut __state, __FillState::Running) {
                __FillState::Start { mut page } => '__arm: {
                    let lines = &mut page.lines;
                    let title = &page.title;
                    lines.push(title.clone());
                    __state = __FillState::While1 { page };
                }
                __FillState::While1 { mut page } => '__arm: {
                    let lines = &mut page.lines;
                    let title = &page.title;
                    if lines.len() < 3 {
                        __resume.wait(1, __yield1, __kaa::inprogress(ask(title.len())));
                        __state = __FillState::Yield1Ask { page };
                        return __kaa::result::suspended();
                    }
                    __resume.wait(2, __yield2, __kaa::inprogress(::kaa::NotFinished));
                    __state = __FillState::Yield2 { page };
                    return __kaa::result::suspended();
                }
                __FillState::Yield1Ask { mut page } => '__arm: {
                    let lines = &mut page.lines;
                    {
                        let line = __resume.output(__yield1)?;
                        lines.push(line);
                    }
                    __state = __FillState::While1 { page };
                }
                __FillState::Yield2 { mut page } => '__arm: {
                    __resume.output(__yield2)?;
                    return __kaa::result::finished(Ok(page.lines.len()));
                }
                __FillState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
