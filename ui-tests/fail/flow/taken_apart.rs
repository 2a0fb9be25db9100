use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(pair: (Vec<Box<dyn Fn()>>, Box<dyn Fn()>)) -> io::Result<u32> {
    let (a, b) = pair;
    yield_!(InProgress::finished(a.len()))?; //~ ERROR `pair` was taken apart
    drop(b);
    Ok(1)
}

fn main() {}
