#[kaa::coroutine]
pub fn branches(asks: bool) -> io::Result<String> {
    let _open = Guard("open");
    let answer = if asks {
        let inner = Guard("inner");
        let got = yield_!(ask("yes"))?;
        note(inner.name());
        got
    } else {
        "no"
    };
    note(answer);
    Ok(answer.to_owned())
}
