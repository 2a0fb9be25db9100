//! Coroutines written `-> Option<T>`.

use super::{InProgress, Manner, Resume, Site, Step, execute as run};

#[must_use]
pub fn suspended<T>() -> Option<Step<T>> {
    Some(Step::Suspended)
}

pub fn finished<T>(value: Option<T>) -> Option<Step<T>> {
    value.map(Step::Finished)
}

pub fn coroutine<T: 'static>(
    manner: impl Manner<Option<T>>,
    mut body: impl FnMut(&mut Resume) -> Option<Step<T>> + 'static,
) -> InProgress<Option<T>> {
    manner.start(move |resume| match body(resume) {
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

/// The same as a machine, where it may have to wait before it runs.
pub fn once<T>(body: impl FnOnce() -> Option<T>) -> impl FnMut(&mut Resume) -> Option<Step<T>> {
    let mut body = Some(body);
    move |_| match body.take() {
        Some(body) => finished(body()),
        None => suspended(),
    }
}
