struct Handle;

#[kaa::coroutine(policy = singleton)]
fn opens() -> kaa::Result<Handle> { //~ ERROR each caller of a singleton gets a clone
    yield_!()?;
    Ok(Handle)
}

fn main() {
    drop(opens());
}
