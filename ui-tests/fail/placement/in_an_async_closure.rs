use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let ask = async |n: u32| yield_!(InProgress::finished(n)); //~ ERROR in an `async` closure it is `.await`
    yield_!()?;
    drop(ask);
    Ok(1)
}

fn main() {}
