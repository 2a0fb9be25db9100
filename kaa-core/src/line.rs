//! Waiting in line, for whatever serves in the order in which it was asked. For the crates of kaa: not public API.
//!
//! Who waits leaves the line when it is aborted or nobody looks any more. What it was given and nobody took, or was told of, goes
//! back to where it came from.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::{Rc, Weak};

use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source};
use crate::error::{Abandoned, Error, InProgressAborted, Result, TaskRef};
use crate::in_progress::InProgress;
use crate::list::{List, SlotId};
use crate::site::{self, Origin};

/// Those who wait for a `T`, first come first served. Each has said with a `D` what it wants.
pub struct Line<T: 'static, D: 'static = ()> {
    waiting: Rc<Waiting<T, D>>,
    /// What they wait for, where they are described.
    kind: &'static str,
}

type Waiting<T, D> = RefCell<List<Known<Turn<T, D>, T>>>;

/// Where a value goes back to that was given to somebody who did not take it.
pub trait TakesBack<T, D = ()> {
    /// Nobody has taken it. It was given to somebody who had asked with `demand`.
    fn take_back(&self, value: T, demand: &D);
}

/// Where to give back; without it a value is dropped.
pub type Back<T, D = ()> = Option<Weak<dyn TakesBack<T, D>>>;

impl<T: 'static, D: 'static> Line<T, D> {
    /// Nobody waits. `kind` says what for, where they are described.
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Line { waiting: Rc::new(RefCell::new(List::new())), kind }
    }

    /// Goes to its end.
    #[track_caller]
    pub fn wait(&self, demand: D, back: Back<T, D>) -> InProgress<T> {
        let node = self.turn(demand, back, Flags::DERIVED | Flags::ABORTABLE);
        let in_progress = InProgress::of(node.typed());
        let slot = self.waiting.borrow_mut().push_back(node);
        if let Some(node) = self.waiting.borrow().get(slot) {
            node.body().source.slot.set(slot);
        }
        in_progress
    }

    /// Does not need to wait: `value` is there. It goes back all the same if nobody takes it.
    #[track_caller]
    pub fn pass(&self, value: T, demand: D, back: Back<T, D>) -> InProgress<T> {
        let node = self.turn(demand, back, 0);
        node.body().finish(node.header(), Ok(value));
        InProgress::of(node.typed())
    }

    #[track_caller]
    fn turn(&self, demand: D, back: Back<T, D>, flags: u16) -> Known<Turn<T, D>, T> {
        let flags = if back.is_some() { flags | Flags::RETURNS } else { flags };
        let turn = Turn {
            created: Location::caller(),
            kind: self.kind,
            line: Rc::downgrade(&self.waiting),
            slot: Cell::new(SlotId::NONE),
            demand,
            back,
        };
        Known::new(flags, turn, ())
    }

    /// What the first wants. No code of the user's may run meanwhile.
    pub fn first<R>(&self, look: impl FnOnce(&D) -> R) -> Option<R> {
        let waiting = self.waiting.borrow();
        waiting.get(waiting.first()).map(|node| look(&node.body().source.demand))
    }

    /// Gives `value` to the first; back if nobody waits.
    pub fn serve(&self, value: T) -> std::result::Result<(), T> {
        let first = self.waiting.borrow_mut().pop_front();
        let Some(first) = first else { return Err(value) };
        settle(&first, Ok(value));
        Ok(())
    }

    /// Fails the first; gives the error back if nobody waits.
    pub fn fail(&self, error: Error) -> std::result::Result<(), Error> {
        let first = self.waiting.borrow_mut().pop_front();
        let Some(first) = first else { return Err(error) };
        settle(&first, Err(error));
        Ok(())
    }

    /// The number of those who wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.borrow().len()
    }

    /// Whether nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn settle<T: 'static, D: 'static>(node: &Known<Turn<T, D>, T>, outcome: Result<T>) {
    node.body().finish(node.header(), outcome);
    announce(&node.erased());
}

impl<T: 'static, D: 'static> Drop for Line<T, D> {
    /// Nobody will ever be served.
    fn drop(&mut self) {
        while self.fail(Abandoned.into()).is_ok() {}
    }
}

/// The source of one who waits.
struct Turn<T: 'static, D: 'static> {
    created: &'static Location<'static>,
    kind: &'static str,
    line: Weak<Waiting<T, D>>,
    slot: Cell<SlotId>,
    demand: D,
    back: Back<T, D>,
}

impl<T: 'static, D: 'static> Turn<T, D> {
    fn leave(&self) {
        if let Some(line) = self.line.upgrade() {
            let me = line.borrow_mut().remove(self.slot.get());
            drop(me);
        }
    }
}

impl<T: 'static, D: 'static> Source<T> for Turn<T, D> {
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
            Some(back) => back.take_back(value, &body.source.demand),
            None => drop(value),
        }
    }
}
