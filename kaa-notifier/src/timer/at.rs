//! Callbacks at times of day.

mod schedule;

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::SystemTime;

use jiff::Timestamp;
use kaa_core::{Flow, Result};

use super::Handle;
use super::ticks::{Pace, Shared};
use crate::current::current;

pub use schedule::{Schedule, ScheduleError};

/// Calls a function at times of day, again and again. With the feature `at`.
///
/// It goes by the clock on the wall, in a time zone, daylight saving included; [`Schedule`] says which times. It is never
/// called early. What comes while something keeps the loop, or while the machine sleeps, is called once afterwards, whatever
/// the number of times that have passed.
///
/// The clock may be set. By less than an hour: set forward over a time, that comes at once; set back, none comes twice. By
/// an hour or more: the clock was wrong before, and the next time is found anew from what it shows now.
///
/// The function answers as that of a [`Timer`](crate::Timer) does, and may stop or start the timer as well. All clones are
/// the same timer. Dropping them does not stop it.
///
/// ```
/// use kaa_notifier::{AtTimer, Schedule};
///
/// let timer = AtTimer::new();
/// timer.start(Schedule::new().hours([8, 20]).minutes([30]), || println!("half past eight"))?;
/// assert!(timer.next().is_some_and(|next| next > std::time::SystemTime::now()));
/// timer.stop();
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[doc(alias = "cron")]
#[derive(Clone, Default)]
pub struct AtTimer {
    shared: Rc<Shared>,
}

/// Calls a function once, at the next time of a schedule; see [`AtTimer`]. With the feature `at`.
///
/// The timer is inactive when its function is called, which may start it again.
///
/// ```
/// use kaa_notifier::{OneShotAtTimer, Schedule, main};
///
/// let timer = OneShotAtTimer::new();
/// timer.start(Schedule::new().seconds(0..60), main::stop)?; // With the next second.
/// main::run()?;
/// assert!(!timer.is_active());
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct OneShotAtTimer {
    timer: AtTimer,
}

impl AtTimer {
    /// A timer that has not been started.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `callback` at each time of the schedule. If the timer is active, that start is forgotten.
    ///
    /// # Errors
    ///
    /// With [`ScheduleError`] if there is no such time; then nothing has changed. With
    /// [`LoopError::Ended`](crate::LoopError::Ended) at the end of the thread.
    #[track_caller]
    pub fn start<R: Into<Flow>>(
        &self,
        schedule: Schedule,
        mut callback: impl FnMut() -> R + 'static,
    ) -> Result<()> {
        let main_loop = current()?;
        let times = Times::new(schedule, main_loop.clock.wall_now())?;
        self.shared.start(&main_loop, Pace::Times(times), Box::new(move || callback().into()));
        Ok(())
    }

    /// Stops it; nothing happens if it is not active.
    pub fn stop(&self) {
        self.shared.stop();
    }

    /// Whether its function is going to be called again.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.shared.is_active()
    }

    /// When its function is called next; `None` if it is not active, or is being called.
    #[must_use]
    pub fn next(&self) -> Option<SystemTime> {
        match self.shared.waiting().filter(|_| self.is_active())? {
            Handle::Wall(key) => Some(key.deadline),
            Handle::Monotonic(_) | Handle::Boot(_) => None,
        }
    }
}

impl OneShotAtTimer {
    /// A timer that has not been started.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `callback` at the next time of the schedule. If the timer is active, that start is forgotten.
    ///
    /// # Errors
    ///
    /// Those of [`AtTimer::start`].
    #[track_caller]
    pub fn start(&self, schedule: Schedule, callback: impl FnOnce() + 'static) -> Result<()> {
        let (timer, mut callback) = (self.timer.clone(), Some(callback));
        self.timer.start(schedule, move || {
            timer.stop();
            if let Some(callback) = callback.take() {
                callback();
            }
        })
    }

    /// Stops it; nothing happens if it is not active.
    pub fn stop(&self) {
        self.timer.stop();
    }

    /// Whether its function is still going to be called.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.timer.is_active()
    }

    /// When its function is called; `None` if it is not active.
    #[must_use]
    pub fn next(&self) -> Option<SystemTime> {
        self.timer.next()
    }
}

impl fmt::Debug for AtTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtTimer").field("next", &self.next()).finish()
    }
}

impl fmt::Debug for OneShotAtTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneShotAtTimer").field("next", &self.next()).finish()
    }
}

/// The ticks of a schedule.
pub(super) struct Times {
    schedule: Schedule,
    /// `None` behind the last time that can be told, in the year 9999.
    next: Cell<Option<SystemTime>>,
}

impl Times {
    fn new(schedule: Schedule, now: SystemTime) -> Result<Times, ScheduleError> {
        schedule.check()?;
        let next = next_after(&schedule, now).ok_or(ScheduleError::OutOfTime)?;
        Ok(Times { schedule, next: Cell::new(Some(next)) })
    }

    pub(super) fn next(&self) -> Option<SystemTime> {
        self.next.get()
    }

    /// The present one has come. A clock that was set back a little does not show it again.
    pub(super) fn advance(&self, now: SystemTime) {
        let from = self.next.get().map_or(now, |present| present.max(now));
        self.plan_anew(from);
    }

    /// From `now` on.
    pub(super) fn plan_anew(&self, now: SystemTime) {
        self.next.set(next_after(&self.schedule, now));
    }
}

fn next_after(schedule: &Schedule, now: SystemTime) -> Option<SystemTime> {
    let next = schedule.next_after(Timestamp::try_from(now).ok()?)?;
    SystemTime::try_from(next).ok()
}
