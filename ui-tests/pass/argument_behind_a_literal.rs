use std::io;

use kaa::InProgress;

fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = add(1, yield_!(InProgress::finished(2))?);
    Ok(n)
}

fn main() {
    drop(waits());
}
