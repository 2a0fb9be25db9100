//! What repeating timers have in common: a function that goes from tick to tick.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa_core::Flow;

use super::{Alarm, Handle};
use crate::clock::ClockId;
use crate::current::{current, existing};
use crate::main_loop::MainLoop;

/// What all clones of a timer share.
#[derive(Default)]
pub(super) struct Shared {
    /// The next tick, while it waits.
    waiting: Cell<Option<Handle>>,
    /// The number of the start that counts; none if it is stopped.
    start: Cell<Option<u64>>,
    /// How many starts there have been.
    starts: Cell<u64>,
    missed: Cell<u64>,
}

/// What waits for the next tick. It goes from one to the next, so that a tick allocates nothing.
pub(crate) struct Ticks {
    timer: Rc<Shared>,
    /// That of the start.
    number: u64,
    pace: Pace,
    /// Taken out while it is called.
    callback: Cell<Option<Callback>>,
    started_at: &'static Location<'static>,
}

pub(super) type Callback = Box<dyn FnMut() -> Flow>;

/// When the ticks come.
pub(super) enum Pace {
    Interval(Interval),
    #[cfg(feature = "at")]
    Times(super::at::Times),
}

/// At a fixed distance.
pub(super) struct Interval {
    pub(super) clock: ClockId,
    pub(super) interval: Duration,
    /// That of the next tick.
    pub(super) deadline: Cell<Instant>,
}

impl Shared {
    /// Starts it; a start before is forgotten.
    #[track_caller]
    pub(super) fn start(self: &Rc<Self>, main_loop: &MainLoop, pace: Pace, callback: Callback) {
        let number = self.starts.get() + 1;
        self.starts.set(number);
        self.missed.set(0);
        self.start.set(Some(number));
        let ticks = Rc::new(Ticks {
            timer: Rc::clone(self),
            number,
            pace,
            callback: Cell::new(Some(callback)),
            started_at: Location::caller(),
        });
        let before = self.waiting.take();
        ticks.wait(main_loop);
        // The old function goes last: dropping it runs code of the user's, which may start this timer, too.
        if let Some(before) = before {
            main_loop.timers.cancel(before);
        }
    }

    pub(super) fn stop(&self) {
        self.start.set(None);
        let Some(waiting) = self.waiting.take() else { return };
        if let Some(main_loop) = existing() {
            main_loop.timers.cancel(waiting);
        }
    }

    pub(super) fn is_active(&self) -> bool {
        let has_loop = || existing().is_some_and(|main_loop| !main_loop.has_ended());
        self.start.get().is_some() && has_loop()
    }

    pub(super) fn missed(&self) -> u64 {
        self.missed.get()
    }

    #[cfg(feature = "at")]
    pub(super) fn waiting(&self) -> Option<Handle> {
        self.waiting.get()
    }

    fn count_missed(&self, more: u128) {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        self.missed.set(self.missed.get().saturating_add(more));
    }
}

impl Ticks {
    fn wait(self: Rc<Self>, main_loop: &MainLoop) {
        let timer = Rc::clone(&self.timer);
        let waiting = match &self.pace {
            Pace::Interval(Interval { clock, deadline, .. }) => {
                let (clock, deadline) = (*clock, deadline.get());
                Some(main_loop.timers.insert(&main_loop.clock, clock, deadline, Alarm::Tick(self)))
            }
            #[cfg(feature = "at")]
            Pace::Times(times) => times
                .next()
                .map(|deadline| main_loop.timers.insert_by_wall(&main_loop.clock, deadline, self)),
        };
        timer.waiting.set(waiting);
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

    /// The clock on the wall was wrong, and shows `now`. Gives when the next tick is.
    #[cfg(feature = "at")]
    pub(super) fn plan_anew(&self, now: std::time::SystemTime) -> Option<std::time::SystemTime> {
        match &self.pace {
            Pace::Interval(_) => None, // It does not go by that clock.
            Pace::Times(times) => {
                times.plan_anew(now);
                times.next()
            }
        }
    }

    #[cfg(feature = "at")]
    pub(super) fn set_waiting(&self, key: super::WallKey) {
        self.timer.waiting.set(Some(Handle::Wall(key)));
    }

    /// Whether the timer has neither been stopped nor started anew.
    fn is_current(&self) -> bool {
        self.timer.start.get() == Some(self.number)
    }

    /// On to the first tick that is still to come.
    fn advance(&self, main_loop: &MainLoop) {
        match &self.pace {
            Pace::Interval(interval) => {
                let now = main_loop.clock.now_by(interval.clock);
                self.timer.count_missed(interval.advance(now));
            }
            #[cfg(feature = "at")]
            Pace::Times(times) => times.advance(main_loop.clock.wall_now()),
        }
    }
}

impl Interval {
    /// Gives how many ticks were missed.
    fn advance(&self, now: Instant) -> u128 {
        let late = now.saturating_duration_since(self.deadline.get()).as_nanos();
        let interval = self.interval.as_nanos();
        // Less than the interval, so it is a duration.
        let into_the_interval = Duration::from_nanos_u128(late.checked_rem(interval).unwrap_or(0));
        let next = now.checked_sub(into_the_interval).unwrap_or(now).checked_add(self.interval);
        self.deadline.set(next.unwrap_or(now));
        late.checked_div(interval).unwrap_or(0)
    }
}

/// A call of the function. When it is over, also by a panic, the next tick waits.
struct Call {
    ticks: Rc<Ticks>,
    callback: Option<Callback>,
}

impl Drop for Call {
    fn drop(&mut self) {
        if self.ticks.is_current()
            && let Ok(main_loop) = current()
        {
            self.ticks.callback.set(self.callback.take());
            self.ticks.advance(&main_loop);
            Rc::clone(&self.ticks).wait(&main_loop);
        }
    }
}
