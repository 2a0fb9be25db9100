use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n: u32;
    if yield_!(InProgress::finished(true))? {
        n = 1;
    }
    Ok(n) //~ ERROR possibly not initialised
}

fn main() {}
