use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: Option<u32>) -> io::Result<u32> {
    let Some(n) = n else {
        yield_!(InProgress::finished(()))?;
        return Ok(0);
    };
    Ok(n)
}

fn main() {}
