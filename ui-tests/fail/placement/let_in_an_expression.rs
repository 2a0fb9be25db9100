use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: Option<u32>) -> io::Result<bool> {
    let is_some = (let Some(_) = n); //~ ERROR a condition is what it may stand in
    yield_!(InProgress::finished(()))?;
    Ok(is_some)
}

fn main() {}
