use std::io;

use kaa::InProgress;

macro_rules! twice {
    ($e:expr) => {
        $e + $e
    };
}

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = twice!(yield_!(InProgress::finished(1))?); //~ ERROR `twice!` cannot be seen into: bind the value first
    Ok(n)
}

fn main() {}
