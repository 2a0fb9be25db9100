#[cfg(feature = "loud")]
#[::kaa::coroutine()]
pub fn greet(name: String) -> io::Result<usize> {
    let name = yield_!(loud(name))?;
    match yield_!(ask(name.len()))? {
        #[cfg(unix)]
        0 => Ok(1),
        n => Ok(n),
    }
}
#[cfg(not(feature = "loud"))]
#[::kaa::coroutine()]
pub fn greet(name: String) -> io::Result<usize> {
    match yield_!(ask(name.len()))? {
        #[cfg(unix)]
        0 => Ok(1),
        n => Ok(n),
    }
}
