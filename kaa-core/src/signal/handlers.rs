//! The handlers of a signal: an ordered list that may change while it is emitted.
//!
//! Each emission that runs has a cursor, which stands at the handler to call next. What is disconnected under a cursor moves it
//! on, so that disconnecting costs the same whatever the number of handlers, and emitting allocates nothing.

use std::cell::RefCell;
use std::rc::Rc;

use crate::flow::Flow;
use crate::list::{List, SlotId};
use crate::waiter::{Connection, next_serial};

type Changing<A> = dyn FnMut(&A) -> Flow;

pub(super) enum Handler<A: ?Sized> {
    Shared(Rc<dyn Fn(&A) -> Flow>),
    /// Never entered while it runs.
    Alone(Rc<RefCell<Changing<A>>>),
    /// Taken out before it is called.
    Once(Box<dyn FnOnce(&A)>),
    /// About to be filled.
    Vacant,
}

struct Entry<A: ?Sized> {
    serial: u64,
    /// The number of the last emission that was begun before it was connected: it sees later ones only.
    since: u64,
    handler: Handler<A>,
}

pub(super) struct Handlers<A: ?Sized> {
    list: List<Entry<A>>,
    /// One for each emission that runs, the outermost first.
    cursors: Vec<SlotId>,
    /// The number of emissions that were begun.
    emissions: u64,
}

impl<A: ?Sized> Handlers<A> {
    pub(super) const fn new() -> Self {
        Handlers { list: List::new(), cursors: Vec::new(), emissions: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn add(&mut self, handler: Handler<A>) -> Connection {
        let serial = next_serial();
        let slot = self.list.push_back(Entry { serial, since: self.emissions, handler });
        Connection::new(serial, slot)
    }

    pub(super) fn fill(&mut self, connection: Connection, handler: Handler<A>) {
        if let Some(entry) = self.list.get_mut(connection.slot) {
            entry.handler = handler;
        }
    }

    /// Takes a handler out; to be dropped where the list is not borrowed.
    pub(super) fn remove(&mut self, connection: Connection) -> Option<Handler<A>> {
        let entry = self.list.get(connection.slot)?;
        if entry.serial == connection.serial { self.remove_at(connection.slot) } else { None }
    }

    fn remove_at(&mut self, slot: SlotId) -> Option<Handler<A>> {
        let next = self.list.next(slot);
        for cursor in self.cursors.iter_mut().filter(|cursor| **cursor == slot) {
            *cursor = next;
        }
        self.list.remove(slot).map(|entry| entry.handler)
    }

    /// The next handler of emission `number`, whose cursor is at `index`.
    fn next(&mut self, index: usize, number: u64) -> Option<Handler<A>> {
        loop {
            let slot = *self.cursors.get(index)?;
            let entry = self.list.get(slot)?;
            let is_older = entry.since < number;
            let handler = match &entry.handler {
                Handler::Shared(handler) => Some(Handler::Shared(handler.clone())),
                Handler::Alone(handler) => Some(Handler::Alone(handler.clone())),
                Handler::Once(_) | Handler::Vacant => None,
            };
            self.cursors[index] = self.list.next(slot);
            if is_older {
                return handler.or_else(|| self.remove_at(slot));
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

    pub(super) fn next(&self) -> Option<Handler<A>> {
        self.handlers.borrow_mut().next(self.index, self.number)
    }
}

impl<A: ?Sized> Drop for Emission<'_, A> {
    fn drop(&mut self) {
        self.handlers.borrow_mut().cursors.truncate(self.index);
    }
}
