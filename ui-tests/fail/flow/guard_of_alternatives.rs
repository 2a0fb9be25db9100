use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(pair: (Option<u32>, Option<u32>)) -> io::Result<u32> {
    match pair {
        (Some(n), _) | (_, Some(n)) if yield_!(InProgress::finished(n > 1))? => Ok(n), //~ ERROR
        _ => Ok(0),
    }
}

fn main() {}
