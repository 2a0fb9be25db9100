//! A hierarchical timer wheel.
//!
//! Time is cut into ticks. Level 0 has a slot for each of the next ticks, level 1 one for each 64 of them, and so
//! on; eleven levels reach further than 500 years even if a tick is a nanosecond. A timer stands on the level of the
//! highest six-bit digit in which its tick differs from the tick that the wheel has reached. So adding and
//! removing take a few steps whatever the number of timers, a timer moves down at most once a level, and the
//! slot that comes up next is found in one bit set a level.

mod level;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::entries::{Entries, TimerKey};
use level::{LEVELS, Level, Place};

/// How long a tick is. A timer is due when the tick begins that its deadline is rounded up to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Precision {
    /// 2^16 ns, about 65.5 us: timers of a while need not be sorted more finely until they are due.
    Ticks,
    /// A nanosecond, so that nothing is rounded.
    Exact,
}

impl Precision {
    fn bits(self) -> u32 {
        match self {
            Precision::Ticks => 16,
            Precision::Exact => 0,
        }
    }
}

/// Timers by deadline, each with a payload.
///
/// A timer never comes out before its deadline, and at most one tick after it has been asked for.
pub(crate) struct Wheel<T> {
    origin: Instant,
    /// A tick is 2 to the power of this nanoseconds.
    tick_bits: u32,
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
pub(crate) struct Due {
    deadline: u64,
    key: TimerKey,
}

impl<T> Wheel<T> {
    /// An empty wheel; deadlines before `origin` count as `origin`.
    pub(crate) fn new(origin: Instant, precision: Precision) -> Self {
        Wheel {
            origin,
            tick_bits: precision.bits(),
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
            self.levels[place.level()].unlink(&mut self.entries, place, key);
        }
        self.entries.remove(key)
    }

    /// Finds all timers that are due at `now`, for [`pop_due`](Self::pop_due).
    ///
    /// A timer that is added later has to wait for the next call, also when it is due at once.
    pub(crate) fn collect_due(&mut self, now: Instant) {
        let now = self.nanos(now) >> self.tick_bits;
        let left_over = self.due.len();
        while let Some((place, start)) = self.next_slot()
            && start <= now
        {
            self.reached = start;
            self.empty(place);
        }
        self.reached = self.reached.max(now);
        if left_over > 0 {
            self.due.make_contiguous().sort_unstable(); // What was added since may be due before what is left over.
        }
    }

    /// Puts those of one deadline that `collect_due` has found into another order.
    pub(crate) fn shuffle_due(&mut self, mut shuffle: impl FnMut(&mut [Due])) {
        for of_one_deadline in
            self.due.make_contiguous().chunk_by_mut(|one, other| one.deadline == other.deadline)
        {
            shuffle(of_one_deadline);
        }
    }

    /// The next timer that the last `collect_due` has found, with its deadline: by deadline, those of one deadline in order
    /// of creation.
    pub(crate) fn pop_due(&mut self) -> Option<(Instant, T)> {
        while let Some(due) = self.due.pop_front() {
            if let Some(payload) = self.entries.remove(due.key) {
                return Some((self.instant(due.deadline), payload));
            }
        }
        None
    }

    /// When to call `collect_due` next: never later than the tick after the earliest deadline.
    ///
    /// It may be earlier, where timers far away first have to be spread over finer slots.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        let tick = if self.due.is_empty() { self.next_slot()?.1 } else { self.reached };
        Some(self.instant(tick << self.tick_bits))
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
        let place = Place::at(level, slot);
        Some((place, place.start(self.reached)))
    }

    /// Hands the timers of a slot that has been reached to `due`, or on to finer slots.
    ///
    /// What is due now has one tick, later than that of all that was due before. So sorting these sorts all.
    fn empty(&mut self, place: Place) {
        let first = self.due.len();
        while let Some(key) = self.levels[place.level()].first_timer(&mut self.entries, place) {
            self.levels[place.level()].unlink(&mut self.entries, place, key);
            let Some(deadline) = self.entries.get(key).map(|entry| entry.deadline) else {
                unreachable!("lists hold living timers only")
            };
            if self.tick_of(deadline) <= self.reached {
                self.due.push_back(Due { deadline, key });
            } else {
                self.link(key, deadline);
            }
        }
        self.due.make_contiguous()[first..].sort_unstable();
    }

    fn link(&mut self, key: TimerKey, deadline: u64) {
        let place = Place::of(self.tick_of(deadline).max(self.reached), self.reached);
        self.levels[place.level()].link(&mut self.entries, place, key);
    }

    /// The first tick that begins at `deadline` or later: rounded up, so that no timer is early.
    fn tick_of(&self, deadline: u64) -> u64 {
        deadline.div_ceil(1 << self.tick_bits).min(u64::MAX >> self.tick_bits)
    }

    fn instant(&self, nanos: u64) -> Instant {
        self.origin + Duration::from_nanos(nanos)
    }

    fn nanos(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.origin).as_nanos();
        u64::try_from(since).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests;
