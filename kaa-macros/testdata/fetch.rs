#[kaa::coroutine]
pub fn fetch(site: String) -> io::Result<usize> {
    let sock = Socket::new();
    yield_!(sock.connect(&site).timeout(Duration::from_secs(3)))?;
    yield_!(sock.write("GET / HTTP/1.0\r\n\r\n"))?;
    let mut total = 0;
    while let Some(chunk) = yield_!(sock.read())? {
        total += chunk.len();
        yield_!()?;
    }
    Ok(total)
}
