use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let Some(n) = yield_!(InProgress::finished(Some(1)))?; //~ ERROR refutable pattern
    Ok(n)
}

fn main() {}
