use std::rc::Rc;

#[kaa::coroutine(progress)]
fn waits(progress: Rc<kaa::InProgressStatus>) -> kaa::Result<u32> {
    progress.set(0, 1);
    yield_!()?;
    Ok(1)
}

fn main() {
    drop(waits(Rc::new(kaa::InProgressStatus::new(1)))); //~ ERROR the caller does not give it
}
