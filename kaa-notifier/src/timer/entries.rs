//! The timers themselves: a slab whose entries are linked into lists by index.
//!
//! A slab and not one box a timer, so that a timer costs no allocation of its own and unlinking touches
//! its two neighbours only.

use std::num::NonZeroU32;

/// Names one timer: its place in the slab, and its number in order of creation.
///
/// Numbers are never used twice, so the key of a timer that is gone never names a later one. Keys are
/// ordered by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    number: u64,
    index: Index,
}

/// A place in the slab, counted from 1 so that an `Option` of it is no larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Index(NonZeroU32);

impl Index {
    fn of(place: usize) -> Index {
        let number = u32::try_from(place + 1).ok().and_then(NonZeroU32::new);
        Index(number.expect("fewer than 2^32 timers"))
    }

    fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl TimerKey {
    /// Grows with each timer.
    pub(super) fn number(self) -> u64 {
        self.number
    }
}

/// A list of entries, by its first one.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    first: Option<Index>,
}

impl List {
    pub(super) const EMPTY: List = List { first: None };

    pub(super) fn is_empty(self) -> bool {
        self.first.is_none()
    }
}

/// One timer. It fills a cache line: walking a list of timers costs one miss each.
#[repr(align(64))]
pub(super) struct Entry<P, T> {
    /// Nanoseconds since the wheel's origin.
    pub(super) deadline: u64,
    /// The list this entry is linked into, in the owner's terms; `None` while it is in none.
    pub(super) place: Option<P>,
    number: u64,
    payload: T,
    previous: Option<Index>,
    next: Option<Index>,
}

enum Slot<P, T> {
    Used(Entry<P, T>),
    Free { next: Option<Index> },
}

// The smaller, the less often a timer is missed in the cache.
const _: () = assert!(size_of::<Slot<[u8; 2], super::Alarm>>() == 64);

/// All timers, each in at most one list.
pub(super) struct Entries<P, T> {
    slots: Vec<Slot<P, T>>,
    /// Unused slots, linked through `Slot::Free`; they are filled before the slab grows.
    free: Option<Index>,
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
                let slot = &mut self.slots[index.place()];
                let Slot::Free { next } = *slot else {
                    unreachable!("the free list holds free slots")
                };
                self.free = next;
                *slot = Slot::Used(entry);
                index
            }
            None => {
                let index = Index::of(self.slots.len());
                self.slots.push(Slot::Used(entry));
                index
            }
        };
        TimerKey { index, number }
    }

    /// The timer `key` names, if it is still there.
    pub(super) fn get(&self, key: TimerKey) -> Option<&Entry<P, T>> {
        match self.slots.get(key.index.place()) {
            Some(Slot::Used(entry)) if entry.number == key.number => Some(entry),
            _ => None,
        }
    }

    /// Takes a timer out that is in no list any more.
    pub(super) fn remove(&mut self, key: TimerKey) -> Option<T> {
        debug_assert!(self.get(key)?.place.is_none(), "unlink a timer before removing it");
        self.get(key)?;
        let free = Slot::Free { next: self.free };
        let slot = std::mem::replace(&mut self.slots[key.index.place()], free);
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

    /// Takes the first timer out of `list`, with its deadline. Its other neighbour is not touched, so the list may only be taken
    /// apart to its end.
    pub(super) fn take_first(&mut self, list: &mut List) -> Option<(TimerKey, u64)> {
        let index = list.first?;
        let entry = self.used(index);
        entry.place = None;
        entry.previous = None;
        let (next, key) = (entry.next.take(), TimerKey { index, number: entry.number });
        let deadline = entry.deadline;
        list.first = next;
        Some((key, deadline))
    }

    /// All timers, in no order.
    pub(super) fn keys(&self) -> impl Iterator<Item = TimerKey> + '_ {
        (0..).zip(&self.slots).filter_map(|(place, slot)| match slot {
            Slot::Used(entry) => Some(TimerKey { index: Index::of(place), number: entry.number }),
            Slot::Free { .. } => None,
        })
    }

    fn used(&mut self, index: Index) -> &mut Entry<P, T> {
        match &mut self.slots[index.place()] {
            Slot::Used(entry) => entry,
            Slot::Free { .. } => unreachable!("lists hold used slots only"),
        }
    }
}
