use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let mut all = vec![1, 2];
    let last = all.last_mut().unwrap(); //~ ERROR borrowed across
    yield_!(InProgress::finished(()))?;
    *last += 1;
    Ok(all[1])
}

fn main() {}
