use std::io;

use kaa::InProgress;

#[kaa::coroutine(group = jobs)] //~ ERROR a group is a string: `group = "jobs"`
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(1))?;
    Ok(n)
}

fn main() {}
