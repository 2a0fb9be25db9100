#[kaa::coroutine]
pub fn greet(text: String) -> io::Result<usize> {
    let _lock = Guard("lock");
    let name = text.trim();
    let shout = |end: &str| name.to_uppercase() + end;
    let pen = Guard("pen");
    let sign = move || note(pen.name());
    note(shout("!"));
    sign();
    yield_!()?;
    note("greeted");
    Ok(text.len())
}
