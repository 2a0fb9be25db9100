use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    const N: u32 = {
        yield_!(InProgress::finished(1)); //~ ERROR nothing waits in a const
        1
    };
    yield_!()?;
    Ok(N)
}

fn main() {}
