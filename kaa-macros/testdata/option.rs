#[kaa::coroutine]
pub fn initial(name: &'static str) -> Option<char> {
    let answer = yield_!(ask(name)).ok()?;
    let first = answer.chars().next()?;
    Some(first)
}
