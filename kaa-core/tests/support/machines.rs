//! Machines as an expansion would make them, for tests that are about the runtime and not about expansions.

#![allow(dead_code, reason = "each test uses some of it")]

use kaa_core::private::{Resume, Site, Step, Witness, plain, result};
use kaa_core::{InProgress, IntoInProgress, NotFinished, Result};

pub(crate) static SITE: Site = Site { name: "sample", file: "sample.rs", line: 1, yields: &[2, 3] };

/// `let operand = start(); then(yield_!(operand))`
pub(crate) fn wait_then<V: 'static, T: 'static>(
    start: impl FnOnce() -> InProgress<V> + 'static,
    then: impl FnOnce(Result<V>) -> Result<T> + 'static,
) -> InProgress<T> {
    let (mut start, mut then) = (Some(start), Some(then));
    let yield1 = Witness::new();
    result::coroutine(
        &SITE,
        |error| error,
        move |resume: &mut Resume| {
            if let Some(start) = start.take() {
                resume.wait(1, yield1, start());
                return result::suspended();
            }
            let then = then.take().expect("resumed once");
            result::finished(then(resume.output(yield1)))
        },
    )
}

/// `loop { yield_!(next(n))?; n += 1 }`, `turns` times.
pub(crate) fn repeat<X: IntoInProgress>(
    turns: usize,
    mut next: impl FnMut(usize) -> X + 'static,
) -> InProgress<usize> {
    let mut turn = 0;
    let yield1 = Witness::new();
    plain::coroutine(&SITE, move |resume: &mut Resume| {
        if turn > 0 {
            resume.output(yield1).expect("what is repeated does not fail");
        }
        if turn == turns {
            return Step::Finished(turn);
        }
        resume.wait(1, yield1, next(turn).into_inprogress());
        turn += 1;
        Step::Suspended
    })
}

/// Gives the loop a turn before each number that it notes.
pub(crate) fn turns(number: usize, mut note: impl FnMut(usize) + 'static) -> InProgress<usize> {
    repeat(number, move |n| {
        note(n);
        NotFinished
    })
}
