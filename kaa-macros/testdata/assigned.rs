#[kaa::coroutine]
pub fn batches(rounds: usize) -> io::Result<usize> {
    let mut sent = 0;
    let mut batch = vec![Guard("first")];
    let last;
    let mut state = Guard("idle");
    while sent < rounds {
        send(batch);
        yield_!()?;
        state = Guard("busy");
        batch = vec![Guard("next")];
        sent += 1;
    }
    last = batch.len();
    note(state.name());
    Ok(last)
}
