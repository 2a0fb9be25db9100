use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(text: &str) -> io::Result<usize> {
    //~^ ERROR an argument owns its data: `String` or `&'static str`
    yield_!(InProgress::finished(()))?;
    Ok(text.len())
}

fn main() {}
