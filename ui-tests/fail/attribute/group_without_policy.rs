#[kaa::coroutine(group = "jobs")] //~ ERROR a group needs a policy
fn waits() -> kaa::Result<u32> {
    yield_!()?;
    Ok(1)
}

fn main() {
    drop(waits());
}
