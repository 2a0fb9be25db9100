use std::io;

use kaa::InProgress;

use kaa::prelude::*;

macro_rules! wait {
    ($e:expr) => {
        yield_!($e)?
    };
}

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    yield_!()?;
    let n = wait!(InProgress::finished(1)); //~ ERROR the `yield_!` in `wait!` is outside a coroutine
    Ok(n)
}

fn main() {}
