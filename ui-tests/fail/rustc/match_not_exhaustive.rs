use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    match yield_!(InProgress::finished(Some(1)))? {
        //~^ ERROR `None` is not covered
        Some(n) => {
            yield_!()?;
            Ok(n)
        }
    }
}

fn main() {}
