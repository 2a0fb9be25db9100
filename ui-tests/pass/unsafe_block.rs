//! What waits inside of an `unsafe` block stays in one.

use kaa::InProgress;

unsafe fn letter(n: u32) -> char {
    unsafe { char::from_u32_unchecked(65 + n) }
}

#[kaa::coroutine]
fn waits(n: u32) -> kaa::Result<char> {
    let first = unsafe { letter(n) };
    let next = unsafe {
        let got = yield_!(InProgress::finished(n + 1))?;
        if n > 3 {
            yield_!()?;
        }
        letter(got)
    };
    Ok(first.max(next))
}

fn main() {
    drop(waits(1));
}
