//! Coroutines of any other type: no `?`, so the machine returns the step itself.

use super::{InProgress, Resume, Site, Step, execute as run, start};

#[must_use]
pub fn suspended<T>() -> Step<T> {
    Step::Suspended
}

pub fn finished<T>(value: T) -> Step<T> {
    Step::Finished(value)
}

pub fn coroutine<T: 'static>(
    site: &'static Site,
    mut body: impl FnMut(&mut Resume) -> Step<T> + 'static,
) -> InProgress<T> {
    start(site, move |resume| match body(resume) {
        Step::Suspended => Step::Suspended,
        Step::Finished(value) => Step::Finished(Ok(value)),
    })
}

/// A body without a yield: it runs as it was written.
pub fn execute<T: 'static>(site: &'static Site, body: impl FnOnce() -> T) -> InProgress<T> {
    run(site, || Ok(body()))
}
