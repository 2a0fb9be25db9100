use std::fmt;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> Result<u32, fmt::Error> {
    let n = yield_!(InProgress::finished(1))?; //~ ERROR `kaa::Error` does not convert into `fmt::Error`
    Ok(n)
}

fn main() {}
