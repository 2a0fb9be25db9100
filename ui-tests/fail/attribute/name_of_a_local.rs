use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let __state = yield_!(InProgress::finished(1))?; //~ ERROR names with a leading `__` are the macro's
    Ok(__state)
}

fn main() {}
