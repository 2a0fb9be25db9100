//! What the core asks of the loop that drives it, and the loop that is installed on this thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::task::Waker;
use std::time::Instant;

use crate::report;

slotmap::new_key_type! {
    /// Names a moment that a loop was asked to wake the core at. Ids are not used again.
    pub struct TimerId;
}

/// A loop, as the core sees it. One is installed per thread with [`install`](crate::driver::install).
///
/// The core calls these from anywhere in its own work, and never the other way round: an implementation notes what it is
/// told, and does nothing else.
///
/// ```
/// use kaa_core::{Driver, TimerId, driver};
/// use std::{cell::RefCell, collections::BTreeSet, rc::Rc, task::Waker, time::Instant};
///
/// /// Sleeps from one timer to the next.
/// #[derive(Default)]
/// struct Sleeper(RefCell<BTreeSet<(Instant, TimerId)>>);
///
/// impl Driver for Sleeper {
///     fn now(&self) -> Instant {
///         Instant::now()
///     }
///     fn wake_at(&self, deadline: Instant, timer: TimerId) {
///         self.0.borrow_mut().insert((deadline, timer));
///     }
///     fn cancel(&self, timer: TimerId) {
///         self.0.borrow_mut().retain(|(_, other)| *other != timer);
///     }
///     fn waker(&self) -> Waker {
///         Waker::noop().clone() // no other thread works for this one
///     }
///     fn ready(&self) {}
/// }
///
/// impl Sleeper {
///     fn run(&self) {
///         loop {
///             while driver::run_ready(driver::RESUMES_A_TURN) {}
///             let Some((deadline, timer)) = self.0.borrow_mut().pop_first() else { break };
///             std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
///             driver::expired(timer);
///         }
///     }
/// }
///
/// let sleeper = Rc::new(Sleeper::default());
/// driver::install(sleeper.clone());
/// let (_never, answer) = kaa_core::InProgress::<()>::new();
/// let in_time = kaa_core::limited(&answer, Instant::now(), || kaa_core::Error::message("late"));
/// sleeper.run();
/// assert_eq!(in_time.take_result().unwrap().unwrap_err().to_string(), "late");
/// ```
pub trait Driver {
    /// Reads the clock. It must go on while tasks run, since it ends a turn that takes too long.
    fn now(&self) -> Instant;

    /// Asks for [`expired`](crate::driver::expired)`(timer)` to be called at `deadline` or as soon as possible after it.
    fn wake_at(&self, deadline: Instant, timer: TimerId);

    /// Takes that back. A `timer` that has expired is not cancelled any more.
    fn cancel(&self, timer: TimerId);

    /// A waker that other threads wake the loop by, which then calls [`run_ready`](crate::driver::run_ready). While one exists,
    /// something may still happen here.
    fn waker(&self) -> Waker;

    /// The ready queue was empty and is not any more; outside of [`run_ready`](crate::driver::run_ready).
    fn ready(&self);
}

thread_local! {
    static DRIVER: RefCell<Option<Rc<dyn Driver>>> = const { RefCell::new(None) };
}

pub(crate) fn install(driver: Rc<dyn Driver>) -> Option<Rc<dyn Driver>> {
    report::loop_started();
    DRIVER.try_with(|installed| installed.replace(Some(driver))).ok().flatten()
}

/// Takes the loop of this thread away again.
pub fn uninstall() -> Option<Rc<dyn Driver>> {
    DRIVER.try_with(RefCell::take).ok().flatten()
}

/// Asks the driver, if there is one. It is not borrowed meanwhile: it may install another.
pub(crate) fn ask<R>(question: impl FnOnce(&(dyn Driver + 'static)) -> R) -> Option<R> {
    let driver = DRIVER.try_with(|installed| installed.borrow().clone()).ok().flatten();
    driver.map(|driver| question(&*driver))
}

pub(crate) fn now() -> Instant {
    ask(Driver::now).unwrap_or_else(Instant::now)
}
