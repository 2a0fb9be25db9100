#![deny(missing_docs)]
//! Attributes of the user's stay on the function.

use kaa::InProgress;

/// Doubles `n`, later.
#[must_use]
#[kaa::coroutine]
#[inline]
pub fn doubled(n: u32) -> kaa::Result<u32> {
    #[allow(unused_variables, reason = "the attribute of a statement")]
    let unused = yield_!(InProgress::finished(n))?;
    Ok(n * 2)
}

fn main() {
    drop(doubled(1));
}
