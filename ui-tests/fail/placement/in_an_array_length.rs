use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let all = [0; {
        yield_!(InProgress::finished(1)); //~ ERROR nothing waits in the length of an array
        2
    }];
    yield_!()?;
    Ok(all[0])
}

fn main() {}
