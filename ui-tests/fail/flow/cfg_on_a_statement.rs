use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    #[cfg(unix)] //~ ERROR a macro cannot know whether this is there
    let n = yield_!(InProgress::finished(n + 1))?;
    Ok(n)
}

fn main() {}
