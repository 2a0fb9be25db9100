use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(1_u32))?.lenght(); //~ ERROR no method `lenght`
    Ok(n)
}

fn main() {}
