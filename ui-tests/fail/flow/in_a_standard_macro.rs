use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<usize> {
    let text = format!("{}", yield_!(InProgress::finished(1))?); //~ ERROR bind the value first
    Ok(text.len())
}

fn main() {}
