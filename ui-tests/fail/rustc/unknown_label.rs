use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    'outer: loop {
        yield_!(InProgress::finished(()))?;
        break 'inner; //~ ERROR use of undeclared label
    }
    Ok(1)
}

fn main() {}
