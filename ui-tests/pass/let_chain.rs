use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: Option<u32>) -> io::Result<u32> {
    if let Some(n) = n
        && yield_!(InProgress::finished(n))? > 1

    {
        return Ok(n);
    }
    Ok(0)
}

fn main() {}
