#[kaa::coroutine]
pub fn counts(n: u32) -> io::Result<u32> {
    let mut sum = 0;
    for lap in 0..n {
        static LAPS: AtomicU32 = AtomicU32::new(0);
        struct Lap(u32);
        let lap = Lap(lap);
        sum += yield_!(ask(lap.0))? + LAPS.fetch_add(1, Ordering::Relaxed);
    }
    Ok(sum)
}
