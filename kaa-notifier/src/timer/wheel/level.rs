//! One level of the wheel: 64 lists of timers and a bit for each that is not empty.

use crate::timer::entries::{Entries, List, TimerKey};

/// How many levels a wheel has: 64-bit ticks are eleven digits of six bits.
pub(super) const LEVELS: usize = 11;

const DIGIT_BITS: u32 = 6;
const SLOTS: usize = 1 << DIGIT_BITS;

/// A slot of the wheel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    level: u8,
    slot: u8,
}

impl Place {
    /// Where a timer of this tick belongs, now that the wheel has reached `reached`.
    pub(super) fn of(tick: u64, reached: u64) -> Place {
        // The lowest digit counts as different, so that what is due already stands on level 0.
        let difference = (tick ^ reached) | 1;
        let level = difference.ilog2() / DIGIT_BITS;
        let slot = (tick >> (level * DIGIT_BITS)) % SLOTS as u64;
        Place { level: level as u8, slot: slot as u8 }
    }

    /// The tick at which this slot's time comes: `reached` with this digit set and all below it 0.
    pub(super) fn start(self, reached: u64) -> u64 {
        let low = u32::from(self.level) * DIGIT_BITS;
        let above = reached >> low >> DIGIT_BITS << DIGIT_BITS;
        (above | u64::from(self.slot)) << low
    }

    pub(super) fn at(level: usize, slot: usize) -> Place {
        Place { level: level as u8, slot: slot as u8 }
    }

    pub(super) fn level(self) -> usize {
        usize::from(self.level)
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
        place: Place,
    ) -> Option<TimerKey> {
        entries.first(self.lists[usize::from(place.slot)])
    }

    pub(super) fn link<T>(&mut self, entries: &mut Entries<Place, T>, place: Place, key: TimerKey) {
        entries.link(&mut self.lists[usize::from(place.slot)], place, key);
        self.occupied |= 1 << place.slot;
    }

    pub(super) fn unlink<T>(
        &mut self,
        entries: &mut Entries<Place, T>,
        place: Place,
        key: TimerKey,
    ) {
        let list = &mut self.lists[usize::from(place.slot)];
        entries.unlink(list, key);
        if list.is_empty() {
            self.occupied &= !(1 << place.slot);
        }
    }
}
