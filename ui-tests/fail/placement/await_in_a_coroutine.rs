use std::future;
use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = future::ready(3).await; //~ ERROR it is no `async fn`
    yield_!(InProgress::finished(()))?;
    Ok(n)
}

fn main() {}
