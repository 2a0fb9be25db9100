use std::rc::Rc;

use kaa::InProgress;

struct Desk(u32);

impl Desk {
    #[kaa::coroutine]
    fn waits(self: Rc<Self>) -> kaa::Result<Rc<Self>> {
        yield_!(InProgress::finished(self.0))?;
        Ok(self)
    }

    #[kaa::coroutine]
    pub(crate) fn ends(self, by: u32) -> u32 {
        yield_!().map_or(by, |()| self.0)
    }
}

fn main() {
    drop(Rc::new(Desk(1)).waits());
    drop(Desk(1).ends(2));
}
