#[kaa::test(realtime)] //~ ERROR unknown argument; the known ones are named
fn waits() -> kaa::Result<()> {
    yield_!(kaa::delay(std::time::Duration::ZERO))
}

fn main() {}
