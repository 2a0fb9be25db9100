//! A callback again and again.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use kaa_core::Flow;

use super::ticks::{Interval, Pace, Shared};
use crate::clock::ClockId;
use crate::current::current;

/// Calls a function again and again, at a fixed interval.
///
/// The calls keep their phase: each is due a multiple of the interval after the start, however late those before
/// it were. What is missed, because something has kept the loop or the function itself has taken too long, is
/// skipped and [counted](Self::missed), and not made up for. With an interval of zero it is called once a turn.
///
/// The function answers nothing, or a [`Flow`]: [`Flow::Stop`] stops the timer. It may start the timer anew, or
/// stop it, and is never called inside of itself. If it panics, the timer goes on as long as the loop does. All
/// clones are the same timer. Dropping them does not stop it.
///
/// ```
/// use std::time::Duration;
/// use kaa_core::Flow;
/// use kaa_notifier::{Timer, main};
///
/// let timer = Timer::new();
/// let mut left = 3;
/// timer.start(Duration::from_millis(1), move || {
///     left -= 1;
///     println!("{left}");
///     if left > 0 {
///         return Flow::Continue;
///     }
///     main::stop();
///     Flow::Stop
/// });
/// main::run()?;
/// assert!(!timer.is_active());
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Timer {
    shared: Rc<Shared>,
    /// That of the last start.
    interval: Rc<Cell<Duration>>,
    clock: ClockId,
}

impl Timer {
    /// A timer that has not been started.
    ///
    /// ```
    /// assert!(!kaa_notifier::Timer::new().is_active());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One whose time goes on while the machine sleeps; see [`OneShotTimer::boot_time`](crate::OneShotTimer::boot_time).
    /// What it misses meanwhile is skipped and counted.
    ///
    /// ```
    /// use std::time::Duration;
    /// use kaa_notifier::{Timer, main};
    ///
    /// Timer::boot_time().start(Duration::from_millis(1), main::stop);
    /// main::run()?;
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[must_use]
    pub fn boot_time() -> Self {
        Timer { clock: ClockId::Boot, ..Self::default() }
    }

    /// Calls `callback` every `interval`, the first time one interval from now. If the timer is active, that start
    /// is forgotten.
    ///
    /// At the end of the thread, when its loop has gone, nothing is started and `callback` is dropped.
    #[track_caller]
    pub fn start<R: Into<Flow>>(
        &self,
        interval: Duration,
        mut callback: impl FnMut() -> R + 'static,
    ) {
        let Ok(main_loop) = current() else { return };
        self.interval.set(interval);
        let deadline = Cell::new(main_loop.deadline_by(self.clock, interval));
        let pace = Pace::Interval(Interval { clock: self.clock, interval, deadline });
        self.shared.start(&main_loop, pace, Box::new(move || callback().into()));
    }

    /// Stops it; nothing happens if it is not active.
    ///
    /// ```
    /// # use kaa_notifier::Timer;
    /// # use std::time::Duration;
    /// let timer = Timer::new();
    /// timer.start(Duration::ZERO, || println!("tick"));
    /// timer.stop();
    /// assert!(!timer.is_active());
    /// ```
    pub fn stop(&self) {
        self.shared.stop();
    }

    /// Whether its function is going to be called again.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.shared.is_active()
    }

    /// The interval it was started with, while it is active.
    ///
    /// ```
    /// # use kaa_notifier::Timer;
    /// # use std::time::Duration;
    /// let timer = Timer::new();
    /// assert_eq!(timer.interval(), None);
    /// timer.start(Duration::from_secs(1), || println!("tick"));
    /// assert_eq!(timer.interval(), Some(Duration::from_secs(1)));
    /// ```
    #[must_use]
    pub fn interval(&self) -> Option<Duration> {
        self.is_active().then(|| self.interval.get())
    }

    /// How many calls were skipped since the last start.
    ///
    /// ```
    /// use std::time::Duration;
    /// use kaa_notifier::{Timer, Wait, delay};
    ///
    /// let timer = Timer::new();
    /// timer.start(Duration::from_millis(10), || println!("tick"));
    /// std::thread::sleep(Duration::from_millis(35)); // Nobody runs the loop.
    /// delay(Duration::ZERO).wait()?;
    /// assert!(timer.missed() >= 2);
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.shared.missed()
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (interval, missed) = (self.interval(), self.missed());
        f.debug_struct("Timer").field("interval", &interval).field("missed", &missed).finish()
    }
}
