#[kaa::coroutine(progress)]
fn waits(progress: u32) -> kaa::Result<u32> { //~ ERROR it is an `Rc<InProgressStatus>`
    yield_!()?;
    Ok(progress)
}

fn main() {
    drop(waits());
}
