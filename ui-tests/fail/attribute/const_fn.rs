use std::io;

use kaa::InProgress;

#[kaa::coroutine]
const fn waits() -> io::Result<u32> {
    //~^ ERROR nothing waits in a const fn
    let n = yield_!(InProgress::finished(1))?;
    Ok(n)
}

fn main() {}
