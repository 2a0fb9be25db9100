#[kaa::coroutine]
pub fn one_by_one(n: u32) -> io::Result<()> {
    let pair = (Guard("left"), Guard("right"));
    let _later = Guard("later");
    drop(pair.0);
    yield_!(ask(n))?;
    note(pair.1.name());
    Ok(())
}
