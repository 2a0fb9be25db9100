use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    if n > 1 && yield_!(InProgress::finished(true))? {

        return Ok(0);
    }
    Ok(n)
}

fn main() {}
