//! Coroutines of any other type: no `?`, so the machine returns the step itself.

use super::{InProgress, Manner, Resume, Site, Step, execute as run};

#[must_use]
pub fn suspended<T>() -> Step<T> {
    Step::Suspended
}

pub fn finished<T>(value: T) -> Step<T> {
    Step::Finished(value)
}

pub fn coroutine<T: 'static>(
    manner: impl Manner<T>,
    mut body: impl FnMut(&mut Resume) -> Step<T> + 'static,
) -> InProgress<T> {
    manner.start(move |resume| match body(resume) {
        Step::Suspended => Step::Suspended,
        Step::Finished(value) => Step::Finished(Ok(value)),
    })
}

/// A body without a yield: it runs as it was written.
pub fn execute<T: 'static>(site: &'static Site, body: impl FnOnce() -> T) -> InProgress<T> {
    run(site, || Ok(body()))
}

/// The same as a machine, where it may have to wait before it runs.
pub fn once<T>(body: impl FnOnce() -> T) -> impl FnMut(&mut Resume) -> Step<T> {
    let mut body = Some(body);
    move |_| match body.take() {
        Some(body) => finished(body()),
        None => suspended(),
    }
}
