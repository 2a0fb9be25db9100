#[kaa::coroutine]
pub fn nested(n: u32) -> io::Result<u32> {
    let x = Guard("outer");
    let sum = {
        let x = Guard("inner");
        let got = yield_!(ask(n))?;
        note(x.name());
        got + 1
    };
    note(x.name());
    let x = Guard("same scope");
    yield_!()?;
    note(x.name());
    Ok(sum)
}
