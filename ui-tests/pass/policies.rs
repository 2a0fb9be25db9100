#![deny(warnings)]

use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;

struct Disk;

impl Disk {
    #[kaa::coroutine(policy = synchronized, group = "disk", interval = every, progress)]
    pub fn copy(
        self: Rc<Self>,
        every: Duration,
        progress: Rc<kaa::InProgressStatus>,
    ) -> kaa::Result<()> {
        progress.set(0, 1);
        yield_!()
    }
}

#[kaa::coroutine(policy = pass_last)]
fn after(last: Option<InProgress<Option<u32>>>) -> Option<u32> {
    last?.take_result()?.ok()?
}

fn main() {
    drop(Rc::new(Disk).copy(Duration::ZERO));
    drop(after());
}
