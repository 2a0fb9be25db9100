use std::rc::Rc;

#[kaa::coroutine(progress, polcy = singleton)] //~ ERROR the unknown key alone: `progress` is filled in
fn waits(progress: Rc<kaa::InProgressStatus>, n: u32) -> kaa::Result<u32> {
    progress.set(0, 1);
    yield_!()?;
    Ok(n)
}

fn main() {
    drop(waits(1));
}
