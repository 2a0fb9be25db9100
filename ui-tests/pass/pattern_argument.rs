use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits((a, b): (u32, u32)) -> io::Result<u32> {
    yield_!(InProgress::finished(a))?;
    Ok(b)
}

fn main() {}
