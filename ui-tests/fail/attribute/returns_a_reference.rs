use kaa::InProgress;

#[kaa::coroutine]
fn waits(text: String) -> &str {
    //~^ ERROR what a coroutine gives owns its data
    let _ = yield_!(InProgress::finished(()));
    &text
}

fn main() {}
