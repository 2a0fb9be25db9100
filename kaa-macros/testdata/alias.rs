#[kaa::coroutine]
pub fn write_later(n: u32) -> fmt::Result {
    let n = yield_!(ask(n)).map_err(|_| fmt::Error)?;
    let mut text = String::new();
    write!(text, "{n}")?;
    note(text);
    Ok(())
}
