//! One thing after the other.

use kaa::prelude::*;

/// Has nothing to wait for.
#[kaa::coroutine]
pub fn no_yield(n: u32) -> kaa::Result<u32> {
    Ok(n + 1)
}

/// Waits once, for its value.
#[kaa::coroutine]
pub fn tail(on: InProgress<u32>) -> kaa::Result<u32> {
    yield_!(on)
}

/// Waits and throws the values away.
#[kaa::coroutine]
pub fn statements(one: InProgress<()>, two: InProgress<u32>) -> kaa::Result<()> {
    yield_!(one)?;
    let _: u32 = yield_!(two)?;
    yield_!()?;
    Ok(())
}

/// Holds something over its waits.
#[kaa::coroutine]
pub fn holds(name: String, on: InProgress<u32>, then: InProgress<u32>) -> kaa::Result<String> {
    let guard = std::rc::Rc::new(name);
    let first = yield_!(on)?;
    let text = format!("{guard} {first}");
    let second = yield_!(then)?;
    Ok(format!("{text} {second} {}", guard.len()))
}

/// Ends early.
#[kaa::coroutine]
pub fn returns(on: InProgress<u32>) -> kaa::Result<u32> {
    let n = yield_!(on)?;
    if n > 3 {
        return Ok(3);
    }
    yield_!()?;
    Ok(n)
}

/// Gives nothing.
#[kaa::coroutine]
pub fn nothing(on: InProgress<()>) {
    if yield_!(on).is_ok() {
        drop(yield_!());
    }
}

/// Waits for a socket, like a program.
#[kaa::coroutine]
pub fn fetch(site: String, limit: std::time::Duration) -> kaa::Result<usize> {
    let sock = Socket::new();
    yield_!(sock.connect(&site).timeout(limit))?;
    let _: usize = yield_!(sock.write("GET / HTTP/1.0\r\n\r\n"))?;
    let mut total = 0;
    while let Some(chunk) = yield_!(sock.read())? {
        total += chunk.len();
        yield_!()?;
    }
    Ok(total)
}

/// One after the other, each when it is asked for.
#[kaa::generator]
pub fn numbers(upto: u32, on: InProgress<u32>) -> kaa::Result<u32> {
    let first = yield_!(on)?;
    for n in first..upto {
        emit_!(n)?;
    }
    Ok(())
}
