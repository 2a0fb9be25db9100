use std::io;
use std::rc::Rc;

use kaa::InProgress;

struct Names(Vec<String>);

impl Names {
    #[kaa::coroutine]
    fn waits(self: Rc<Self>) -> io::Result<usize> {
        let mut sum = 0;
        for name in &self.0 { //~ ERROR borrowed across
            sum += yield_!(InProgress::finished(name.len()))?;
        }
        Ok(sum)
    }
}

fn main() {}
