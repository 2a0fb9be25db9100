use std::io;

use kaa::InProgress;

#[kaa::coroutine(policy = singleton, policy = synchronized)] //~ ERROR `policy` is given twice
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(1))?;
    Ok(n)
}

fn main() {}
