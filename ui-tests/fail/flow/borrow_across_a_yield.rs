use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<usize> {
    let text = String::from("text");
    let name = text.trim().split(' ').next(); //~ ERROR borrowed across
    yield_!(InProgress::finished(()))?;
    Ok(name.map_or(0, str::len))
}

fn main() {}
