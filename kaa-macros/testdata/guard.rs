#[kaa::coroutine]
pub fn admit(entry: Option<u32>) -> io::Result<u32> {
    match entry {
        Some(n) if let Some(m) = yield_!(look_up(n))? => Ok(n + m),
        Some(0 | 1) if yield_!(ask(0))? == 1 => Ok(yield_!(ask(1))?),
        _ => Ok(0),
    }
}
