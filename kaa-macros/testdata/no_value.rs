#[kaa::coroutine]
fn ring(times: u32) {
    for _ in 0..times {
        if let Err(error) = yield_!(ask("ring")) {
            note(error);
        }
    }
}
