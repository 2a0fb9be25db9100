#[kaa::coroutine]
pub fn hand_over(give: bool, text: String) -> io::Result<()> {
    let lock = Guard("lock");
    let _later = Guard("later");
    let name = text.trim();
    if give {
        drop(lock);
        note("given");
    }
    note(name);
    yield_!()?;
    note("end");
    Ok(())
}
