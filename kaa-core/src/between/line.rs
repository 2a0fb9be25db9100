//! Waiting in line.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::{Rc, Weak};

use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source};
use crate::error::{Abandoned, Error, InProgressAborted, Result, TaskRef};
use crate::in_progress::InProgress;
use crate::list::{List, SlotId};
use crate::site::{self, Origin};

/// Those who wait, first come first served.
pub(super) struct Line<T: 'static> {
    waiting: Rc<Waiting<T>>,
    /// What they wait for, where they are described.
    kind: &'static str,
}

type Waiting<T> = RefCell<List<Known<Turn<T>, T>>>;

/// Where a value goes back to that was given to somebody who did not take it.
pub(super) trait TakesBack<T> {
    fn take_back(&self, value: T);
}

impl<T: 'static> Line<T> {
    pub(super) fn new(kind: &'static str) -> Self {
        Line { waiting: Rc::new(RefCell::new(List::new())), kind }
    }

    /// Goes to its end. `back` is where a value goes that nobody took; without it, the value is dropped.
    pub(super) fn wait(
        &self,
        created: &'static Location<'static>,
        back: Option<Weak<dyn TakesBack<T>>>,
    ) -> InProgress<T> {
        let node = self.turn(created, back, Flags::DERIVED | Flags::ABORTABLE);
        let in_progress = InProgress::of(node.typed());
        let slot = self.waiting.borrow_mut().push_back(node);
        // It is the last one.
        if let Some(node) = self.waiting.borrow().get(slot) {
            node.body().source.slot.set(slot);
        }
        in_progress
    }

    /// Does not need to wait: `value` is there. It goes back all the same if nobody takes it.
    pub(super) fn pass(
        &self,
        value: T,
        created: &'static Location<'static>,
        back: Weak<dyn TakesBack<T>>,
    ) -> InProgress<T> {
        let node = self.turn(created, Some(back), 0);
        node.body().finish(node.header(), Ok(value));
        InProgress::of(node.typed())
    }

    fn turn(
        &self,
        created: &'static Location<'static>,
        back: Option<Weak<dyn TakesBack<T>>>,
        flags: u16,
    ) -> Known<Turn<T>, T> {
        let flags = if back.is_some() { flags | Flags::RETURNS } else { flags };
        let line = Rc::downgrade(&self.waiting);
        let turn = Turn { created, kind: self.kind, line, slot: Cell::new(SlotId::NONE), back };
        Known::new(flags, turn, ())
    }

    /// Gives `value` to the first; back if nobody waits.
    pub(super) fn serve(&self, value: T) -> std::result::Result<(), T> {
        let first = self.waiting.borrow_mut().pop_front();
        let Some(first) = first else { return Err(value) };
        settle(&first, Ok(value));
        Ok(())
    }

    /// Fails the first; gives the error back if nobody waits.
    pub(super) fn fail(&self, error: Error) -> std::result::Result<(), Error> {
        let first = self.waiting.borrow_mut().pop_front();
        let Some(first) = first else { return Err(error) };
        settle(&first, Err(error));
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.borrow().len()
    }
}

fn settle<T: 'static>(node: &Known<Turn<T>, T>, outcome: Result<T>) {
    node.body().finish(node.header(), outcome);
    announce(&node.erased());
}

impl<T: 'static> Drop for Line<T> {
    /// Nobody will ever be served.
    fn drop(&mut self) {
        loop {
            let first = self.waiting.borrow_mut().pop_front();
            let Some(first) = first else { break };
            settle(&first, Err(Abandoned.into()));
        }
    }
}

/// The source of one who waits.
struct Turn<T: 'static> {
    created: &'static Location<'static>,
    kind: &'static str,
    line: Weak<Waiting<T>>,
    slot: Cell<SlotId>,
    back: Option<Weak<dyn TakesBack<T>>>,
}

impl<T: 'static> Turn<T> {
    fn leave(&self) {
        if let Some(line) = self.line.upgrade() {
            let me = line.borrow_mut().remove(self.slot.get());
            drop(me);
        }
    }
}

impl<T: 'static> Source<T> for Turn<T> {
    type Machine = ();

    const KIND: &'static str = "turn";

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }

    fn describe(body: &Body<Self, T>, me: &NodeRef) -> TaskRef {
        site::node_ref(me.address(), body.source.kind, body.source.origin())
    }

    fn abort(body: &Body<Self, T>, me: &NodeRef, origin: &TaskRef) {
        body.source.leave();
        me.header().set(Flags::MARKED);
        let error = Error::new(InProgressAborted::new(origin.clone(), me.describe()));
        body.finish(me.header(), Err(error));
        announce(me);
    }

    fn unwanted(body: &Body<Self, T>, _me: &NodeRef) {
        body.source.leave();
    }

    fn untaken(body: &Body<Self, T>, value: T) {
        match body.source.back.as_ref().and_then(Weak::upgrade) {
            Some(back) => back.take_back(value),
            None => drop(value),
        }
    }
}
