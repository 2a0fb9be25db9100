//! The handlers of a signal: an ordered list that may change while it is emitted.
//!
//! Each emission that runs has a cursor, which stands at the handler to call next. What is disconnected under a cursor moves it
//! on, so that disconnecting costs the same whatever the number of handlers, and emitting allocates nothing.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use crate::flow::Flow;
use crate::list::{List, SlotId};
use crate::waiter::{Connection, next_serial};

type Changing<A> = dyn FnMut(&A) -> Flow;

pub(super) enum Handler<A: ?Sized> {
    Shared(Rc<dyn Fn(&A) -> Flow>),
    /// Never entered while it runs.
    Alone(Rc<RefCell<Changing<A>>>),
    /// Taken out before it is called.
    Once(Box<dyn FnOnce(&A) -> Flow>),
    /// About to be filled.
    Vacant,
}

#[derive(Clone, Copy)]
pub(super) enum Place {
    First,
    Last,
}

/// Whose handler it is, if it is to go with somebody.
trait Owner {
    fn is_gone(&self) -> bool;
}

impl<O: ?Sized> Owner for Weak<O> {
    fn is_gone(&self) -> bool {
        self.strong_count() == 0
    }
}

struct Entry<A: ?Sized> {
    serial: u64,
    /// The number of the last emission that was begun before it was connected: it sees later ones only.
    since: u64,
    /// The number of those who want it passed over.
    blocked: u32,
    owner: Option<Box<dyn Owner>>,
    handler: Handler<A>,
}

impl<A: ?Sized> Entry<A> {
    fn is_orphan(&self) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.is_gone())
    }
}

pub(super) struct Handlers<A: ?Sized> {
    list: List<Entry<A>>,
    /// One for each emission that runs, the outermost first.
    cursors: Vec<SlotId>,
    /// The number of emissions that were begun.
    emissions: u64,
    /// The number of handlers that have an owner.
    owned: usize,
}

/// What an emission comes to next.
pub(super) enum Next<A: ?Sized> {
    /// One that stays connected.
    Stays(Handler<A>),
    /// One that was taken out.
    Taken(Handler<A>),
}

impl<A: ?Sized> Handlers<A> {
    pub(super) const fn new() -> Self {
        Handlers { list: List::new(), cursors: Vec::new(), emissions: 0, owned: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn add(&mut self, handler: Handler<A>, place: Place) -> Connection {
        let serial = next_serial();
        let entry = Entry { serial, since: self.emissions, blocked: 0, owner: None, handler };
        let slot = match place {
            Place::First => self.list.push_front(entry),
            Place::Last => self.list.push_back(entry),
        };
        Connection::new(serial, slot)
    }

    pub(super) fn fill(&mut self, connection: Connection, handler: Handler<A>) {
        if let Some(entry) = self.entry(connection) {
            entry.handler = handler;
        }
    }

    /// It is to go with `owner`.
    pub(super) fn own<O: ?Sized + 'static>(&mut self, connection: Connection, owner: Weak<O>) {
        if let Some(entry) = self.entry(connection) {
            entry.owner = Some(Box::new(owner));
            self.owned += 1;
        }
    }

    /// Whether there is any whose owner has not gone.
    pub(super) fn has_any(&self) -> bool {
        let mut slot = self.list.first();
        while let Some(entry) = self.list.get(slot) {
            if !entry.is_orphan() {
                return true;
            }
            slot = self.list.next(slot);
        }
        false
    }

    pub(super) fn is_connected(&self, connection: Connection) -> bool {
        self.list.get(connection.slot).is_some_and(|entry| entry.serial == connection.serial)
    }

    fn entry(&mut self, connection: Connection) -> Option<&mut Entry<A>> {
        self.list.get_mut(connection.slot).filter(|entry| entry.serial == connection.serial)
    }

    pub(super) fn block(&mut self, connection: Connection) {
        if let Some(entry) = self.entry(connection) {
            entry.blocked += 1;
        }
    }

    pub(super) fn unblock(&mut self, connection: Connection) {
        if let Some(entry) = self.entry(connection) {
            entry.blocked -= 1;
        }
    }

    /// Takes a handler out; to be dropped where the list is not borrowed.
    pub(super) fn remove(&mut self, connection: Connection) -> Option<Handler<A>> {
        if self.is_connected(connection) { self.remove_at(connection.slot) } else { None }
    }

    fn remove_at(&mut self, slot: SlotId) -> Option<Handler<A>> {
        let next = self.list.next(slot);
        for cursor in self.cursors.iter_mut().filter(|cursor| **cursor == slot) {
            *cursor = next;
        }
        let entry = self.list.remove(slot)?;
        self.owned -= usize::from(entry.owner.is_some());
        Some(entry.handler)
    }

    /// Takes all out, in order.
    pub(super) fn remove_all(&mut self) -> Vec<Handler<A>> {
        std::iter::from_fn(|| self.remove_at(self.list.first())).collect()
    }

    /// Takes those out whose owner has gone.
    pub(super) fn remove_orphans(&mut self) -> Vec<Handler<A>> {
        let mut orphans = Vec::new();
        let mut slot = self.list.first();
        while self.owned > 0
            && let Some(entry) = self.list.get(slot)
        {
            let (is_orphan, next) = (entry.is_orphan(), self.list.next(slot));
            if is_orphan {
                orphans.extend(self.remove_at(slot));
            }
            slot = next;
        }
        orphans
    }

    /// The next handler of emission `number`, whose cursor is at `index`.
    fn next(&mut self, index: usize, number: u64) -> Option<Next<A>> {
        loop {
            let slot = *self.cursors.get(index)?;
            let entry = self.list.get(slot)?;
            let is_due = entry.since < number && entry.blocked == 0;
            let handler = match &entry.handler {
                _ if entry.is_orphan() => None,
                Handler::Shared(handler) => Some(Handler::Shared(handler.clone())),
                Handler::Alone(handler) => Some(Handler::Alone(handler.clone())),
                Handler::Once(_) | Handler::Vacant => None,
            };
            self.cursors[index] = self.list.next(slot);
            if is_due {
                return match handler {
                    Some(handler) => Some(Next::Stays(handler)),
                    None => self.remove_at(slot).map(Next::Taken),
                };
            }
        }
    }
}

/// An emission that runs.
pub(super) struct Emission<'a, A: ?Sized> {
    handlers: &'a RefCell<Handlers<A>>,
    index: usize,
    number: u64,
}

impl<'a, A: ?Sized> Emission<'a, A> {
    pub(super) fn begin(handlers: &'a RefCell<Handlers<A>>) -> Self {
        let mut all = handlers.borrow_mut();
        all.emissions += 1;
        let (index, first) = (all.cursors.len(), all.list.first());
        all.cursors.push(first);
        Emission { handlers, index, number: all.emissions }
    }

    pub(super) fn next(&self) -> Option<Next<A>> {
        self.handlers.borrow_mut().next(self.index, self.number)
    }
}

impl<A: ?Sized> Drop for Emission<'_, A> {
    fn drop(&mut self) {
        self.handlers.borrow_mut().cursors.truncate(self.index);
    }
}
