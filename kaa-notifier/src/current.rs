//! The loop of this thread: made when first needed, ended when the thread ends.

use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Wake, Waker};
use std::time::Instant;

use kaa_core::driver::{self, Driver, TimerId};

use crate::clock::Clock;
use crate::error::LoopError;
use crate::main_loop::{self, MainLoop};
use crate::wake::Poster;

thread_local! {
    /// Has no destructor, so that it can be reached as long as the thread runs; `END` empties it.
    static CURRENT: ManuallyDrop<RefCell<Option<Rc<MainLoop>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };

    static END: End = const { End };
}

/// Ends the loop when the thread ends.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        if let Some(main_loop) = existing() {
            main_loop::end(&main_loop);
            driver::uninstall();
        }
        let last = CURRENT.try_with(|current| current.take()).ok().flatten();
        if last.as_ref().is_some_and(|main_loop| main_loop.is_of_another_process()) {
            mem::forget(last); // What it holds is still the parent's.
        }
    }
}

/// The loop of this thread; made now if there is none yet.
pub(crate) fn current() -> Result<Rc<MainLoop>, LoopError> {
    match existing() {
        Some(main_loop) if main_loop.has_ended() => Err(LoopError::Ended),
        Some(main_loop) => Ok(main_loop),
        None => make(Clock::real(), None),
    }
}

/// The loop of this thread if there is one, also while it is ending.
pub(crate) fn existing() -> Option<Rc<MainLoop>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Makes the loop of this thread, which must not have one. A seed shuffles what is ready at the same moment.
pub(crate) fn make(clock: Clock, seed: Option<u64>) -> Result<Rc<MainLoop>, LoopError> {
    // Thread-locals go in the reverse order of their first use: the core's are to be there when the loop ends.
    let _ = (driver::uninstall(), driver::tasks(), driver::timers(), driver::has_ready());
    END.try_with(|_| ()).map_err(|_| LoopError::Ended)?;
    driver::install(Rc::new(LoopOfThisThread));
    let main_loop = Rc::new(MainLoop::new(clock, seed));
    let keep = CURRENT.try_with(|current| current.replace(Some(Rc::clone(&main_loop))));
    keep.map(|_| main_loop).map_err(|_| LoopError::Ended)
}

/// Wakes the loop from any thread. As long as it exists the loop counts on that.
struct Wakes(Poster);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.post(Box::new(|| ()));
    }
}

/// The core's way to the loop. It names it and does not hold it, so that neither keeps the other alive.
struct LoopOfThisThread;

impl Driver for LoopOfThisThread {
    fn now(&self) -> Instant {
        existing().map_or_else(Instant::now, |main_loop| main_loop.clock.now())
    }

    fn wake_at(&self, deadline: Instant, timer: TimerId) {
        if let Ok(main_loop) = current() {
            main_loop.timers.wake_core_at(deadline, timer);
        }
    }

    fn cancel(&self, timer: TimerId) {
        if let Some(main_loop) = existing() {
            main_loop.timers.cancel_core(timer);
        }
    }

    fn waker(&self) -> Waker {
        let poster = existing().and_then(|main_loop| main_loop.poster().ok());
        poster.map_or_else(|| Waker::noop().clone(), |poster| Arc::new(Wakes(poster)).into())
    }

    /// Nothing to do: the loop asks before it sleeps, and nobody else's thread makes a task ready.
    fn ready(&self) {}
}
