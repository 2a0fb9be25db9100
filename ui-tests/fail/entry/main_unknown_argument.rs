#[kaa::main(threads = 4)] //~ ERROR unknown argument; the known one is named
fn main() -> kaa::Result<()> {
    yield_!(kaa::delay(std::time::Duration::ZERO))
}
