//! Calls put off to the next turn of the loop.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::Location;

use crate::current::current;

/// A call, and the place that asked for it.
pub(crate) struct Call {
    pub(crate) run: Box<dyn FnOnce()>,
    pub(crate) asked_at: &'static Location<'static>,
}

/// The calls that wait for the next turn, oldest first.
#[derive(Default)]
pub(crate) struct Calls(RefCell<VecDeque<Call>>);

impl Calls {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn take_oldest(&self) -> Option<Call> {
        self.0.borrow_mut().pop_front()
    }

    pub(crate) fn take_newest(&self) -> Option<Call> {
        self.0.borrow_mut().pop_back()
    }
}

/// Calls `closure` in the next turn of this thread's loop, in the order in which it was asked for.
///
/// For what must not happen inside of the caller, such as ending something that is being called at the moment.
/// The loop does not run for that: it has to be run. At the end of the thread `closure` is dropped.
///
/// ```
/// use kaa_notifier::{later, main};
///
/// later(|| {
///     println!("second");
///     main::stop();
/// });
/// println!("first");
/// main::run()?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[track_caller]
pub fn later(closure: impl FnOnce() + 'static) {
    let call = Call { run: Box::new(closure), asked_at: Location::caller() };
    if let Ok(main_loop) = current() {
        main_loop.calls.0.borrow_mut().push_back(call);
    }
}
