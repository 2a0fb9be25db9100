#[kaa::coroutine(interval = 5)] //~ ERROR an interval is a `Duration`
fn waits() -> kaa::Result<u32> {
    yield_!()?;
    Ok(1)
}

fn main() {
    drop(waits());
}
