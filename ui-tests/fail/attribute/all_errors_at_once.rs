use std::io;

use kaa::InProgress;

#[kaa::coroutine(polcy = singleton, goup = "jobs")] //~ ERROR both keys are reported
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(1))?;
    Ok(n)
}

fn main() {}
