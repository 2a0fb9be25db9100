//! The timers of a loop.

mod delay;
mod entries;
mod one_shot;
mod wheel;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use kaa_core::driver::{self, TimerId};
use slotmap::SecondaryMap;

pub use delay::delay;
pub(crate) use entries::TimerKey;
pub use one_shot::OneShotTimer;
use wheel::Wheel;

/// What happens when a timer's time has come.
pub(crate) enum Alarm {
    Call(Box<dyn FnOnce()>),
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
    pub(crate) fn new() -> Timers {
        Timers {
            wheel: RefCell::new(Wheel::new(Instant::now())),
            core: RefCell::new(SecondaryMap::new()),
        }
    }

    /// Calls `callback` at `deadline`, or as soon as possible after it.
    pub(crate) fn call_at(&self, deadline: Instant, callback: Box<dyn FnOnce()>) -> TimerKey {
        self.wheel.borrow_mut().insert(deadline, Alarm::Call(callback))
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

    /// Finds what is due by now, for `pop_due`. What is added later waits for the next turn.
    pub(crate) fn collect_due(&self) {
        let mut wheel = self.wheel.borrow_mut();
        if wheel.len() > 0 {
            wheel.collect_due(Instant::now());
        }
    }

    /// The next alarm that is due.
    pub(crate) fn pop_due(&self) -> Option<Alarm> {
        let alarm = self.wheel.borrow_mut().pop_due()?;
        self.forget(&alarm);
        Some(alarm)
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
            Alarm::Call(callback) => callback(),
            Alarm::Core(timer) => driver::expired(timer),
        }
    }
}

/// `limit` from now; what is too far away to be told is some centuries from now.
pub(crate) fn deadline_in(limit: Duration) -> Instant {
    const CENTURIES: Duration = Duration::from_secs(10_000_000_000);
    let now = Instant::now();
    now.checked_add(limit).unwrap_or_else(|| now + CENTURIES)
}
