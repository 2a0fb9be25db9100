//! A callback again and again.

use std::cell::Cell;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa_core::Flow;

use super::{Alarm, TimerKey};
use crate::current::{current, existing};

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
}

/// What all clones of a timer share.
#[derive(Default)]
struct Shared {
    /// The next tick, while it waits in the wheel.
    waiting: Cell<Option<TimerKey>>,
    /// The start that counts; none if it is stopped.
    start: Cell<Option<Start>>,
    /// How many starts there have been.
    starts: Cell<u64>,
    missed: Cell<u64>,
}

#[derive(Clone, Copy)]
struct Start {
    number: u64,
    interval: Duration,
}

/// What waits in the wheel. It goes from tick to tick, so that a tick allocates nothing.
pub(crate) struct Ticks {
    timer: Rc<Shared>,
    number: u64,
    interval: Duration,
    deadline: Cell<Instant>,
    /// Taken out while it is called.
    callback: Cell<Option<Box<dyn FnMut() -> Flow>>>,
    started_at: &'static Location<'static>,
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
        let number = self.shared.starts.get() + 1;
        self.shared.starts.set(number);
        self.shared.missed.set(0);
        self.shared.start.set(Some(Start { number, interval }));
        let ticks = Rc::new(Ticks {
            timer: Rc::clone(&self.shared),
            number,
            interval,
            deadline: Cell::new(main_loop.deadline_in(interval)),
            callback: Cell::new(Some(Box::new(move || callback().into()))),
            started_at: Location::caller(),
        });
        let before = self.shared.waiting.take();
        ticks.wait();
        // The old function goes last: dropping it runs code of the user's, which may start this timer, too.
        if let Some(before) = before {
            main_loop.timers.cancel(before);
        }
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
        self.shared.start.set(None);
        let Some(key) = self.shared.waiting.take() else { return };
        if let Some(main_loop) = existing() {
            main_loop.timers.cancel(key);
        }
    }

    /// Whether its function is going to be called again.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.interval().is_some()
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
        let has_loop = existing().is_some_and(|main_loop| !main_loop.has_ended());
        self.shared.start.get().filter(|_| has_loop).map(|start| start.interval)
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
        self.shared.missed.get()
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (interval, missed) = (self.interval(), self.missed());
        f.debug_struct("Timer").field("interval", &interval).field("missed", &missed).finish()
    }
}

impl Ticks {
    fn wait(self: Rc<Self>) {
        let Ok(main_loop) = current() else { return };
        let timer = Rc::clone(&self.timer);
        let key = main_loop.timers.insert(self.deadline.get(), Alarm::Tick(self));
        timer.waiting.set(Some(key));
    }

    pub(super) fn started_at(&self) -> &'static Location<'static> {
        self.started_at
    }

    pub(super) fn ring(self: Rc<Self>) {
        self.timer.waiting.set(None);
        let Some(callback) = self.callback.take() else { return };
        let mut call = Call { ticks: self, callback: Some(callback) };
        let flow = call.callback.as_mut().map_or(Flow::Stop, |callback| callback());
        if flow == Flow::Stop && call.ticks.is_current() {
            call.ticks.timer.start.set(None);
        }
    }

    /// Whether the timer has neither been stopped nor started anew.
    fn is_current(&self) -> bool {
        self.timer.start.get().is_some_and(|start| start.number == self.number)
    }

    /// On to the first tick that is still to come.
    fn advance(&self, now: Instant) {
        let late = now.saturating_duration_since(self.deadline.get());
        let missed = late.as_nanos().checked_div(self.interval.as_nanos()).unwrap_or(0);
        let missed = u64::try_from(missed).unwrap_or(u64::MAX);
        self.timer.missed.set(self.timer.missed.get().saturating_add(missed));
        let into_the_interval = late.as_nanos().checked_rem(self.interval.as_nanos()).unwrap_or(0);
        // Less than the interval, so it is a duration.
        let into_the_interval = Duration::from_nanos_u128(into_the_interval);
        let next = now.checked_sub(into_the_interval).unwrap_or(now).checked_add(self.interval);
        self.deadline.set(next.unwrap_or(now));
    }
}

/// A call of the function. When it is over, also by a panic, the next tick waits.
struct Call {
    ticks: Rc<Ticks>,
    callback: Option<Box<dyn FnMut() -> Flow>>,
}

impl Drop for Call {
    fn drop(&mut self) {
        if self.ticks.is_current()
            && let Ok(main_loop) = current()
        {
            self.ticks.callback.set(self.callback.take());
            self.ticks.advance(main_loop.clock.now());
            Rc::clone(&self.ticks).wait();
        }
    }
}
