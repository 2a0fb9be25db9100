use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    match 1 {
        yield_!(InProgress::finished(1)) => Ok(1), //~ ERROR nothing waits in a pattern
        _ => Ok(2),
    }
}

fn main() {}
