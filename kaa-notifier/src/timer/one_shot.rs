//! A callback after a while.

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::{Alarm, Handle};
use crate::clock::ClockId;
use crate::current::{current, existing};

/// Calls a function once, after a while.
///
/// It is called by the running loop, never before its time. The timer is inactive by then, so the
/// function may start it again. All clones are the same timer. Dropping them does not stop it: a timer
/// that was started fires, whoever still looks at it. When the thread ends, the functions of active
/// timers are dropped without being called, the one started last first.
///
/// To wait for a while in a coroutine, use [`delay`](crate::delay).
///
/// ```
/// use std::time::Duration;
/// use kaa_notifier::{OneShotTimer, main};
///
/// let timer = OneShotTimer::new();
/// timer.start(Duration::from_secs(60), || println!("nothing has happened for a minute"));
/// // Something has happened: start over.
/// timer.start(Duration::from_millis(1), || main::stop());
/// assert!(timer.is_active());
/// main::run()?;
/// assert!(!timer.is_active());
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Default)]
pub struct OneShotTimer {
    /// The last start. It may be over: only the loop knows, so that firing does not have to look for this.
    started: Cell<Option<Handle>>,
    /// The same, in the place of that, as soon as there are clones.
    shared: OnceCell<Rc<Cell<Option<Handle>>>>,
    clock: ClockId,
}

impl OneShotTimer {
    /// A timer that has not been started.
    ///
    /// ```
    /// assert!(!kaa_notifier::OneShotTimer::new().is_active());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One whose time goes on while the machine sleeps: an hour is over an hour later, also if the machine was suspended
    /// meanwhile. It fires when the machine is awake again; it does not wake the machine.
    ///
    /// Others, and time limits, go by a clock that stands still then (Linux: `CLOCK_MONOTONIC`, and this one
    /// `CLOCK_BOOTTIME`; elsewhere there is no difference).
    ///
    /// ```
    /// use std::time::Duration;
    /// use kaa_notifier::{OneShotTimer, main};
    ///
    /// OneShotTimer::boot_time().start(Duration::from_millis(1), main::stop);
    /// main::run()?;
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[must_use]
    pub fn boot_time() -> Self {
        OneShotTimer { clock: ClockId::Boot, ..Self::default() }
    }

    /// Calls `callback` after this time. If the timer is active, that start is forgotten.
    ///
    /// At the end of the thread, when its loop has gone, nothing is started and `callback` is dropped.
    ///
    /// ```
    /// # use kaa_notifier::{OneShotTimer, main};
    /// # use std::time::Duration;
    /// OneShotTimer::new().start(Duration::ZERO, main::stop);
    /// main::run()?;
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    pub fn start(&self, after: Duration, callback: impl FnOnce() + 'static) {
        let Ok(main_loop) = current() else { return };
        let alarm = Alarm::Call(Box::new(callback), Location::caller());
        let deadline = main_loop.deadline_by(self.clock, after);
        let key = main_loop.timers.insert(&main_loop.clock, self.clock, deadline, alarm);
        // The old function goes last: dropping it runs code of the user's, which may start this timer, too.
        if let Some(before) = self.started().replace(Some(key)) {
            main_loop.timers.cancel(before);
        }
    }

    /// Stops it; nothing happens if it is not active.
    ///
    /// ```
    /// # use kaa_notifier::OneShotTimer;
    /// # use std::time::Duration;
    /// let timer = OneShotTimer::new();
    /// timer.start(Duration::ZERO, || unreachable!());
    /// timer.stop();
    /// assert!(!timer.is_active());
    /// ```
    pub fn stop(&self) {
        let Some(key) = self.started().take() else { return };
        if let Some(main_loop) = existing() {
            main_loop.timers.cancel(key);
        }
    }

    /// Whether its function is still going to be called.
    ///
    /// ```
    /// # use kaa_notifier::OneShotTimer;
    /// # use std::time::Duration;
    /// let timer = OneShotTimer::new();
    /// timer.start(Duration::from_secs(1), || println!("a second later"));
    /// assert!(timer.is_active());
    /// ```
    #[must_use]
    pub fn is_active(&self) -> bool {
        let Some(handle) = self.started().get() else { return false };
        existing().is_some_and(|main_loop| main_loop.timers.contains(handle))
    }
}

impl OneShotTimer {
    fn started(&self) -> &Cell<Option<Handle>> {
        self.shared.get().map_or(&self.started, |shared| shared)
    }
}

/// The same timer.
impl Clone for OneShotTimer {
    fn clone(&self) -> Self {
        let shared = self.shared.get_or_init(|| Rc::new(self.started.clone()));
        OneShotTimer {
            started: Cell::new(None),
            shared: OnceCell::from(Rc::clone(shared)),
            clock: self.clock,
        }
    }
}

impl fmt::Debug for OneShotTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneShotTimer").field("active", &self.is_active()).finish()
    }
}
