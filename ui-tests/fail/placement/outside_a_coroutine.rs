use kaa::InProgress;
use kaa::prelude::*;

fn main() {
    let n = yield_!(InProgress::finished(1)); //~ ERROR outside a coroutine; `wait()` runs the loop
    drop(n);
}
