#![deny(warnings)]

use std::io;

use kaa::InProgress;

#[kaa::coroutine]
pub fn waits() -> io::Result<u32> {
    yield_!(InProgress::finished(1)); //~ ERROR unused `Result` that must be used
    Ok(1)
}

fn main() {}
