use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    assert!(n > 1, "{}", yield_!(InProgress::finished(n))?); //~ ERROR evaluated only if the assertion fails
    Ok(n)
}

fn main() {}
