use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let all = [1, 2];
    Ok(all[yield_!(InProgress::finished(1_usize))?])
}

fn main() {}
