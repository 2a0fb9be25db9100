use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    yield_!(InProgress::finished(()))?;
    Ok("text") //~ ERROR mismatched types
}

fn main() {}
