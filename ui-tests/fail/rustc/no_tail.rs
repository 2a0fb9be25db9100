use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    yield_!(InProgress::finished(()))?; //~ ERROR remove this semicolon, or end in a value
}

fn main() {}
