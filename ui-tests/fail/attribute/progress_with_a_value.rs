#[kaa::coroutine(progress = true)] //~ ERROR `progress` stands alone
fn waits() -> kaa::Result<u32> {
    yield_!()?;
    Ok(1)
}

fn main() {
    drop(waits());
}
