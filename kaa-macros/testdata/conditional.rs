#[kaa::coroutine]
pub fn greet(name: String) -> io::Result<usize> {
    #[cfg(feature = "loud")]
    let name = yield_!(loud(name))?;
    match yield_!(ask(name.len()))? {
        #[cfg(unix)]
        0 => Ok(1),
        n => Ok(n),
    }
}
