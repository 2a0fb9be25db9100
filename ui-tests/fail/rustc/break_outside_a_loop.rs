use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    if yield_!(InProgress::finished(true))? {
        break; //~ ERROR `break` outside of a loop
    }
    Ok(1)
}

fn main() {}
