use std::io;

use kaa::InProgress;

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {}
}

#[kaa::coroutine]
fn waits(give: bool, guard: Guard) -> io::Result<u32> {
    if give {
        drop(guard);
    }
    yield_!(InProgress::finished(()))?;
    Ok(1)
}

fn main() {}
