#[kaa::coroutine]
pub fn search(limit: u32) -> io::Result<u32> {
    let mut round = 0;
    let found = 'outer: loop {
        let _lap = Guard("lap");
        round += 1;
        let mut n = 0;
        loop {
            let got = yield_!(ask(n))?;
            if got * got * round > limit {
                break 'outer got;
            }
            n += 1;
            if n > 2 {
                break;
            }
        }
        if round > 5 {
            return Err(io::Error::other("nothing found"));
        }
    };
    note(found);
    Ok(found)
}
