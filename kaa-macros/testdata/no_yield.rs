#[kaa::coroutine]
pub fn half(n: u32) -> io::Result<u32> {
    let _log = Guard("log");
    if n % 2 == 1 {
        return Err(io::Error::other("odd"));
    }
    Ok(n / 2)
}
