use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = Some(1).map(|n| yield_!(InProgress::finished(n))); //~ ERROR a closure cannot wait
    yield_!()?;
    Ok(n.is_some().into())
}

fn main() {}
