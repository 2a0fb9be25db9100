#[kaa::coroutine]
pub fn odds(limit: &'static str) -> io::Result<impl Iterator<Item = u32>> {
    let limit: u32 = limit.parse().map_err(io::Error::other)?;
    let limit = yield_!(ask(limit))?;
    Ok((0..limit).filter(|n| n % 2 == 1))
}
