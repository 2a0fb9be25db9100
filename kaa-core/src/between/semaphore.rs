//! [`Semaphore`]: so many at a time.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use crate::in_progress::InProgress;
use crate::line::Line;

/// Lets only so many have something at a time: 8 downloads, 2 conversions.
///
/// It is a handle: clones are the same semaphore. Whoever asks first is served first.
///
/// ```
/// use kaa_core::Semaphore;
///
/// let downloads = Semaphore::new(1);
/// let permit = downloads.acquire().take_result().unwrap().unwrap();
/// let next = downloads.acquire();
/// assert!(!next.is_finished());
/// drop(permit);
/// assert!(next.is_finished());
/// ```
///
/// In a coroutine, a local is enough; it may live across yields:
///
/// ```text
/// let _permit = yield_!(downloads.acquire())?;
/// ```
#[derive(Clone)]
pub struct Semaphore {
    state: Rc<State>,
}

struct State {
    /// 0 while anybody waits.
    available: Cell<usize>,
    line: Line<Permit>,
}

/// The right to go on, given by a [`Semaphore`]. Dropped, it goes to the next.
#[must_use = "dropped, it goes to the next who waits"]
pub struct Permit {
    /// None once it was given back.
    of: Option<Rc<State>>,
}

impl Semaphore {
    /// A semaphore that gives `permits` at a time.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let state = State { available: Cell::new(permits), line: Line::new("semaphore") };
        Semaphore { state: Rc::new(state) }
    }

    /// Waits for a permit. It fails only if it is aborted; whoever leaves the line, or does not take the permit in the end, has
    /// taken it from nobody.
    #[track_caller]
    pub fn acquire(&self) -> InProgress<Permit> {
        match self.try_acquire() {
            Some(permit) => InProgress::finished(permit),
            None => self.state.line.wait((), None),
        }
    }

    /// A permit, if there is one now.
    pub fn try_acquire(&self) -> Option<Permit> {
        let left = self.state.available.get().checked_sub(1)?;
        self.state.available.set(left);
        Some(Permit { of: Some(self.state.clone()) })
    }

    /// Gives so many more at a time from now on.
    ///
    /// ```
    /// let gate = kaa_core::Semaphore::new(0);
    /// let waiting = gate.acquire();
    /// gate.add_permits(1);
    /// assert!(waiting.is_finished());
    /// ```
    pub fn add_permits(&self, permits: usize) {
        for _ in 0..permits {
            drop(Permit { of: Some(self.state.clone()) });
        }
    }

    /// The number of permits that can be had now.
    #[must_use]
    pub fn available(&self) -> usize {
        self.state.available.get()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(state) = self.of.take() else { return };
        if let Err(mut permit) = state.line.serve(Permit { of: Some(state.clone()) }) {
            permit.of = None;
            state.available.set(state.available.get() + 1);
        }
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore")
            .field("available", &self.available())
            .field("waiting", &self.state.line.len())
            .finish()
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permit")
    }
}
