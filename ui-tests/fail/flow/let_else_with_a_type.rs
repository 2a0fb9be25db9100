use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: Option<u32>) -> io::Result<u32> {
    let Some(n): Option<u32> = n else { //~ ERROR its bindings could not be handed out of a `match`
        yield_!(InProgress::finished(()))?;
        return Ok(0);
    };
    Ok(n)
}

fn main() {}
