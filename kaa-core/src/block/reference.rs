//! The references to blocks: counted, and one that keeps nothing alive.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use super::header::Header;
use super::release;
use super::source::{Resumed, Source};
use super::{Block, Body, CloneOf, Flags, Node, Place, TypedNode};
use crate::error::{Error, Result, TaskRef};
use crate::queue::TaskId;
use crate::site::Origin;
use crate::waiter::Lent;

/// Defines a counted reference. The last one to go goes through the drop list, so that long chains drop flat.
macro_rules! reference {
    ($(#[$doc:meta])* $Name:ident<$($T:ident),*> to $Body:ty where $($bound:tt)*) => {
        $(#[$doc])*
        pub(crate) struct $Name<$($T),*>(pub(super) Option<Rc<Block<$Body>>>) where $($bound)*;

        impl<$($T),*> $Name<$($T),*> where $($bound)* {
            /// None only while it is dropped.
            #[inline]
            pub(super) fn block(&self) -> &Rc<Block<$Body>> {
                self.0.as_ref().expect("a reference is held until it is dropped")
            }

            #[inline]
            pub(crate) fn header(&self) -> &Header {
                &self.block().header
            }
        }

        impl<$($T),*> Clone for $Name<$($T),*> where $($bound)* {
            fn clone(&self) -> Self {
                $Name(self.0.clone())
            }
        }

        impl<$($T),*> Drop for $Name<$($T),*> where $($bound)* {
            fn drop(&mut self) {
                if let Some(block) = self.0.take() {
                    release::let_go(block);
                }
            }
        }
    };
}

reference! {
    /// A node of any type.
    NodeRef<> to dyn Node where
}

reference! {
    /// A node with an outcome of type `T`, whatever makes it.
    Typed<T> to dyn TypedNode<T> where T: 'static
}

reference! {
    /// A node whose source is known: what the producer holds.
    Known<S, T> to Body<S, T> where S: Source<T>, T: 'static
}

impl NodeRef {
    /// Lends the outcome, which is there. `call` is called once.
    #[inline]
    pub(crate) fn lend(&self, call: &mut dyn FnMut(Lent<'_>)) {
        self.block().body.lend(call);
    }

    /// Moves the outcome into `slot`, which is an `Option<Result<T>>`.
    #[inline]
    pub(crate) fn take_into(&self, slot: &mut dyn Any) {
        self.block().body.take_into(self.header(), slot);
    }

    /// Somebody was told of the outcome.
    pub(crate) fn mark_handled(&self) {
        self.block().body.mark_handled(self.header());
    }

    /// What it failed with, unless that was taken.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.block().body.failure()
    }

    pub(crate) fn origin(&self) -> Option<Origin> {
        self.block().body.origin()
    }

    #[inline]
    pub(crate) fn settle(&self) -> bool {
        self.block().body.settle(self)
    }

    #[inline]
    pub(crate) fn resume(&self, id: TaskId) -> Resumed {
        self.block().body.resume(self, id)
    }

    pub(crate) fn close(&self) -> bool {
        self.block().body.close(self)
    }

    pub(crate) fn expire(&self) {
        self.block().body.expire(self);
    }

    pub(crate) fn gather(&self, index: u32) -> bool {
        self.block().body.gather(self, index)
    }

    pub(crate) fn describe(&self) -> TaskRef {
        self.block().body.describe(self)
    }

    pub(crate) fn width(&self) -> usize {
        self.block().body.width()
    }

    pub(crate) fn waits_for(&self, index: usize) -> Option<NodeRef> {
        self.block().body.waits_for(index)
    }

    pub(crate) fn consents(&self) -> bool {
        self.block().body.consents()
    }

    pub(crate) fn has_vetoes(&self) -> bool {
        self.block().body.has_vetoes()
    }

    pub(crate) fn mark(&self, origin: &TaskRef) {
        self.block().body.mark(self, origin);
    }

    pub(crate) fn let_go(&self, index: usize, origin: &TaskRef) {
        self.block().body.let_go(self, index, origin);
    }

    pub(crate) fn abort(&self, origin: &TaskRef) {
        self.block().body.abort(self, origin);
    }

    pub(crate) fn tell(&self, error: &Error) {
        self.block().body.tell(error);
    }

    /// Names the node as long as it lives.
    pub(crate) fn address(&self) -> usize {
        Rc::as_ptr(self.block()).cast::<()>().addr()
    }

    #[inline]
    pub(crate) fn is_same(&self, other: &NodeRef) -> bool {
        std::ptr::addr_eq(Rc::as_ptr(self.block()), Rc::as_ptr(other.block()))
    }

    pub(crate) fn downgrade(&self) -> WeakNode {
        WeakNode(Rc::downgrade(self.block()))
    }
}

impl<T: 'static> Typed<T> {
    /// The same reference, its type forgotten.
    #[inline]
    pub(crate) fn into_erased(mut self) -> NodeRef {
        let block = self.0.take().expect("a reference is held until it is dropped");
        NodeRef(Some(block))
    }

    /// The same node, its type forgotten.
    #[inline]
    pub(crate) fn erased(&self) -> NodeRef {
        NodeRef(Some(self.block().clone()))
    }

    /// Moves the outcome out, if it is there.
    #[inline]
    pub(crate) fn take(&self) -> Option<Result<T>> {
        self.block().body.take(self.header())
    }

    /// From now on every taker gets a clone, also through what shares the outcome.
    pub(crate) fn share(&self, clone: CloneOf<T>) {
        self.block().body.share(self.header(), clone);
    }

    /// What its producer has put there to tell how far it is.
    pub(crate) fn status(&self) -> Option<&dyn Any> {
        self.block().body.status()
    }

    /// The node that holds the outcome itself.
    pub(crate) fn root(&self) -> Typed<T> {
        self.block().body.root().unwrap_or_else(|| self.clone())
    }
}

impl<S: Source<T>, T: 'static> Known<S, T> {
    pub(crate) fn new(flags: u16, source: S, machine: S::Machine) -> Self {
        Self::with(Header::new(flags), source, Place::Machine(machine))
    }

    /// A node that is finished from the start.
    pub(crate) fn finished(source: S, outcome: Result<T>) -> Self {
        let header = Header::new(0);
        header.finish(outcome.is_err());
        Self::with(header, source, Place::Outcome(outcome))
    }

    /// A node whose outcome was taken before there was a node.
    pub(crate) fn taken(source: S) -> Self {
        let header = Header::new(Flags::TAKEN | Flags::HANDLED);
        header.finish(false);
        Self::with(header, source, Place::Empty)
    }

    fn with(header: Header, source: S, place: Place<S::Machine, T>) -> Self {
        let body = Body { source, place: RefCell::new(place), share: Cell::new(None) };
        Known(Some(Rc::new(Block { header, body })))
    }

    #[inline]
    pub(crate) fn body(&self) -> &Body<S, T> {
        &self.block().body
    }

    /// The same node, its type forgotten.
    #[inline]
    pub(crate) fn erased(&self) -> NodeRef {
        NodeRef(Some(self.block().clone()))
    }

    #[inline]
    pub(crate) fn typed(&self) -> Typed<T> {
        Typed(Some(self.block().clone()))
    }

    /// Whether anybody else holds it.
    pub(crate) fn is_shared(&self) -> bool {
        Rc::strong_count(self.block()) > 1
    }
}

/// A reference that keeps nothing alive.
pub(crate) struct WeakNode(Weak<Block<dyn Node>>);

impl WeakNode {
    pub(crate) fn upgrade(&self) -> Option<NodeRef> {
        self.0.upgrade().map(|block| NodeRef(Some(block)))
    }
}
