#[kaa::coroutine(progress)] //~ ERROR it has no argument `progress`
fn waits() -> kaa::Result<u32> {
    yield_!()?;
    Ok(1)
}

fn main() {
    drop(waits());
}
