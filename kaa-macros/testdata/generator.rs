#[kaa::generator]
fn lines(sock: Rc<Sock>) -> io::Result<String> {
    while let Some(line) = yield_!(sock.readline())? {
        emit_!(line.to_uppercase())?;
    }
    Ok(())
}
