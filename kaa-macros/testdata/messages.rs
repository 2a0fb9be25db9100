#[kaa::coroutine]
pub fn checks(n: u32) -> io::Result<u32> {
    assert_ne!(yield_!(ask(n))?, 8, "eight {}", yield_!(ask("eight"))?);
    Ok(dbg!(yield_!(ask(n))?))
}
