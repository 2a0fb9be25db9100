use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits<'a>(words: Vec<&'a str>) -> io::Result<usize> {
    //~^ ERROR an argument owns its data
    yield_!(InProgress::finished(()))?;
    Ok(words.len())
}

fn main() {}
