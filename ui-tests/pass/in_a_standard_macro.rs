use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<usize> {
    let text = format!("{}", yield_!(InProgress::finished(1))?);
    Ok(text.len())
}

fn main() {}
