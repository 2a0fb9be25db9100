#[kaa::coroutine]
pub fn last_of(limits: Vec<u32>) -> io::Result<()> {
    let mut last;
    let mut n = 0;
    loop {
        n += 1;
        match yield_!(ask(n))? {
            1 => last = Guard("one"),
            2 => {}
            3 => {
                last = Guard("three");
                drop(last);
            }
            _ => break,
        }
        note("round");
    }
    Ok(())
}
