//! What a signature can say.

use std::error::Error;
use std::fmt;
use std::io;

use kaa::prelude::*;

/// Generic, and bounded.
#[kaa::coroutine]
pub fn generic<T, const N: usize>(values: [T; N], on: InProgress<usize>) -> kaa::Result<Option<T>>
where
    T: Clone + 'static,
{
    let at = yield_!(on)?;
    yield_!()?;
    Ok(values.get(at).cloned())
}

/// `impl Trait`.
#[kaa::coroutine]
pub fn impls(values: impl IntoIterator<Item = u32> + 'static) -> kaa::Result<u32> {
    let mut sum = 0;
    for n in values {
        sum += yield_!(InProgress::finished(n))?;
    }
    Ok(sum)
}

/// The error of `std::io`.
#[kaa::coroutine]
pub fn of_io(on: InProgress<u32>) -> io::Result<u32> {
    Ok(yield_!(on)?)
}

/// A box.
#[kaa::coroutine]
pub fn boxed(on: InProgress<u32>) -> Result<u32, Box<dyn Error + Send + Sync>> {
    let n = yield_!(on)?;
    yield_!()?;
    if n == 0 { Err("zero".into()) } else { Ok(n) }
}

/// Text.
#[kaa::coroutine]
pub fn text(on: InProgress<u32>) -> Result<u32, String> {
    yield_!(on).map_err(|error| error.to_string())
}

/// An alias without arguments.
#[kaa::coroutine]
pub fn alias(on: InProgress<()>) -> fmt::Result {
    yield_!(on).map_err(|_| fmt::Error)
}

/// An option.
#[kaa::coroutine]
pub fn option(on: InProgress<u32>) -> Option<u32> {
    let n = yield_!(on).ok()?;
    n.checked_add(1)
}

/// Attributes of the function.
#[must_use]
#[kaa::coroutine]
#[inline]
#[expect(clippy::let_and_return, reason = "an attribute of the user's")]
pub fn attributes(on: InProgress<u32>) -> kaa::Result<u32> {
    yield_!()?;
    let outcome = yield_!(on);
    outcome
}

#[kaa::coroutine]
fn private(n: u32) -> kaa::Result<u32> {
    yield_!()?;
    Ok(n)
}

/// Uses the private one.
#[kaa::coroutine]
pub fn uses_it(n: u32) -> kaa::Result<u32> {
    yield_!(private(n))
}
