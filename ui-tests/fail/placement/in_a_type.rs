use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n: yield_!(u32) = 1; //~ ERROR nothing waits in a type
    yield_!()?;
    Ok(n)
}

fn main() {}
