use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(n: u32) -> io::Result<u32> {
    let mut sum = n;
    macro_rules! add { //~ ERROR it mentions a local
        ($n:expr) => {
            sum += $n
        };
    }
    add!(yield_once());
    yield_!(InProgress::finished(1))?;
    add!(2);
    Ok(sum)
}

fn yield_once() -> u32 {
    1
}

fn main() {}
