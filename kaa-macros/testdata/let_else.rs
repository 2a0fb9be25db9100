#[kaa::coroutine]
pub fn even(n: u32) -> io::Result<u32> {
    let mut round = 0;
    loop {
        let Ok(answer) = yield_!(ask(n + round)) else {
            break;
        };
        round += 1;
        if answer % 2 == 0 {
            return Ok(answer);
        }
    }
    Ok(0)
}
