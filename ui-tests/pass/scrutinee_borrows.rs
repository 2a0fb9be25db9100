use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(queue: Rc<RefCell<Vec<u32>>>) -> io::Result<u32> {
    let mut sum = 0;
    while let Some(n) = queue.borrow_mut().pop() {
        sum += n;
        yield_!(InProgress::finished(()))?;
    }
    Ok(sum)
}

fn main() {}
