//! Coroutines written `-> Result<T, E>`.

use std::result::Result as StdResult;

use super::{Error, InProgress, Manner, Resume, Site, Step, execute as run};

/// # Errors
///
/// Never: the kind is `Result` so that the user's `?` stays as written.
pub fn suspended<T, E>() -> StdResult<Step<T>, E> {
    Ok(Step::Suspended)
}

/// # Errors
///
/// Hands the user's error on.
pub fn finished<T, E>(value: StdResult<T, E>) -> StdResult<Step<T>, E> {
    value.map(Step::Finished)
}

pub fn coroutine<T: 'static, E: 'static>(
    manner: impl Manner<T>,
    into_error: impl Fn(E) -> Error + 'static,
    mut body: impl FnMut(&mut Resume) -> StdResult<Step<T>, E> + 'static,
) -> InProgress<T> {
    manner.start(move |resume| match body(resume) {
        Ok(Step::Suspended) => Step::Suspended,
        Ok(Step::Finished(value)) => Step::Finished(Ok(value)),
        Err(error) => Step::Finished(Err(into_error(error))),
    })
}

/// A body without a yield: it runs as it was written.
pub fn execute<T: 'static, E>(
    site: &'static Site,
    into_error: impl Fn(E) -> Error,
    body: impl FnOnce() -> StdResult<T, E>,
) -> InProgress<T> {
    run(site, || body().map_err(into_error))
}

/// The same as a machine, where it may have to wait before it runs.
pub fn once<T, E>(
    body: impl FnOnce() -> StdResult<T, E>,
) -> impl FnMut(&mut Resume) -> StdResult<Step<T>, E> {
    let mut body = Some(body);
    move |_| match body.take() {
        Some(body) => finished(body()),
        None => suspended(),
    }
}
