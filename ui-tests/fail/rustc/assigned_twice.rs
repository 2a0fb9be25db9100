use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(1))?;
    n = 2; //~ ERROR cannot assign twice to an immutable variable
    yield_!()?;
    Ok(n)
}

fn main() {}
