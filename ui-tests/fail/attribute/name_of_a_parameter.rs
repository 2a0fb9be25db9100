use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(__n: u32) -> io::Result<u32> {
    //~^ ERROR names with a leading `__` are the macro's
    let n = yield_!(InProgress::finished(__n))?;
    Ok(n)
}

fn main() {}
