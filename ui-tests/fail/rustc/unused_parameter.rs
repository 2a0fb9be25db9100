#![deny(warnings)]

use std::io;

use kaa::InProgress;

#[kaa::coroutine]
pub fn waits(n: u32) -> io::Result<u32> {
    //~^ ERROR unused variable
    let m = yield_!(InProgress::finished(1))?;
    Ok(m)
}

fn main() {}
