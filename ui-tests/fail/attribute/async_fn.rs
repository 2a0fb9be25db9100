use std::io;

use kaa::InProgress;

#[kaa::coroutine]
async fn waits() -> io::Result<u32> {
    //~^ ERROR an async fn waits by itself
    let n = yield_!(InProgress::finished(1))?;
    Ok(n)
}

fn main() {}
