use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    match n {
        n if yield_!(InProgress::finished(n))? > 1 => Ok(n), //~ ERROR bind the value first, or nest an `if`
        _ => Ok(0),
    }
}

fn main() {}
