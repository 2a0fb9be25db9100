//! An ordered list in a slab: entries keep their slot, are taken out in O(1), and slots are used again.

/// A place in a [`List`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SlotId(u32);

impl SlotId {
    /// The slot that the first entry of a new list gets.
    pub(crate) const FIRST: SlotId = SlotId(0);
    /// No slot: the end of the list in either direction.
    pub(crate) const NONE: SlotId = SlotId(u32::MAX);

    fn index(self) -> usize {
        self.0 as usize
    }
}

struct Slot<E> {
    /// None while the slot is free.
    entry: Option<E>,
    previous: SlotId,
    /// The next entry, or the next free slot.
    next: SlotId,
}

pub(crate) struct List<E> {
    slots: Vec<Slot<E>>,
    first: SlotId,
    last: SlotId,
    free: SlotId,
    length: usize,
}

impl<E> List<E> {
    pub(crate) const fn new() -> Self {
        let none = SlotId::NONE;
        List { slots: Vec::new(), first: none, last: none, free: none, length: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub(crate) fn first(&self) -> SlotId {
        self.first
    }

    /// The slot behind `slot`, which holds an entry.
    pub(crate) fn next(&self, slot: SlotId) -> SlotId {
        self.slots.get(slot.index()).map_or(SlotId::NONE, |slot| slot.next)
    }

    pub(crate) fn get(&self, slot: SlotId) -> Option<&E> {
        self.slots.get(slot.index())?.entry.as_ref()
    }

    pub(crate) fn get_mut(&mut self, slot: SlotId) -> Option<&mut E> {
        self.slots.get_mut(slot.index())?.entry.as_mut()
    }

    pub(crate) fn push_back(&mut self, entry: E) -> SlotId {
        let slot = Slot { entry: Some(entry), previous: self.last, next: SlotId::NONE };
        let id = self.place(slot);
        match self.slots.get_mut(self.last.index()) {
            Some(last) => last.next = id,
            None => self.first = id,
        }
        self.last = id;
        self.length += 1;
        id
    }

    pub(crate) fn push_front(&mut self, entry: E) -> SlotId {
        let slot = Slot { entry: Some(entry), previous: SlotId::NONE, next: self.first };
        let id = self.place(slot);
        match self.slots.get_mut(self.first.index()) {
            Some(first) => first.previous = id,
            None => self.last = id,
        }
        self.first = id;
        self.length += 1;
        id
    }

    fn place(&mut self, slot: Slot<E>) -> SlotId {
        let id = self.free;
        if let Some(free) = self.slots.get_mut(id.index()) {
            self.free = free.next;
            *free = slot;
            return id;
        }
        let id = u32::try_from(self.slots.len()).expect("fewer than 2^32 entries in a list");
        self.slots.push(slot);
        SlotId(id)
    }

    pub(crate) fn remove(&mut self, id: SlotId) -> Option<E> {
        let slot = self.slots.get_mut(id.index())?;
        let entry = slot.entry.take()?;
        let (previous, next) = (slot.previous, slot.next);
        slot.next = self.free;
        self.free = id;
        match self.slots.get_mut(previous.index()) {
            Some(slot) => slot.next = next,
            None => self.first = next,
        }
        match self.slots.get_mut(next.index()) {
            Some(slot) => slot.previous = previous,
            None => self.last = previous,
        }
        self.length -= 1;
        Some(entry)
    }

    pub(crate) fn pop_front(&mut self) -> Option<E> {
        self.remove(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    #[test]
    fn entries_come_out_in_order_and_slots_are_used_again() {
        let mut list = List::new();
        let slots: Vec<_> = (0..4).map(|n| list.push_back(n)).collect();
        assert_eq!(list.remove(slots[1]), Some(1));
        assert_eq!(list.remove(slots[1]), None);
        assert_eq!(list.push_back(4), slots[1]);
        assert_eq!(list.remove(slots[3]), Some(3));
        assert_eq!(std::iter::from_fn(|| list.pop_front()).collect::<Vec<_>>(), [0, 2, 4]);
        assert!(list.is_empty());
    }

    #[test]
    fn what_is_pushed_to_the_front_comes_out_first() {
        let mut list = List::new();
        list.push_front(2);
        list.push_front(1);
        list.push_back(3);
        assert_eq!(std::iter::from_fn(|| list.pop_front()).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
