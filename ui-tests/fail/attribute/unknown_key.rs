use std::io;

use kaa::InProgress;

#[kaa::coroutine(polcy = singleton)] //~ ERROR unknown key `polcy`; the known ones are named
fn waits() -> io::Result<u32> {
    let n = yield_!(InProgress::finished(1))?;
    Ok(n)
}

fn main() {}
