#[kaa::test(shuffle = "often")] //~ ERROR a number is wanted
fn waits() -> kaa::Result<()> {
    yield_!(kaa::delay(std::time::Duration::ZERO))
}

fn main() {}
