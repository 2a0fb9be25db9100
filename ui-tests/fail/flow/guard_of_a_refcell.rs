use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(names: Rc<RefCell<Vec<String>>>) -> io::Result<usize> {
    let mut list = names.borrow_mut(); //~ ERROR held across
    list.push(String::from("ann"));
    let got = yield_!(InProgress::finished(1))?;
    Ok(got)
}

fn main() {}
