use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<usize> {
    let all = Vec::new(); //~ ERROR type annotations needed
    yield_!(InProgress::finished(()))?;
    Ok(all.len())
}

fn main() {}
