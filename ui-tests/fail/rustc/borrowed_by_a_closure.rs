use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(text: String) -> io::Result<usize> {
    let length = || text.len(); //~ NOTE borrowed here
    yield_!(InProgress::finished(()))?; //~ ERROR moved while borrowed
    Ok(length())
}

fn main() {}
