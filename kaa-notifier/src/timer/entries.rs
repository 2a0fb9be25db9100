//! The timers themselves: a slab whose entries are linked into lists by index.
//!
//! A slab and not one box a timer, so that a timer costs no allocation of its own and unlinking touches
//! its two neighbours only.

/// Names one timer: its place in the slab, and its number in order of creation.
///
/// Numbers are never used twice, so the key of a timer that is gone never names a later one. Keys are
/// ordered by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    number: u64,
    index: u32,
}

/// A list of entries, by its first one.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    first: Option<u32>,
}

impl List {
    pub(super) const EMPTY: List = List { first: None };

    pub(super) fn is_empty(self) -> bool {
        self.first.is_none()
    }
}

/// One timer.
pub(super) struct Entry<P, T> {
    /// Nanoseconds since the wheel's origin.
    pub(super) deadline: u64,
    /// The list this entry is linked into, in the owner's terms; `None` while it is in none.
    pub(super) place: Option<P>,
    number: u64,
    payload: T,
    previous: Option<u32>,
    next: Option<u32>,
}

enum Slot<P, T> {
    Used(Entry<P, T>),
    Free { next: Option<u32> },
}

/// All timers, each in at most one list.
pub(super) struct Entries<P, T> {
    slots: Vec<Slot<P, T>>,
    /// Unused slots, linked through `Slot::Free`; they are filled before the slab grows.
    free: Option<u32>,
    len: usize,
}

impl<P: Copy, T> Entries<P, T> {
    pub(super) fn new() -> Self {
        Entries { slots: Vec::new(), free: None, len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How many timers the slab has room for without growing.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// Adds a timer that is in no list yet.
    pub(super) fn insert(&mut self, deadline: u64, number: u64, payload: T) -> TimerKey {
        let entry = Entry { deadline, place: None, number, payload, previous: None, next: None };
        self.len += 1;
        let index = match self.free {
            Some(index) => {
                let slot = &mut self.slots[index as usize];
                let Slot::Free { next } = *slot else {
                    unreachable!("the free list holds free slots")
                };
                self.free = next;
                *slot = Slot::Used(entry);
                index
            }
            None => {
                let index = u32::try_from(self.slots.len()).expect("fewer than 2^32 timers");
                self.slots.push(Slot::Used(entry));
                index
            }
        };
        TimerKey { index, number }
    }

    /// The timer `key` names, if it is still there.
    pub(super) fn get(&self, key: TimerKey) -> Option<&Entry<P, T>> {
        match self.slots.get(key.index as usize) {
            Some(Slot::Used(entry)) if entry.number == key.number => Some(entry),
            _ => None,
        }
    }

    /// Takes a timer out that is in no list any more.
    pub(super) fn remove(&mut self, key: TimerKey) -> Option<T> {
        debug_assert!(self.get(key)?.place.is_none(), "unlink a timer before removing it");
        self.get(key)?;
        let free = Slot::Free { next: self.free };
        let slot = std::mem::replace(&mut self.slots[key.index as usize], free);
        self.free = Some(key.index);
        self.len -= 1;
        match slot {
            Slot::Used(entry) => Some(entry.payload),
            Slot::Free { .. } => unreachable!("`get` has found the timer"),
        }
    }

    /// Puts a timer at the head of `list`, which stands at `place`.
    pub(super) fn link(&mut self, list: &mut List, place: P, key: TimerKey) {
        let second = list.first.replace(key.index);
        let entry = self.used(key.index);
        entry.place = Some(place);
        entry.previous = None;
        entry.next = second;
        if let Some(second) = second {
            self.used(second).previous = Some(key.index);
        }
    }

    /// Takes a timer out of `list`, which must be the one that it is in.
    pub(super) fn unlink(&mut self, list: &mut List, key: TimerKey) {
        let entry = self.used(key.index);
        entry.place = None;
        let (previous, next) = (entry.previous.take(), entry.next.take());
        match previous {
            Some(previous) => self.used(previous).next = next,
            None => list.first = next,
        }
        if let Some(next) = next {
            self.used(next).previous = previous;
        }
    }

    /// The first timer of `list`.
    pub(super) fn first(&mut self, list: List) -> Option<TimerKey> {
        let index = list.first?;
        Some(TimerKey { index, number: self.used(index).number })
    }

    /// All timers, in no order.
    pub(super) fn keys(&self) -> impl Iterator<Item = TimerKey> + '_ {
        (0..).zip(&self.slots).filter_map(|(index, slot)| match slot {
            Slot::Used(entry) => Some(TimerKey { index, number: entry.number }),
            Slot::Free { .. } => None,
        })
    }

    fn used(&mut self, index: u32) -> &mut Entry<P, T> {
        match &mut self.slots[index as usize] {
            Slot::Used(entry) => entry,
            Slot::Free { .. } => unreachable!("lists hold used slots only"),
        }
    }
}
