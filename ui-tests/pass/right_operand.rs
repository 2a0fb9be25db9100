use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    let n = n + yield_!(InProgress::finished(2))?;
    Ok(n)
}

fn main() {}
