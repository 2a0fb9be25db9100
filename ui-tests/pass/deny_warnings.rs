//! Nothing that the macro writes is warned of.
#![deny(warnings, missing_docs, unused_qualifications, unreachable_pub)]
#![forbid(unsafe_code)]

use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(_unused: String, n: u32) -> io::Result<u32> {
    let mut sum = 0;
    for i in 0..n {
        let got = yield_!(InProgress::finished(i))?;
        if got == 1 {
            continue;
        }
        sum += got;
    }
    Ok(sum)
}

fn main() {
    drop(waits(String::new(), 3));
}
