use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    let mut all = vec![n];
    all.push(yield_!(InProgress::finished(1))?);
    Ok(all[0])
}

fn main() {}
