#[kaa::coroutine]
pub fn parse_later(text: &'static str) -> Result<i32, String> {
    let parse = |part: &str| -> Result<i32, ParseIntError> {
        if part.is_empty() {
            return Ok(0);
        }
        let n: i32 = part.parse()?;
        Ok(n * 2)
    };
    let first = parse(text).map_err(|e| e.to_string())?;
    if first == 0 {
        return Ok(first);
    }
    let again = yield_!(ask(text))?;
    let second = parse(again).map_err(|e| e.to_string())?;
    if second > 100 {
        return Err(format!("{second} is too much"));
    }
    Ok(first + second)
}
