use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    yield_!(let n = 1;)?; //~ ERROR an expression is expected
    Ok(1)
}

fn main() {}
