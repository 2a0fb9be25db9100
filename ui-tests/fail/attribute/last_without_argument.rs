#[kaa::coroutine(policy = pass_last)] //~ ERROR it has no argument `last`
fn waits() -> kaa::Result<u32> {
    yield_!()?;
    Ok(1)
}

fn main() {
    drop(waits());
}
