use std::io;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    let n = yield_!(1)?; //~ ERROR an integer cannot be yielded
    Ok(n)
}

fn main() {}
