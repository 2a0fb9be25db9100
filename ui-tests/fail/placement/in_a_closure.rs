use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let ask = |n| yield_!(InProgress::finished(n)); //~ ERROR a closure cannot wait: make it a coroutine
    let n = ask(1)?;
    yield_!()?;
    Ok(n)
}

fn main() {}
