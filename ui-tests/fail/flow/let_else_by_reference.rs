use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(text: String) -> io::Result<usize> {
    let Some((ref first, _)) = text.split_once(' ') else { //~ ERROR
        yield_!(InProgress::finished(()))?;
        return Ok(0);
    };
    Ok(first.len())
}

fn main() {}
