use std::io;

use kaa::InProgress;

struct Lap(u32);

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    let first = Lap(n);
    if n > 1 {
        struct Lap(&'static str); //~ ERROR it cannot be told from the other
        let lap = Lap("second");
        yield_!(InProgress::finished(lap.0.len()))?;
    }
    Ok(first.0)
}

fn main() {}
