use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    if yield_!(InProgress::finished(true))? {
        return "text"; //~ ERROR mismatched types
    }
    Ok(1)
}

fn main() {}
