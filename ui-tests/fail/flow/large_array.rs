#![deny(deprecated)]

use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<usize> {
    let buffer = [0_u64; 512]; //~ ERROR it is copied at each `yield_!`
    let small = [0_u8; 16];
    yield_!(InProgress::finished(small.len()))?;
    Ok(buffer.len() + small.len())
}

fn main() {}
