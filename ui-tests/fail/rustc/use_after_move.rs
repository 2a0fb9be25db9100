use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<usize> {
    let text = String::from("text");
    drop(text);
    yield_!(InProgress::finished(()))?;
    Ok(text.len()) //~ ERROR use of a moved value
}

fn main() {}
