#[kaa::coroutine]
pub fn with_items(n: u32) -> io::Result<u32> {
    const STEP: u32 = 2;
    fn twice(n: u32) -> u32 {
        n * 2
    }
    let next = yield_!(ask(n + STEP))?;
    let top = {
        use std::cmp::max;
        max(yield_!(ask(next))?, STEP)
    };
    Ok(twice(top))
}
