//! One level of the wheel: 64 lists of timers and a bit for each that is not empty.

use crate::timer::entries::{Entries, List, TimerKey};

/// How many levels a wheel has.
pub(super) const LEVELS: usize = 8;

/// The last tick there is: eight digits of six bits.
pub(super) const TICK_LIMIT: u64 = (1 << (DIGIT_BITS * 8)) - 1;

const DIGIT_BITS: u32 = 6;
const SLOTS: usize = 1 << DIGIT_BITS;

/// A slot of the wheel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) level: usize,
    pub(super) slot: usize,
}

impl Place {
    /// Where a timer of this tick belongs, now that the wheel has reached `reached`.
    pub(super) fn of(tick: u64, reached: u64) -> Place {
        // The lowest digit counts as different, so that what is due already stands on level 0.
        let difference = (tick ^ reached) | 1;
        let level = difference.ilog2() / DIGIT_BITS;
        let slot = (tick >> (level * DIGIT_BITS)) as usize % SLOTS;
        Place { level: level as usize, slot }
    }

    /// The tick at which this slot's time comes: `reached` with this digit set and all below it 0.
    pub(super) fn start(self, reached: u64) -> u64 {
        let low = self.level as u32 * DIGIT_BITS;
        let above = reached >> low >> DIGIT_BITS << DIGIT_BITS;
        (above | self.slot as u64) << low
    }
}

/// 64 slots.
#[derive(Clone, Copy)]
pub(super) struct Level {
    lists: [List; SLOTS],
    /// Bit `n` is set exactly when `lists[n]` is not empty.
    occupied: u64,
}

impl Level {
    pub(super) const EMPTY: Level = Level { lists: [List::EMPTY; SLOTS], occupied: 0 };

    /// The first slot with a timer in it.
    pub(super) fn first_slot(&self) -> Option<usize> {
        (self.occupied != 0).then(|| self.occupied.trailing_zeros() as usize)
    }

    pub(super) fn first_timer<T>(
        &self,
        entries: &mut Entries<Place, T>,
        slot: usize,
    ) -> Option<TimerKey> {
        entries.first(self.lists[slot])
    }

    pub(super) fn link<T>(&mut self, entries: &mut Entries<Place, T>, place: Place, key: TimerKey) {
        entries.link(&mut self.lists[place.slot], place, key);
        self.occupied |= 1 << place.slot;
    }

    pub(super) fn unlink<T>(
        &mut self,
        entries: &mut Entries<Place, T>,
        place: Place,
        key: TimerKey,
    ) {
        let list = &mut self.lists[place.slot];
        entries.unlink(list, key);
        if list.is_empty() {
            self.occupied &= !(1 << place.slot);
        }
    }
}
