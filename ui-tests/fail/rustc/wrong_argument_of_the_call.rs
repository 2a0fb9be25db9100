use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    let n = yield_!(InProgress::finished(n))?;
    Ok(n)
}

fn main() {
    drop(waits("one")); //~ ERROR mismatched types
}
