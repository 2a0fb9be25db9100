#[kaa::coroutine]
pub fn straight(n: u32) -> io::Result<String> {
    let (low, high) = yield_!(bounds(n))?;
    let mut text = yield_!(ask(low))?.to_string();
    let more = yield_!(ask(yield_!(ask(high))? + 1))?;
    text += &more.to_string();
    Ok(text)
}
