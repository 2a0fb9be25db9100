//! Timers by the clock on the wall, which can be set.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use super::{Alarm, Ticks};
use crate::clock::{Clock, ClockId};

/// A clock that was set by so much was wrong before, and what was planned by it is planned anew.
const CORRECTION: Duration = Duration::from_secs(3600);

/// Names a timer, in the order in which they ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WallKey {
    pub(super) deadline: SystemTime,
    number: u64,
}

/// A map will do: there are few of them, and they are far away.
pub(super) struct WallTimers {
    timers: RefCell<BTreeMap<WallKey, Rc<Ticks>>>,
    next_number: Cell<u64>,
    /// What `collect_due` has found. What was stopped meanwhile is passed over.
    due: RefCell<VecDeque<WallKey>>,
    looked: Cell<SystemTime>,
    /// By how much it was ahead of a clock that cannot be set, when it was looked at the last time with timers in it.
    ahead: Cell<Option<i128>>,
    #[cfg(target_os = "linux")]
    alarm_clock: super::alarm_clock::AlarmClock,
}

impl WallTimers {
    pub(super) fn new() -> WallTimers {
        WallTimers {
            timers: RefCell::default(),
            next_number: Cell::new(0),
            due: RefCell::default(),
            looked: Cell::new(SystemTime::UNIX_EPOCH),
            ahead: Cell::new(None),
            #[cfg(target_os = "linux")]
            alarm_clock: super::alarm_clock::AlarmClock::of_wall(),
        }
    }

    pub(super) fn insert(&self, clock: &Clock, deadline: SystemTime, ticks: Rc<Ticks>) -> WallKey {
        let key = WallKey { deadline, number: self.next_number.get() };
        self.next_number.set(key.number + 1);
        if self.ahead.get().is_none() {
            self.ahead.set(Some(ahead(clock)));
        }
        self.timers.borrow_mut().insert(key, ticks);
        key
    }

    pub(super) fn cancel(&self, key: WallKey) {
        let ticks = self.timers.borrow_mut().remove(&key);
        drop(ticks); // Here, where nothing is borrowed.
    }

    pub(super) fn contains(&self, key: WallKey) -> bool {
        self.timers.borrow().contains_key(&key)
    }

    pub(super) fn collect_due(&self, clock: &Clock) {
        let Some(now) = self.look(clock) else { return };
        self.looked.set(now);
        let timers = self.timers.borrow();
        let due = timers.keys().copied().take_while(|key| key.deadline <= now);
        self.due.replace(due.collect());
    }

    pub(super) fn pop_due(&self) -> Option<(Duration, Alarm)> {
        loop {
            let key = self.due.borrow_mut().pop_front()?;
            let ticks = self.timers.borrow_mut().remove(&key);
            if let Some(ticks) = ticks {
                let late = self.looked.get().duration_since(key.deadline).unwrap_or_default();
                return Some((late, Alarm::Tick(ticks)));
            }
        }
    }

    /// When to look for due timers next, by the monotonic clock and as far as is known now.
    pub(super) fn next_wake(&self, clock: &Clock) -> Option<Instant> {
        let now = self.look(clock)?;
        let timers = self.timers.borrow();
        let (next, _) = timers.first_key_value()?;
        clock.now().checked_add(next.deadline.duration_since(now).unwrap_or_default())
    }

    #[cfg(target_os = "linux")]
    pub(super) fn set_alarm_clock(&self, main_loop: &crate::main_loop::MainLoop) {
        let next = self.timers.borrow().first_key_value().map(|(key, _)| key.deadline);
        let next = next.and_then(|next| next.duration_since(SystemTime::UNIX_EPOCH).ok());
        // Without it a timer is late by what the clock was set, and no worse.
        let _ = self.alarm_clock.set(main_loop, next);
    }

    /// The youngest first.
    pub(super) fn take_all(&self) -> impl Iterator<Item = Alarm> {
        let mut timers: Vec<_> = self.timers.take().into_iter().collect();
        timers.sort_unstable_by_key(|(key, _)| std::cmp::Reverse(key.number));
        timers.into_iter().map(|(_, ticks)| Alarm::Tick(ticks))
    }

    /// What time it is, if there are timers; what was planned by a wrong clock is planned anew.
    fn look(&self, clock: &Clock) -> Option<SystemTime> {
        if self.timers.borrow().is_empty() {
            self.ahead.set(None);
            return None;
        }
        let (now, ahead) = (clock.wall_now(), ahead(clock));
        let before = self.ahead.replace(Some(ahead)).unwrap_or(ahead);
        if ahead.abs_diff(before) >= CORRECTION.as_nanos() {
            self.plan_anew(now);
        }
        Some(now)
    }

    fn plan_anew(&self, now: SystemTime) {
        let timers = self.timers.take();
        let planned = timers.into_iter().filter_map(|(WallKey { number, .. }, ticks)| {
            let deadline = ticks.plan_anew(now)?;
            let key = WallKey { deadline, number };
            ticks.set_waiting(key);
            Some((key, ticks))
        });
        self.timers.replace(planned.collect());
    }
}

/// By how many nanoseconds the clock on the wall is ahead of one that cannot be set. The machine's sleep does not change that.
fn ahead(clock: &Clock) -> i128 {
    let cannot_be_set = clock.since_boot_at(clock.now_by(ClockId::Boot));
    let wall = match clock.wall_now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_nanos().cast_signed(),
        Err(before) => -before.duration().as_nanos().cast_signed(),
    };
    wall - cannot_be_set.as_nanos().cast_signed()
}
