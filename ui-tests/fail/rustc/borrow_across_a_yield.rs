use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<usize> {
    let text = String::from("text");
    let name = text.trim().split(' ').next(); //~ NOTE borrowed here
    yield_!(InProgress::finished(()))?; //~ ERROR moved while borrowed
    Ok(name.map_or(0, str::len))
}

fn main() {}
