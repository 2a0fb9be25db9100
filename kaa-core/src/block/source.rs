//! What the block asks of whatever makes its outcome.

use std::any::Any;

use super::{Body, Flags, NodeRef};
use crate::error::{Error, TaskRef};
use crate::queue::TaskId;
use crate::site::{self, Origin};

/// What is to be done with a task that was resumed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// It waits for something, or has ended.
    Over,
    /// It goes to the back of the ready queue.
    Again,
}

/// What makes an outcome. Each function that is not overridden is never called, or has nothing to do.
///
/// `me` is the node that the source belongs to.
pub(crate) trait Source<T: 'static>: Sized + 'static {
    /// What works on the outcome; dropped before the outcome is stored in its place.
    type Machine: 'static;

    /// What it is called where it is described.
    const KIND: &'static str;

    /// Where the outcome comes from, for the report.
    fn origin(&self) -> Option<Origin>;

    /// What its producer has put there to tell how far it is.
    fn status(&self) -> Option<&dyn Any> {
        None
    }

    /// What it is, and where it is now.
    fn describe(body: &Body<Self, T>, me: &NodeRef) -> TaskRef {
        site::node_ref(me.address(), Self::KIND, body.source.origin())
    }

    /// What it follows has finished. True if that has finished this node.
    #[inline]
    fn settle(_body: &Body<Self, T>, _me: &NodeRef) -> bool {
        false
    }

    /// The `index`th of those it gathers has finished. True if that has finished this node, and nobody was told yet.
    fn gather(_body: &Body<Self, T>, _me: &NodeRef, _index: u32) -> bool {
        false
    }

    /// How many references to a [`Flags::DERIVED`] node are held by what it follows.
    fn ties(_body: &Body<Self, T>) -> usize {
        1
    }

    /// How many others it waits for at most, while it is pending and does not run.
    fn width(_body: &Body<Self, T>) -> usize {
        0
    }

    /// One of these, unless it does not wait for that (any more).
    fn waits_for(_body: &Body<Self, T>, _index: usize) -> Option<NodeRef> {
        None
    }

    /// Asks its producer about an abort. False if it objects.
    fn consents(_body: &Body<Self, T>) -> bool {
        true
    }

    /// Whether there is anybody to ask.
    fn has_vetoes(_body: &Body<Self, T>) -> bool {
        false
    }

    /// An abort passes through it: when what it waits for is over, it ends aborted.
    fn mark(_body: &Body<Self, T>, me: &NodeRef, _origin: &TaskRef) {
        me.header().set(Flags::MARKED);
    }

    /// An abort passes through it and not through that one, for which it waits no longer.
    fn let_go(body: &Body<Self, T>, me: &NodeRef, _index: usize, origin: &TaskRef) {
        Self::abort(body, me, origin);
    }

    /// Ends it aborted. It waits for nothing that the abort could pass on to.
    fn abort(_body: &Body<Self, T>, _me: &NodeRef, _origin: &TaskRef) {}

    /// Tells its producer of an abort, before that takes effect.
    fn tell(_body: &Body<Self, T>, _error: &Error) {}

    /// The task is to go on.
    #[inline]
    fn resume(_body: &Body<Self, T>, _me: &NodeRef, _id: TaskId) -> Resumed {
        Resumed::Over
    }

    /// The task is to end now, wherever it rests. True if it did.
    fn close(_body: &Body<Self, T>, _me: &NodeRef) -> bool {
        false
    }

    /// A pending [`Flags::DERIVED`] node that nobody can see any more: it lets go of what it follows.
    fn unwanted(_body: &Body<Self, T>, _me: &NodeRef) {}

    /// Of a [`Flags::RETURNS`] node: its value, which nobody has taken or was told of.
    fn untaken(_body: &Body<Self, T>, _value: T) {}

    /// The timer that the node has asked for says that the time is up.
    fn expire(_body: &Body<Self, T>, _me: &NodeRef) {}
}
