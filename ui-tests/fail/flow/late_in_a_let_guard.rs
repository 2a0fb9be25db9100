use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: Option<u32>) -> io::Result<u32> {
    match n {
        Some(n) if n > 1 && let Some(m) = yield_!(InProgress::finished(Some(n)))? => Ok(m), //~ ERROR
        _ => Ok(0),
    }
}

fn main() {}
