use std::io;

use kaa::InProgress;

#[kaa::coroutine]
extern "C" fn waits() -> io::Result<u32> {
    //~^ ERROR a coroutine has no ABI
    let n = yield_!(InProgress::finished(1))?;
    Ok(n)
}

fn main() {}
