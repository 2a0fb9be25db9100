//! A hierarchical timer wheel.
//!
//! Time is cut into ticks. Level 0 has a slot for each of the next ticks, level 1 one for each 256 of them, and so
//! on; eight levels reach further than 500 years even if a tick is a nanosecond. A timer stands on the level of the
//! highest byte in which its tick differs from the tick that the wheel has reached. So adding and
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
    /// What time it was at the last `collect_due`.
    asked: u64,
    /// What `collect_due` has begun, until all its slots have been emptied.
    round: Option<Round>,
    /// The number of the next timer.
    next_number: u64,
}

/// It goes slot by slot, so that what a slot has brought up is still in the cache when it is handed out.
#[derive(Clone, Copy)]
struct Round {
    /// The last tick that is due.
    until: u64,
    /// Timers from this number on were added since, and wait for the next round.
    first_new: u64,
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
            asked: 0,
            round: None,
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

    /// Whether a timer has not been handed out or removed.
    pub(crate) fn contains(&self, key: TimerKey) -> bool {
        self.entries.get(key).is_some()
    }

    /// Begins to find the timers that are due at `now`, for [`pop_due`](Self::pop_due).
    ///
    /// A timer that is added later has to wait for the next call, also when it is due at once.
    pub(crate) fn collect_due(&mut self, now: Instant) {
        self.finish_round();
        self.asked = self.nanos(now);
        let until = (self.asked >> self.tick_bits).max(self.reached);
        self.round = Some(Round { until, first_new: self.next_number });
        if !self.due.is_empty() {
            self.finish_round();
            self.due.make_contiguous().sort_unstable(); // What was added since may be due before what is left over.
        }
    }

    /// Puts those of one deadline that `collect_due` has found into another order.
    pub(crate) fn shuffle_due(&mut self, mut shuffle: impl FnMut(&mut [Due])) {
        self.finish_round();
        for of_one_deadline in
            self.due.make_contiguous().chunk_by_mut(|one, other| one.deadline == other.deadline)
        {
            shuffle(of_one_deadline);
        }
    }

    /// The next timer that the last `collect_due` has found, and for how long it was due then: by deadline, those of one deadline
    /// in order of creation.
    pub(crate) fn pop_due(&mut self) -> Option<(Duration, T)> {
        loop {
            while let Some(due) = self.due.pop_front() {
                if let Some(payload) = self.entries.remove(due.key) {
                    let late = self.asked.saturating_sub(due.deadline);
                    return Some((Duration::from_nanos(late), payload));
                }
            }
            if !self.empty_next_slot() {
                return None;
            }
        }
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

    /// Empties all slots of the round.
    fn finish_round(&mut self) {
        while self.empty_next_slot() {}
    }

    /// Empties the next slot of the round; false at its end.
    fn empty_next_slot(&mut self) -> bool {
        let Some(round) = self.round else { return false };
        let Some((place, start)) = self.next_slot().filter(|&(_, start)| start <= round.until)
        else {
            self.reached = round.until;
            self.round = None;
            return false;
        };
        self.reached = start;
        self.empty(place, round.first_new);
        if place.level() == 0 && start == round.until {
            self.round = None; // What is left in it is new.
        }
        true
    }

    /// Hands the timers of a slot that has been reached to `due`, or on to finer slots.
    ///
    /// What is due now has one tick, later than that of all that was due before. So sorting these sorts all.
    fn empty(&mut self, place: Place, first_new: u64) {
        let first = self.due.len();
        let mut list = self.levels[place.level()].take(place);
        while let Some((key, deadline)) = self.entries.take_first(&mut list) {
            if self.tick_of(deadline) <= self.reached && key.number() < first_new {
                self.due.push_back(Due { deadline, key });
            } else {
                self.link(key, deadline);
            }
        }
        self.due.make_contiguous()[first..].sort_unstable();
    }

    fn link(&mut self, key: TimerKey, deadline: u64) {
        let waits_for = |round: &Round| key.number() >= round.first_new;
        let earliest = self.round.filter(waits_for).map_or(self.reached, |round| round.until);
        let place = Place::of(self.tick_of(deadline).max(earliest), self.reached);
        self.levels[place.level()].link(&mut self.entries, place, key);
    }

    /// The first tick that begins at `deadline` or later: rounded up, so that no timer is early.
    fn tick_of(&self, deadline: u64) -> u64 {
        let begun = deadline & ((1 << self.tick_bits) - 1) != 0;
        ((deadline >> self.tick_bits) + u64::from(begun)).min(u64::MAX >> self.tick_bits)
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
