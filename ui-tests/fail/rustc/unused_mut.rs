#![deny(warnings)]

use std::io;

use kaa::InProgress;

#[kaa::coroutine]
pub fn waits() -> io::Result<u32> {
    let mut n = yield_!(InProgress::finished(1))?; //~ ERROR does not need to be mutable
    Ok(n)
}

fn main() {}
