#[kaa::coroutine(policy = pass_last)]
fn counts(last: Option<kaa::InProgress<String>>) -> kaa::Result<u32> { //~ ERROR it finishes with a `u32`
    drop(last);
    yield_!()?;
    Ok(1)
}

fn main() {
    drop(counts());
}
