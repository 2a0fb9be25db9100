use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let mut all = vec![1, 2];
    let last = all.last_mut().unwrap(); //~ NOTE borrowed here
    yield_!(InProgress::finished(()))?; //~ ERROR moved while borrowed
    *last += 1;
    Ok(all[1])
}

fn main() {}
