use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    fn ask(n: u32) -> kaa::Result<u32> {
        yield_!(InProgress::finished(n)) //~ ERROR a function inside is a coroutine only by its own attribute
    }
    yield_!()?;
    Ok(ask(1)?)
}

fn main() {}
