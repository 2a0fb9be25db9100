use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let future = async { yield_!(InProgress::finished(1)) }; //~ ERROR in an `async` block it is `.await`
    yield_!()?;
    drop(future);
    Ok(1)
}

fn main() {}
