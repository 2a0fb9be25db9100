//! One level of the wheel: 256 lists of timers and a bit for each that is not empty.

use crate::timer::entries::{Entries, List, TimerKey};

/// How many levels a wheel has: 64-bit ticks are eight digits of eight bits.
pub(super) const LEVELS: usize = 8;

const DIGIT_BITS: u32 = 8;
const SLOTS: usize = 1 << DIGIT_BITS;
const WORDS: usize = SLOTS / 64;

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

/// 256 slots.
#[derive(Clone, Copy)]
pub(super) struct Level {
    lists: [List; SLOTS],
    /// Bit `n` is set exactly when `lists[n]` is not empty.
    occupied: [u64; WORDS],
}

impl Level {
    pub(super) const EMPTY: Level = Level { lists: [List::EMPTY; SLOTS], occupied: [0; WORDS] };

    /// The first slot with a timer in it.
    pub(super) fn first_slot(&self) -> Option<usize> {
        let (word, bits) = self.occupied.iter().enumerate().find(|(_, bits)| **bits != 0)?;
        Some(word * 64 + bits.trailing_zeros() as usize)
    }

    /// All timers of a slot, which is empty then.
    pub(super) fn take(&mut self, place: Place) -> List {
        self.set_occupied(place, false);
        std::mem::replace(&mut self.lists[usize::from(place.slot)], List::EMPTY)
    }

    pub(super) fn link<T>(&mut self, entries: &mut Entries<Place, T>, place: Place, key: TimerKey) {
        entries.link(&mut self.lists[usize::from(place.slot)], place, key);
        self.set_occupied(place, true);
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
            self.set_occupied(place, false);
        }
    }

    fn set_occupied(&mut self, place: Place, is_occupied: bool) {
        let (word, bit) = (usize::from(place.slot) / 64, 1 << (place.slot % 64));
        if is_occupied {
            self.occupied[word] |= bit;
        } else {
            self.occupied[word] &= !bit;
        }
    }
}
