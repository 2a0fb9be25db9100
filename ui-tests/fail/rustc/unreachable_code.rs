#![deny(warnings)]

use std::io;

use kaa::InProgress;

#[kaa::coroutine]
pub fn waits() -> io::Result<u32> {
    yield_!(InProgress::finished(1))?;
    return Ok(1);
    yield_!()?; //~ ERROR unreachable statement
    Ok(2)
}

fn main() {}
