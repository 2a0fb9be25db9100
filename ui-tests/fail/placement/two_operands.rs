use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(1), InProgress::finished(2))?; //~ ERROR one operand: `kaa::all((a, b))` waits for both
    Ok(n)
}

fn main() {}
