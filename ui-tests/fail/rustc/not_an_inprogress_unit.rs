use std::io;

#[kaa::coroutine]
fn waits() -> io::Result<u32> {
    yield_!(drop(1))?; //~ ERROR `()` cannot be yielded
    Ok(1)
}

fn main() {}
