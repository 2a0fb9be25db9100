//! What else may stand on a function or in its signature when it becomes a coroutine.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use kaa::InProgress;
use kaa::prelude::*;

trait Service {
    fn call(self: Rc<Self>, n: u32) -> InProgress<u32>;
    fn named(name: String) -> InProgress<usize>;
}

struct Counting(Cell<u32>);

impl Service for Counting {
    #[kaa::coroutine]
    fn call(self: Rc<Self>, n: u32) -> kaa::Result<u32> {
        let n = yield_!(InProgress::finished(n))?;
        self.0.set(self.0.get() + n);
        yield_!()?;
        Ok(self.0.get())
    }

    #[kaa::coroutine]
    fn named(name: String) -> usize {
        let _ = yield_!();
        name.len()
    }
}

#[test]
fn methods_of_a_trait() {
    let service = Rc::new(Counting(Cell::new(1)));
    assert_eq!(Rc::clone(&service).call(2).wait().unwrap(), 3);
    assert_eq!(service.call(3).wait().unwrap(), 6);
    assert_eq!(Counting::named("ann".into()).wait().unwrap(), 3);
}

mod outer {
    pub(crate) mod inner {
        #[kaa::coroutine]
        pub(in crate::outer) fn restricted(n: u32) -> kaa::Result<u32> {
            kaa::yield_!(kaa::InProgress::finished(n))
        }
    }

    pub(crate) fn called(n: u32) -> kaa::InProgress<u32> {
        inner::restricted(n)
    }
}

#[test]
fn restricted_visibility() {
    assert_eq!(outer::called(3).wait().unwrap(), 3);
}

#[cfg(test)]
#[kaa::coroutine]
fn conditional(n: u32) -> kaa::Result<u32> {
    yield_!(InProgress::finished(n))
}

#[cfg(not(test))]
#[kaa::coroutine]
fn conditional(n: String) -> kaa::Result<u32> {
    yield_!(InProgress::finished(n))
}

#[test]
fn conditions_on_the_function() {
    assert_eq!(conditional(3).wait().unwrap(), 3);
}

/// As in an `async fn`, the body is not called by who calls the function.
#[track_caller]
#[kaa::coroutine]
fn tracked() -> u32 {
    let _ = yield_!();
    Location::caller().line()
}

#[test]
fn the_caller_is_not_tracked_into_the_body() {
    let line = line!();
    let found = tracked().wait().unwrap();
    assert_ne!(found, line + 1);
}

#[kaa::coroutine]
fn factorial(n: u64) -> kaa::Result<u64> {
    if n == 0 {
        return Ok(1);
    }
    Ok(n * yield_!(factorial(n - 1))?)
}

#[test]
fn recursion() {
    assert_eq!(factorial(20).wait().unwrap(), 2_432_902_008_176_640_000);
}
