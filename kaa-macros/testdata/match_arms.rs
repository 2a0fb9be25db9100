#[kaa::coroutine]
pub fn serve(lines: Vec<&'static str>) -> io::Result<usize> {
    let mut served = 0;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        let reply = match line {
            "" => continue,
            "ping" => "pong".to_owned(),
            "quit" => {
                let last = Guard("last");
                yield_!(ask(last.name()))?;
                break;
            }
            other => yield_!(ask(other.to_owned()))?,
        };
        note(reply);
        served += 1;
    }
    Ok(served)
}
