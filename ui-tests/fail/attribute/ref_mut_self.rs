use std::io;

use kaa::InProgress;

struct Desk {
    n: u32,
}

impl Desk {
    #[kaa::coroutine]
    fn waits(&mut self) -> io::Result<u32> {
        //~^ ERROR take `self: Rc<Self>`, or `self` by value
        let n = yield_!(InProgress::finished(self.n))?;
        Ok(n)
    }
}

fn main() {}
