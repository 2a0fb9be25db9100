//! `yield_!()`: what finishes when the ready queue comes to it.

use std::marker::PhantomData;

use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Resumed, Source, Typed};
use crate::error::{Abandoned, InProgressAborted, TaskRef};
use crate::queue::{self, TaskId};
use crate::site::Origin;
use crate::table;

/// What `yield_!()` waits for: a turn of the loop. The coroutine goes to the back of the ready queue.
///
/// Anywhere else it is an `InProgress` that goes to the back of the ready queue when it is first looked at.
///
/// ```
/// use kaa_core::{NotFinished, driver, inprogress};
///
/// let turn = inprogress(NotFinished);
/// assert!(!turn.is_finished());
/// driver::run_ready(1);
/// assert!(turn.is_finished());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotFinished;

/// Stands in the ready queue as a task of its own, where somebody wants to see it finish. A coroutine that waits for a turn
/// goes to the queue itself and needs none.
struct OneTurn<T> {
    of: PhantomData<fn() -> T>,
}

impl<T: 'static> Source<T> for OneTurn<T> {
    type Machine = fn() -> T;

    const KIND: &'static str = "turn";

    fn origin(&self) -> Option<Origin> {
        None
    }

    fn resume(body: &Body<Self, T>, me: &NodeRef, id: TaskId) -> Resumed {
        if me.header().is_pending()
            && let Some(value) = body.with_machine(|make| make())
        {
            body.finish(me.header(), Ok(value));
            announce(me);
        }
        drop(table::with(|table| table.remove(id)));
        Resumed::Over
    }

    /// It is left in the queue, where it has no effect any more.
    fn abort(body: &Body<Self, T>, me: &NodeRef, origin: &TaskRef) {
        me.header().set(Flags::MARKED);
        body.finish(me.header(), Err(InProgressAborted::new(origin.clone(), me.describe()).into()));
        announce(me);
    }

    fn close(body: &Body<Self, T>, me: &NodeRef) -> bool {
        let is_pending = me.header().is_pending();
        if is_pending {
            body.finish(me.header(), Err(Abandoned.into()));
            me.mark_handled();
            announce(me);
        }
        is_pending
    }
}

/// A node that finishes when the ready queue comes to it.
pub(crate) fn turn<T: 'static>(make: fn() -> T) -> Typed<T> {
    let node = Known::new(Flags::ABORTABLE, OneTurn { of: PhantomData }, make);
    match table::with(|table| table.insert(node.erased())) {
        Some(id) => queue::push(id),
        None => drop(node.erased().close()),
    }
    node.typed()
}
