use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    yield_!(InProgress::finished(()))?;
    Ok(total) //~ ERROR cannot find `total`
}

fn main() {}
