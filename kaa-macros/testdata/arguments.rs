#[kaa::coroutine]
pub fn apply_later(double: bool) -> io::Result<i32> {
    let log = Log::default();
    let n = apply(
        if double { Box::new(|n| n * 2) } else { Box::new(|n| n + 1) },
        yield_!(ask(20))?,
        |n| n.to_string(),
    );
    log.add(Guard("first"), yield_!(ask(n))?, Guard("third"));
    Ok(n)
}
