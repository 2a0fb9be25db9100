//! The timers of a loop.

mod delay;
mod entries;
mod one_shot;
mod repeating;
mod weak;
mod wheel;

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;
use std::time::Instant;

use kaa_core::driver::{self, TimerId};
use slotmap::SecondaryMap;

use crate::clock::Clock;
use crate::shuffle::Shuffle;

pub use delay::delay;
pub(crate) use entries::TimerKey;
pub use one_shot::OneShotTimer;
use repeating::Ticks;
pub use repeating::Timer;
pub use weak::{WeakOneShotTimer, WeakTimer};
use wheel::{Precision, Wheel};

/// What happens when a timer's time has come.
pub(crate) enum Alarm {
    /// Started at this place.
    Call(Box<dyn FnOnce()>, &'static Location<'static>),
    /// A repeating timer.
    Tick(Rc<Ticks>),
    /// The core has asked for it.
    Core(TimerId),
}

/// All timers of a loop.
///
/// Nothing is borrowed while an alarm rings or is dropped.
pub(crate) struct Timers {
    wheel: RefCell<Wheel<Alarm>>,
    /// Where in the wheel the core's timers are; exactly those that are in the wheel.
    core: RefCell<SecondaryMap<TimerId, TimerKey>>,
}

impl Timers {
    pub(crate) fn new(clock: &Clock) -> Timers {
        let precision = if clock.is_virtual() { Precision::Exact } else { Precision::Ticks };
        Timers {
            wheel: RefCell::new(Wheel::new(clock.now(), precision)),
            core: RefCell::new(SecondaryMap::new()),
        }
    }

    /// Rings `alarm` at `deadline`, or as soon as possible after it.
    pub(crate) fn insert(&self, deadline: Instant, alarm: Alarm) -> TimerKey {
        self.wheel.borrow_mut().insert(deadline, alarm)
    }

    /// Takes a timer out; one that has fired is ignored.
    pub(crate) fn cancel(&self, key: TimerKey) {
        let alarm = self.wheel.borrow_mut().remove(key);
        drop(alarm); // Here, where nothing is borrowed.
    }

    /// Tells the core at `deadline`.
    pub(crate) fn wake_core_at(&self, deadline: Instant, timer: TimerId) {
        let key = self.wheel.borrow_mut().insert(deadline, Alarm::Core(timer));
        self.core.borrow_mut().insert(timer, key);
    }

    /// Takes that back.
    pub(crate) fn cancel_core(&self, timer: TimerId) {
        let key = self.core.borrow_mut().remove(timer);
        if let Some(key) = key {
            self.cancel(key);
        }
    }

    /// Finds what is due by `now`, for `pop_due`. What is added later waits for the next turn.
    ///
    /// Gives the time that it was asked with; without timers there is no need to ask.
    pub(crate) fn collect_due(&self, now: impl FnOnce() -> Instant) -> Option<Instant> {
        let mut wheel = self.wheel.borrow_mut();
        if wheel.len() == 0 {
            return None;
        }
        let now = now();
        wheel.collect_due(now);
        Some(now)
    }

    /// Puts those of one deadline into another order.
    pub(crate) fn shuffle_due(&self, shuffle: &Shuffle) {
        self.wheel.borrow_mut().shuffle_due(|due| shuffle.shuffle(due));
    }

    /// The next alarm that is due, and since when.
    pub(crate) fn pop_due(&self) -> Option<(Instant, Alarm)> {
        let (deadline, alarm) = self.wheel.borrow_mut().pop_due()?;
        self.forget(&alarm);
        Some((deadline, alarm))
    }

    /// When to look for due timers next.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        self.wheel.borrow().next_wake()
    }

    /// Takes out all timers that there are, the youngest first.
    pub(crate) fn take_all(&self) -> Vec<Alarm> {
        let mut wheel = self.wheel.borrow_mut();
        let mut keys: Vec<TimerKey> = wheel.keys().collect();
        keys.sort_unstable_by(|one, other| other.cmp(one));
        let alarms = keys.into_iter().filter_map(|key| wheel.remove(key)).collect();
        self.core.borrow_mut().clear();
        alarms
    }

    fn forget(&self, alarm: &Alarm) {
        if let Alarm::Core(timer) = alarm {
            self.core.borrow_mut().remove(*timer);
        }
    }
}

impl Alarm {
    pub(crate) fn ring(self) {
        match self {
            Alarm::Call(callback, _) => callback(),
            Alarm::Tick(ticks) => ticks.ring(),
            Alarm::Core(timer) => driver::expired(timer),
        }
    }

    /// Where it was started, if that was in code of the user's.
    pub(crate) fn started_at(&self) -> Option<&'static Location<'static>> {
        match self {
            Alarm::Call(_, place) => Some(place),
            Alarm::Tick(ticks) => Some(ticks.started_at()),
            Alarm::Core(_) => None,
        }
    }
}
