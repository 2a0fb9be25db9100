#[kaa::coroutine]
pub fn take_on(job: Option<Guard>) -> io::Result<()> {
    let _log = Guard("log");
    if let Some(job) = job {
        yield_!(ask(job.name()))?;
        note(job.name());
    } else {
        yield_!(ask("idle"))?;
    }
    yield_!()?;
    Ok(())
}
