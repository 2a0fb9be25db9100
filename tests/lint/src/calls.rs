//! Waits inside of other expressions.

use kaa::prelude::*;

/// Waits in what it waits for.
#[kaa::coroutine]
pub fn nested(on: InProgress<InProgress<u32>>) -> kaa::Result<u32> {
    yield_!(yield_!(on)?)
}

/// Waits in operands, arguments, literals.
#[kaa::coroutine]
pub fn operands(one: InProgress<u32>, two: InProgress<u32>) -> kaa::Result<(u32, [u32; 2])> {
    let sum = yield_!(one)? + yield_!(two)?;
    let most = sum.max(yield_!(InProgress::finished(3))?);
    let array = [most, yield_!(InProgress::finished(4))?];
    Ok((sum, array))
}

/// Takes what it waited for apart.
#[kaa::coroutine]
pub fn chains(on: InProgress<Option<String>>) -> kaa::Result<usize> {
    let length = yield_!(on)?.as_deref().map_or(0, str::len);
    let text = yield_!(InProgress::finished("text"))?.to_uppercase();
    yield_!()?;
    Ok(length + text.len())
}

/// Short circuits.
#[kaa::coroutine]
pub fn circuits(n: u32, on: InProgress<bool>) -> kaa::Result<bool> {
    let both = n > 3 && yield_!(on)?;
    yield_!()?;
    Ok(both || n == 1)
}

/// Calls itself.
#[kaa::coroutine]
pub fn recursion(n: u32) -> kaa::Result<u32> {
    if n == 0 {
        return Ok(0);
    }
    let below = yield_!(recursion(n - 1))?;
    Ok(below + n)
}
