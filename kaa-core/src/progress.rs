//! [`InProgressStatus`]: how far something is.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::host;
use crate::in_progress::InProgress;
use crate::promise::Promise;
use crate::signal::Signal;

/// How far something is: a position of so many, since when, how fast.
///
/// The producer sets it, and the consumer finds it by [`InProgress::progress`]. Whenever it is set it emits itself.
/// The unit of the position is whatever the two have agreed on: bytes, files, steps.
///
/// ```
/// use kaa_core::{InProgress, InProgressStatus};
/// use std::rc::Rc;
///
/// let (promise, copy) = InProgress::<()>::new();
/// let status = Rc::new(InProgressStatus::new(200));
/// promise.set_progress(status.clone());
///
/// let progress = copy.progress().unwrap();
/// progress.changed().connect(|status: &InProgressStatus| println!("{status}"));
/// status.advance(50);
/// assert_eq!((progress.position(), progress.percentage()), (50, 25.0));
/// promise.finish(());
/// ```
pub struct InProgressStatus {
    position: Cell<u64>,
    max: Cell<u64>,
    speed: Cell<Option<f64>>,
    started: Instant,
    changed: Signal<InProgressStatus>,
}

impl InProgressStatus {
    /// Nothing of `max` is done, and it starts now. A `max` of 0 is one that is not known yet.
    #[must_use]
    #[track_caller]
    pub fn new(max: u64) -> Self {
        InProgressStatus {
            position: Cell::new(0),
            max: Cell::new(max),
            speed: Cell::new(None),
            started: host::now(),
            changed: Signal::new(),
        }
    }

    /// So much is done, of so many; emits. A position behind the end moves the end.
    ///
    /// ```
    /// let status = kaa_core::InProgressStatus::new(0);
    /// status.set(3, 2);
    /// assert_eq!((status.position(), status.max()), (3, 3));
    /// ```
    pub fn set(&self, position: u64, max: u64) {
        self.position.set(position);
        self.max.set(max.max(position));
        self.changed.emit(self);
    }

    /// So much more is done; emits.
    pub fn advance(&self, by: u64) {
        self.set(self.position.get().saturating_add(by), self.max.get());
    }

    /// The speed, in positions a second, where the producer knows it better than by the time since the start; `None` takes
    /// that back. It stays until it is set again.
    ///
    /// ```
    /// let status = kaa_core::InProgressStatus::new(100);
    /// status.set_speed(Some(50.0));
    /// assert_eq!(status.eta().unwrap().as_secs(), 2);
    /// ```
    pub fn set_speed(&self, speed: Option<f64>) {
        self.speed.set(speed);
        self.changed.emit(self);
    }

    /// Emits the status whenever it has changed.
    #[must_use]
    pub fn changed(&self) -> &Signal<InProgressStatus> {
        &self.changed
    }

    /// How much is done.
    #[must_use]
    #[doc(alias = "pos")]
    pub fn position(&self) -> u64 {
        self.position.get()
    }

    /// How much there is; 0 if that is not known.
    #[must_use]
    pub fn max(&self) -> u64 {
        self.max.get()
    }

    /// How much of it is done, from 0 to 100; 0 if it is not known how much there is.
    #[must_use]
    pub fn percentage(&self) -> f64 {
        if self.max() == 0 { 0.0 } else { as_float(self.position()) * 100.0 / as_float(self.max()) }
    }

    /// The time since it was made, by the clock of the [`Driver`](crate::Driver).
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        host::now().saturating_duration_since(self.started)
    }

    /// Positions a second: what the producer has set, else what was done since the start. None before there is anything to tell
    /// it from.
    #[must_use]
    pub fn speed(&self) -> Option<f64> {
        let since_start = || as_float(self.position()) / self.elapsed().as_secs_f64();
        let speed = self.speed.get().unwrap_or_else(since_start);
        (speed.is_finite() && speed > 0.0).then_some(speed)
    }

    /// The time that the rest takes at this speed. None where that is not known.
    #[must_use]
    pub fn eta(&self) -> Option<Duration> {
        let left = self.max().checked_sub(self.position()).filter(|_| self.max() > 0)?;
        Duration::try_from_secs_f64(as_float(left) / self.speed()?).ok()
    }

    /// A bar of so many characters, at least 3.
    ///
    /// ```
    /// let status = kaa_core::InProgressStatus::new(10);
    /// status.advance(5);
    /// assert_eq!(status.bar(12), "|====>     |");
    /// ```
    #[must_use]
    #[doc(alias = "get_progressbar")]
    pub fn bar(&self, width: usize) -> String {
        let room = width.saturating_sub(2).max(1);
        let parts =
            (room as u128 * u128::from(self.position())).checked_div(u128::from(self.max()));
        let done = usize::try_from(parts.unwrap_or(0)).map_or(room, |done| done.min(room));
        let head = if done > 0 { ">" } else { "" };
        format!("|{}{head}{}|", "=".repeat(done.saturating_sub(1)), " ".repeat(room - done))
    }
}

#[allow(clippy::cast_precision_loss, reason = "for people to look at")]
fn as_float(number: u64) -> f64 {
    number as f64
}

/// `50/200 (25%)`
impl fmt::Display for InProgressStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} ({:.0}%)", self.position(), self.max(), self.percentage())
    }
}

impl fmt::Debug for InProgressStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InProgressStatus({self})")
    }
}

impl<T: 'static> InProgress<T> {
    /// How far it is, if its producer tells: by [`Promise::set_progress`], or as a coroutine with the argument `progress`.
    ///
    /// ```
    /// assert!(kaa_core::InProgress::finished(1).progress().is_none());
    /// ```
    #[must_use]
    pub fn progress(&self) -> Option<&InProgressStatus> {
        self.block().status()?.downcast_ref()
    }
}

impl<T: 'static> Promise<T> {
    /// Shows the consumer how far the work is, by [`InProgress::progress`]. False if it has a status already, which stays.
    pub fn set_progress(&self, status: Rc<InProgressStatus>) -> bool {
        self.put_status(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Driver, TimerId, install, uninstall};

    struct Clock(Cell<Instant>);

    impl Driver for Clock {
        fn now(&self) -> Instant {
            self.0.get()
        }
        fn wake_at(&self, _: Instant, _: TimerId) {}
        fn cancel(&self, _: TimerId) {}
        fn waker(&self) -> std::task::Waker {
            std::task::Waker::noop().clone()
        }
        fn ready(&self) {}
    }

    #[test]
    fn speed_and_time_left_come_from_the_clock_of_the_driver() {
        let clock = Rc::new(Clock(Cell::new(Instant::now())));
        install(clock.clone());
        let status = InProgressStatus::new(100);
        assert_eq!((status.speed(), status.eta()), (None, None));
        status.set(20, 100);
        clock.0.set(clock.0.get() + Duration::from_secs(4));
        assert_eq!(status.elapsed(), Duration::from_secs(4));
        assert_eq!(status.speed(), Some(5.0));
        assert_eq!(status.eta(), Some(Duration::from_secs(16)));
        uninstall();
    }

    #[test]
    fn what_is_not_known_is_none_and_not_a_number() {
        let status = InProgressStatus::new(0);
        assert_eq!((status.percentage(), status.eta(), status.bar(0)), (0.0, None, "| |".into()));
        status.set_speed(Some(0.0));
        assert_eq!(status.speed(), None);
    }

    #[test]
    fn a_bar_is_full_at_the_end() {
        let status = InProgressStatus::new(u64::MAX);
        status.advance(u64::MAX);
        assert_eq!((status.bar(6), status.percentage()), ("|===>|".into(), 100.0));
    }
}
