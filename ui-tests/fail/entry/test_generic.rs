#[kaa::test]
fn waits<T>() -> kaa::Result<()> { //~ ERROR nobody calls it with type arguments
    yield_!(kaa::delay(std::time::Duration::ZERO))
}

fn main() {}
