//! Ways to hold a local, or not to.

use std::cell::RefCell;
use std::rc::Rc;

use kaa::prelude::*;

/// Moved, left alone, borrowed inside of a turn.
#[kaa::coroutine]
pub fn ways(words: Vec<String>, on: InProgress<u32>) -> kaa::Result<usize> {
    let joined = words.join(" ");
    let n = yield_!(on)?;
    let length = joined.len();
    let consumed = consume(joined);
    yield_!()?;
    let first = words.first();
    let counted = first.map_or(0, String::len);
    yield_!()?;
    Ok(length + consumed + counted + usize::from(n > 0))
}

/// Held for its drop alone.
#[kaa::coroutine]
pub fn guards(shared: Rc<RefCell<Vec<u32>>>, on: InProgress<u32>) -> kaa::Result<usize> {
    let _guard = Guard(Rc::clone(&shared));
    let n = yield_!(on)?;
    shared.borrow_mut().push(n);
    yield_!()?;
    let length = shared.borrow().len();
    Ok(length)
}

/// In blocks of their own.
#[kaa::coroutine]
pub fn blocks(on: InProgress<u32>) -> kaa::Result<u32> {
    let outer = {
        let guard = Guard(Rc::default());
        let n = yield_!(on)?;
        n + u32::from(guard.0.borrow().is_empty())
    };
    yield_!()?;
    Ok(outer)
}

/// Closures, called before a wait and after it.
#[kaa::coroutine]
pub fn closures(on: InProgress<u32>, offset: u32) -> kaa::Result<u32> {
    let add = move |n: u32| n + offset;
    let before = add(1);
    let n = yield_!(on)?;
    Ok(before + add(n))
}

/// Bound by patterns.
#[kaa::coroutine]
pub fn patterns(pair: (String, u32), on: InProgress<(u32, String)>) -> kaa::Result<String> {
    let (name, n) = pair;
    let (m, mut text) = yield_!(on)?;
    yield_!()?;
    text.push_str(&name);
    Ok(format!("{text} {}", n + m))
}

struct Guard(Rc<RefCell<Vec<u32>>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.borrow_mut().clear();
    }
}

fn consume(text: String) -> usize {
    text.into_bytes().len()
}
