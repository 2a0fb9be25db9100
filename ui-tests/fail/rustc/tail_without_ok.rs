use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(1))?;
    n //~ ERROR mismatched types
}

fn main() {}
