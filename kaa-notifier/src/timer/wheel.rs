//! A hierarchical timer wheel.
//!
//! Time is cut into ticks of 65.5 us. Level 0 has a slot for each of the next ticks, level 1 one for each
//! 64 of them, and so on; eight levels reach further than 500 years. A timer stands on the level of the
//! highest six-bit digit in which its tick differs from the tick that the wheel has reached. So adding and
//! removing take a few steps whatever the number of timers, a timer moves down at most seven times, and
//! the slot that comes up next is found in one bit set a level.

mod level;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::entries::{Entries, TimerKey};
use level::{LEVELS, Level, Place, TICK_LIMIT};

/// A tick is 2^16 ns, so that 64-bit nanoseconds are exactly eight digits of six bits.
const TICK_NANOS: u64 = 1 << 16;

/// Timers by deadline, each with a payload.
///
/// A timer never comes out before its deadline, and at most one tick after it has been asked for.
pub(crate) struct Wheel<T> {
    origin: Instant,
    /// The tick the wheel has reached. No linked timer stands in a slot that began before it.
    reached: u64,
    levels: [Level; LEVELS],
    entries: Entries<Place, T>,
    /// What `collect_due` has found and `pop_due` has not handed out yet, in the order in which it will.
    /// A timer that has been removed meanwhile is passed over.
    due: VecDeque<Due>,
    /// The number of the next timer.
    next_number: u64,
}

/// A timer whose time has come; ordered as they are handed out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    deadline: u64,
    key: TimerKey,
}

impl<T> Wheel<T> {
    /// An empty wheel; deadlines before `origin` count as `origin`.
    pub(crate) fn new(origin: Instant) -> Self {
        Wheel {
            origin,
            reached: 0,
            levels: [Level::EMPTY; LEVELS],
            entries: Entries::new(),
            due: VecDeque::new(),
            next_number: 0,
        }
    }

    /// Adds a timer.
    pub(crate) fn insert(&mut self, deadline: Instant, payload: T) -> TimerKey {
        let deadline = self.nanos(deadline);
        let key = self.entries.insert(deadline, self.next_number, payload);
        self.next_number += 1;
        self.link(key, deadline);
        key
    }

    /// Takes a timer out before it has been handed out; `None` if it is gone.
    pub(crate) fn remove(&mut self, key: TimerKey) -> Option<T> {
        if let Some(place) = self.entries.get(key)?.place {
            self.levels[place.level].unlink(&mut self.entries, place, key);
        }
        self.entries.remove(key)
    }

    /// Finds all timers that are due at `now`, for [`pop_due`](Self::pop_due).
    ///
    /// A timer that is added later has to wait for the next call, also when it is due at once.
    pub(crate) fn collect_due(&mut self, now: Instant) {
        let now = self.nanos(now) / TICK_NANOS;
        while let Some((place, start)) = self.next_slot()
            && start <= now
        {
            self.reached = start;
            self.empty(place);
        }
        self.reached = self.reached.max(now);
        self.due.make_contiguous().sort_unstable();
    }

    /// The next timer that the last `collect_due` has found: by deadline, those of one deadline in order
    /// of creation.
    pub(crate) fn pop_due(&mut self) -> Option<T> {
        while let Some(due) = self.due.pop_front() {
            if let Some(payload) = self.entries.remove(due.key) {
                return Some(payload);
            }
        }
        None
    }

    /// When to call `collect_due` next: never later than the tick after the earliest deadline.
    ///
    /// It may be earlier, where timers far away first have to be spread over finer slots.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        let tick = if self.due.is_empty() { self.next_slot()?.1 } else { self.reached };
        Some(self.origin + Duration::from_nanos(tick * TICK_NANOS))
    }

    /// How many timers there are, those included that are due and not handed out.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The key of every timer, in no order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = TimerKey> + '_ {
        self.entries.keys()
    }

    /// The slot whose time comes first, and the tick it starts at.
    ///
    /// What stands on a lower level shares more digits with `reached`, so it comes before all of the
    /// higher ones.
    fn next_slot(&self) -> Option<(Place, u64)> {
        let (level, slot) =
            self.levels.iter().enumerate().find_map(|(n, level)| Some((n, level.first_slot()?)))?;
        let place = Place { level, slot };
        Some((place, place.start(self.reached)))
    }

    /// Hands the timers of a slot that has been reached to `due`, or on to finer slots.
    fn empty(&mut self, place: Place) {
        while let Some(key) = self.levels[place.level].first_timer(&mut self.entries, place.slot) {
            self.levels[place.level].unlink(&mut self.entries, place, key);
            let Some(deadline) = self.entries.get(key).map(|entry| entry.deadline) else {
                unreachable!("lists hold living timers only")
            };
            if tick_of(deadline) <= self.reached {
                self.due.push_back(Due { deadline, key });
            } else {
                self.link(key, deadline);
            }
        }
    }

    fn link(&mut self, key: TimerKey, deadline: u64) {
        let place = Place::of(tick_of(deadline).max(self.reached), self.reached);
        self.levels[place.level].link(&mut self.entries, place, key);
    }

    fn nanos(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.origin).as_nanos();
        u64::try_from(since).unwrap_or(u64::MAX)
    }
}

/// The first tick that begins at `deadline` or later: rounded up, so that no timer is early.
fn tick_of(deadline: u64) -> u64 {
    deadline.div_ceil(TICK_NANOS).min(TICK_LIMIT)
}

#[cfg(test)]
mod tests;
