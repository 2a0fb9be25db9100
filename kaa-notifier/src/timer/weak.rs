//! Timers that live no longer than what they are for.

use std::fmt;
use std::rc::{Rc, Weak};
use std::time::Duration;

use kaa_core::Flow;

use super::{OneShotTimer, Timer};

/// A [`Timer`] that does not keep its object alive, and is over when that is.
///
/// ```
/// use std::{cell::Cell, rc::Rc, time::Duration};
/// use kaa_notifier::{Wait, WeakTimer, delay};
///
/// struct Clock { ticks: Cell<u32> }
///
/// let clock = Rc::new(Clock { ticks: Cell::new(0) });
/// let timer = WeakTimer::new(&clock);
/// timer.start(Duration::from_millis(1), |clock| clock.ticks.set(clock.ticks.get() + 1));
/// delay(Duration::from_millis(20)).wait()?;
/// assert!(clock.ticks.get() > 0);
/// drop(clock);
/// assert!(!timer.is_active());
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub struct WeakTimer<O: 'static> {
    timer: Timer,
    object: Weak<O>,
}

impl<O: 'static> WeakTimer<O> {
    /// A timer for this object that has not been started.
    #[must_use]
    pub fn new(object: &Rc<O>) -> Self {
        WeakTimer { timer: Timer::new(), object: Rc::downgrade(object) }
    }

    /// Calls `callback` with the object every `interval`, as long as there is the object; see [`Timer::start`].
    ///
    /// The callback is dropped when it would be called the next time after the object has gone.
    #[track_caller]
    pub fn start<R: Into<Flow>>(
        &self,
        interval: Duration,
        mut callback: impl FnMut(&Rc<O>) -> R + 'static,
    ) {
        let object = self.object.clone();
        self.timer.start(interval, move || match object.upgrade() {
            Some(object) => callback(&object).into(),
            None => Flow::Stop,
        });
    }

    /// Stops it; nothing happens if it is not active.
    pub fn stop(&self) {
        self.timer.stop();
    }

    /// Whether its function is going to be called again.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.object.strong_count() > 0 && self.timer.is_active()
    }

    /// How many calls were skipped since the last start; see [`Timer::missed`].
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.timer.missed()
    }
}

/// A [`OneShotTimer`] that does not keep its object alive, and is over when that is.
///
/// ```
/// use std::{rc::Rc, time::Duration};
/// use kaa_notifier::{Wait, WeakOneShotTimer, delay};
///
/// let name = Rc::new("kaa".to_owned());
/// let timer = WeakOneShotTimer::new(&name);
/// timer.start(Duration::from_millis(1), |name| panic!("{name} is still there"));
/// drop(name);
/// delay(Duration::from_millis(5)).wait()?;
/// assert!(!timer.is_active());
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub struct WeakOneShotTimer<O: 'static> {
    timer: OneShotTimer,
    object: Weak<O>,
}

impl<O: 'static> WeakOneShotTimer<O> {
    /// A timer for this object that has not been started.
    #[must_use]
    pub fn new(object: &Rc<O>) -> Self {
        WeakOneShotTimer { timer: OneShotTimer::new(), object: Rc::downgrade(object) }
    }

    /// Calls `callback` with the object after this time, if there is the object then; see [`OneShotTimer::start`].
    #[track_caller]
    pub fn start(&self, after: Duration, callback: impl FnOnce(&Rc<O>) + 'static) {
        let object = self.object.clone();
        self.timer.start(after, move || {
            if let Some(object) = object.upgrade() {
                callback(&object);
            }
        });
    }

    /// Stops it; nothing happens if it is not active.
    pub fn stop(&self) {
        self.timer.stop();
    }

    /// Whether its function is still going to be called.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.object.strong_count() > 0 && self.timer.is_active()
    }
}

impl<O: 'static> Clone for WeakTimer<O> {
    fn clone(&self) -> Self {
        WeakTimer { timer: self.timer.clone(), object: self.object.clone() }
    }
}

impl<O: 'static> Clone for WeakOneShotTimer<O> {
    fn clone(&self) -> Self {
        WeakOneShotTimer { timer: self.timer.clone(), object: self.object.clone() }
    }
}

impl<O: 'static> fmt::Debug for WeakTimer<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakTimer").field("active", &self.is_active()).finish()
    }
}

impl<O: 'static> fmt::Debug for WeakOneShotTimer<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakOneShotTimer").field("active", &self.is_active()).finish()
    }
}
