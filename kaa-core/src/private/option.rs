//! Coroutines written `-> Option<T>`.

use super::{InProgress, Resume, Site, Step, execute as run, start};

#[must_use]
pub fn suspended<T>() -> Option<Step<T>> {
    Some(Step::Suspended)
}

pub fn finished<T>(value: Option<T>) -> Option<Step<T>> {
    value.map(Step::Finished)
}

pub fn coroutine<T: 'static>(
    site: &'static Site,
    mut body: impl FnMut(&mut Resume) -> Option<Step<T>> + 'static,
) -> InProgress<Option<T>> {
    start(site, move |resume| match body(resume) {
        Some(Step::Suspended) => Step::Suspended,
        Some(Step::Finished(value)) => Step::Finished(Ok(Some(value))),
        None => Step::Finished(Ok(None)),
    })
}

/// A body without a yield: it runs as it was written.
pub fn execute<T: 'static>(
    site: &'static Site,
    body: impl FnOnce() -> Option<T>,
) -> InProgress<Option<T>> {
    run(site, || Ok(body()))
}
