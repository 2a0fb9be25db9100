#[kaa::coroutine(policy, interval, group)] //~ ERROR each of them needs a value
fn waits() -> kaa::Result<u32> {
    yield_!()?;
    Ok(1)
}

fn main() {
    drop(waits());
}
