#[kaa::coroutine]
pub fn count_down(mut left: u32) -> io::Result<&'static str> {
    while left > 0 {
        if left % 2 == 0 {
            yield_!(ask(left))?;
        }
        left -= 1;
    }
    Ok("lift off")
}
