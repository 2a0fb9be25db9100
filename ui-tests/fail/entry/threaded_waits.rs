use kaa::prelude::*;

#[kaa::threaded]
fn nap() -> kaa::Result<()> {
    yield_!(kaa::delay(std::time::Duration::ZERO)) //~ ERROR it is no coroutine
}

fn main() {}
