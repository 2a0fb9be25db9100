#[kaa::main]
async fn main() -> kaa::Result<()> { //~ ERROR a coroutine is not an `async fn`
    yield_!()
}
