pub fn show_all<Shown, const N: usize>(
    items: [Shown; N],
    width: impl Fn(&Shown) -> usize + 'static,
) -> ::kaa::InProgress<[usize; N]>
where
    Shown: Clone + Display + 'static,
{
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "show_all",
        file: ::core::file!(),
        line: 2,
        yields: &[12],
    };
    enum __ShowAllState<Items, Width, Widths, Shown> {
        /// Not started.
        Start { width: Width, items: Items },
        /// At the head of `while shown < N`.
        While1 { shown: Shown, widths: Widths, width: Width, items: Items },
        /// Waiting for `ask(items[shown].clone())`.
        Yield1Ask { shown: Shown, widths: Widths, width: Width, items: Items },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (items, width),
            move |(items, width)| -> io::Result<[usize; N]> {
                let mut widths = [0; N];
                let mut shown = 0;
                while shown < N {
                    let item: Shown = __kaa::output(
                        __kaa::inprogress(ask(items[shown].clone())),
                    )?;
                    widths[shown] = width(&item);
                    shown += 1;
                }
                Ok(widths)
            },
        );
    }
    let mut __state = __ShowAllState::Start {
        items,
        width,
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
    | -> io::Result<__kaa::Step<[usize; N]>> {
        loop {
            match ::core::mem::replace(&mut __state, __ShowAllState::Running) {
                __ShowAllState::Start { items, width } => '__arm: {
                    let mut widths = [0; N];
                    let mut shown = 0;
                    __state = __ShowAllState::While1 {
                        items,
                        width,
                        widths,
                        shown,
                    };
                }
                __ShowAllState::While1 {
                    items,
                    width,
                    mut widths,
                    mut shown,
                } => '__arm: {
                    if shown < N {
                        __resume
                            .wait(
                                1,
                                __yield1,
                                __kaa::inprogress(ask(items[shown].clone())),
                            );
                        __state = __ShowAllState::Yield1Ask {
                            items,
                            width,
                            widths,
                            shown,
                        };
                        return __kaa::result::suspended();
                    }
                    return __kaa::result::finished(Ok(widths));
                }
                __ShowAllState::Yield1Ask {
                    items,
                    width,
                    mut widths,
                    mut shown,
                } => '__arm: {
                    {
                        let item: Shown = __resume.output(__yield1)?;
                        widths[shown] = width(&item);
                        shown += 1;
                    }
                    __state = __ShowAllState::While1 {
                        items,
                        width,
                        widths,
                        shown,
                    };
                }
                __ShowAllState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
