use std::io;

use kaa::InProgress;

mod desk {
    #[derive(Default)]
    pub struct Desk {
        n: u32,
    }
}

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let held = yield_!(InProgress::finished(desk::Desk::default()))?;
    Ok(held.n) //~ ERROR field `n` is private
}

fn main() {}
