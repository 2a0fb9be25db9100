use std::cell::RefCell;
use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(names: RefCell<Vec<String>>) -> io::Result<u32> {
    match names.borrow().first() {
        Some(name) => yield_!(InProgress::finished(name.len()))?,
        None => return Ok(0),
    };
    Ok(1)
}

fn main() {}
