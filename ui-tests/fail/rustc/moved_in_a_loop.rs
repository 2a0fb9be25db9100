use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<()> {
    let text = String::from("text");
    loop {
        drop(text); //~ ERROR moved in the previous lap
        yield_!(InProgress::finished(()))?;
    }
}

fn main() {}
