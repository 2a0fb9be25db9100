use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits<T>(value: T) -> io::Result<u32> {
    //~^ ERROR `T` may not live long enough
    yield_!(InProgress::finished(()))?;
    drop(value);
    Ok(1)
}

fn main() {}
