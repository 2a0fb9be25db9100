use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let all: Hashmap<u32, u32> = yield_!(InProgress::finished(Default::default()))?; //~ ERROR cannot find `Hashmap`
    Ok(all.len() as u32)
}

fn main() {}
