use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(yield_!(InProgress::finished(1))?))?;
    Ok(n)
}

fn main() {
    drop(waits());
}
