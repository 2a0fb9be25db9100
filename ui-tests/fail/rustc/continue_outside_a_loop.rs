use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    if yield_!(InProgress::finished(true))? {
        continue; //~ ERROR `continue` outside of a loop
    }
    Ok(1)
}

fn main() {}
