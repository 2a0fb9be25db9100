#![deny(warnings)]

use std::io;

use kaa::InProgress;

#[kaa::coroutine]
pub fn waits() -> io::Result<u32> {
    let unused = yield_!(InProgress::finished(1))?; //~ ERROR unused variable
    Ok(1)
}

fn main() {}
