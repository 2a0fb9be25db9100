use kaa::InProgress;

#[kaa::coroutine]
fn waits() -> u32 {
    let n = yield_!(InProgress::finished(1))?; //~ ERROR `?` in a coroutine that gives `u32`
    n
}

fn main() {}
