use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> kaa::Result<u32> {
    let awaited = InProgress::finished(1);
    yield_!(awaited)?;
    yield_!(awaited) //~ ERROR use of a moved value
}

fn main() {}
