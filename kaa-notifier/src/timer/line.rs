//! The timers of one clock.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use super::Alarm;
use super::entries::TimerKey;
use super::wheel::{Precision, Wheel};
use crate::clock::{Clock, ClockId};
use crate::shuffle::Shuffle;

/// Nothing is borrowed while an alarm rings or is dropped.
pub(super) struct Line {
    clock: ClockId,
    wheel: RefCell<Wheel<Alarm>>,
}

impl Line {
    pub(super) fn new(clock: &Clock, id: ClockId) -> Line {
        let precision = if clock.is_virtual() { Precision::Exact } else { Precision::Ticks };
        Line { clock: id, wheel: RefCell::new(Wheel::new(clock.now_by(id), precision)) }
    }

    pub(super) fn insert(&self, deadline: Instant, alarm: Alarm) -> TimerKey {
        self.wheel.borrow_mut().insert(deadline, alarm)
    }

    pub(super) fn cancel(&self, key: TimerKey) {
        let alarm = self.wheel.borrow_mut().remove(key);
        drop(alarm); // Here, where nothing is borrowed.
    }

    pub(super) fn contains(&self, key: TimerKey) -> bool {
        self.wheel.borrow().contains(key)
    }

    /// Finds what is due, for `pop_due`. Without timers there is no need to ask what time it is.
    pub(super) fn collect_due(&self, clock: &Clock) {
        let mut wheel = self.wheel.borrow_mut();
        if wheel.len() > 0 {
            wheel.collect_due(clock.now_by(self.clock));
        }
    }

    pub(super) fn shuffle_due(&self, shuffle: &Shuffle) {
        self.wheel.borrow_mut().shuffle_due(|due| shuffle.shuffle(due));
    }

    /// The next alarm that is due, and for how long it has been.
    pub(super) fn pop_due(&self) -> Option<(Duration, Alarm)> {
        self.wheel.borrow_mut().pop_due()
    }

    /// When to look for due timers next, by this clock.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.wheel.borrow().next_wake()
    }

    /// Takes out all timers that there are, the youngest first.
    pub(super) fn take_all(&self) -> Vec<Alarm> {
        let mut wheel = self.wheel.borrow_mut();
        let mut keys: Vec<TimerKey> = wheel.keys().collect();
        keys.sort_unstable_by(|one, other| other.cmp(one));
        keys.into_iter().filter_map(|key| wheel.remove(key)).collect()
    }
}
