use std::io;

use kaa::InProgress;

#[kaa::coroutine]
unsafe fn waits() -> io::Result<u32> {
    //~^ ERROR a coroutine cannot be unsafe
    let n = yield_!(InProgress::finished(1))?;
    Ok(n)
}

fn main() {}
