#[kaa::coroutine]
pub fn count(names: Vec<&'static str>) -> usize {
    let mut answered = 0;
    for name in names {
        if yield_!(ask(name)).is_ok_and(|answer| answer != "nobody") {
            answered += 1;
        }
    }
    answered
}
