//! The one kind of block: a header, then what makes an outcome, then in its place the outcome. And the references to it.
//!
//! A promise, a link, a coroutine: each is a [`Source`] behind the same block, so that a task *is* its promise. All others
//! know blocks by [`NodeRef`], [`Typed`] and [`Known`] only; what these count with is known in this file and `block/`.

mod header;
mod release;
mod source;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::mem;
use std::rc::{Rc, Weak};

use crate::error::{Error, InUse, Result, ResultTaken, TaskRef};
use crate::queue::TaskId;
use crate::report;
use crate::site::Origin;
use crate::waiter::Lent;

pub(crate) use header::{Flags, Header};
pub(crate) use source::{Resumed, Source};

struct Block<B: ?Sized> {
    header: Header,
    body: B,
}

/// How a value is cloned, where all that is known is that it can be.
type CloneOf<T> = fn(&T) -> T;

/// What stands in a body's place.
enum Place<M, T: 'static> {
    Machine(M),
    Outcome(Result<T>),
    /// The outcome of another node, which is finished and holds it itself.
    Shared(Typed<T>),
    Empty,
}

pub(crate) struct Body<S: Source<T>, T: 'static> {
    pub(crate) source: S,
    /// Nobody but the source touches it before the node is finished. From then on it may be lent while user code runs;
    /// it is borrowed mutably only where no user code runs.
    place: RefCell<Place<S::Machine, T>>,
    /// How takers get a clone each, see [`Flags::SHARED`]; none while the first of them has it all.
    share: Cell<Option<CloneOf<T>>>,
}

impl<S: Source<T>, T: 'static> Body<S, T> {
    /// Runs the machine, if it is still there.
    #[inline]
    pub(crate) fn with_machine<R>(&self, run: impl FnOnce(&mut S::Machine) -> R) -> Option<R> {
        match &mut *self.place.borrow_mut() {
            Place::Machine(machine) => Some(run(machine)),
            _ => None,
        }
    }

    /// Looks at the machine, if it is there. No code of the user's may run meanwhile.
    pub(crate) fn peek<R>(&self, look: impl FnOnce(&S::Machine) -> R) -> Option<R> {
        match &*self.place.borrow() {
            Place::Machine(machine) => Some(look(machine)),
            _ => None,
        }
    }

    /// Moves the machine out, if it is there.
    pub(crate) fn take_machine(&self) -> Option<S::Machine> {
        let mut place = self.place.borrow_mut();
        match mem::replace(&mut *place, Place::Empty) {
            Place::Machine(machine) => Some(machine),
            other => {
                *place = other;
                None
            }
        }
    }

    /// Drops the machine and stores the outcome. To be announced next.
    pub(crate) fn finish(&self, header: &Header, outcome: Result<T>) {
        let failed = outcome.is_err();
        self.replace_machine(Place::Outcome(outcome));
        header.finish(failed);
    }

    /// Drops the machine; the outcome is that of `root`, which is finished. To be announced next.
    pub(crate) fn share(&self, header: &Header, root: Typed<T>) {
        let failed = root.header().is_failed();
        if let Some(clone) = self.share.get() {
            root.share(clone);
        }
        self.replace_machine(Place::Shared(root));
        header.finish(failed);
    }

    /// In two steps: the machine is dropped in place, with what the user keeps in it, before the outcome is there.
    fn replace_machine(&self, place: Place<S::Machine, T>) {
        if mem::needs_drop::<S::Machine>() {
            let drop_it = || *self.place.borrow_mut() = Place::Empty;
            report::caught(report::PANIC_IN_DROP, self.source.origin(), drop_it);
        }
        *self.place.borrow_mut() = place;
    }
}

/// A node whatever its type.
trait Node {
    fn lend(&self, call: &mut dyn FnMut(Lent<'_>));
    fn status(&self) -> Option<&dyn Any>;
    fn take_into(&self, header: &Header, slot: &mut dyn Any);
    fn mark_handled(&self, header: &Header);
    fn failure(&self) -> Option<Error>;
    fn own_failure(&self) -> Option<Error>;
    fn origin(&self) -> Option<Origin>;
    fn describe(&self, me: &NodeRef) -> TaskRef;
    fn settle(&self, me: &NodeRef) -> bool;
    fn resume(&self, me: &NodeRef, id: TaskId) -> Resumed;
    fn close(&self, me: &NodeRef) -> bool;
    fn unwanted(&self, me: &NodeRef);
    fn expire(&self, me: &NodeRef);
    fn give_back(&self);
    fn gather(&self, me: &NodeRef, index: u32) -> bool;
    fn ties(&self) -> usize;
    fn width(&self) -> usize;
    fn waits_for(&self, index: usize) -> Option<NodeRef>;
    fn consents(&self) -> bool;
    fn has_vetoes(&self) -> bool;
    fn mark(&self, me: &NodeRef, origin: &TaskRef);
    fn let_go(&self, me: &NodeRef, index: usize, origin: &TaskRef);
    fn abort(&self, me: &NodeRef, origin: &TaskRef);
    fn tell(&self, error: &Error);
}

/// A node with an outcome of type `T`.
trait TypedNode<T: 'static>: Node {
    fn take(&self, header: &Header) -> Option<Result<T>>;
    /// The node whose outcome is shared, if it is not its own.
    fn root(&self) -> Option<Typed<T>>;
    fn share(&self, header: &Header, clone: CloneOf<T>);
}

impl<S: Source<T>, T: 'static> Node for Body<S, T> {
    /// Of a finished node.
    #[inline]
    fn lend(&self, call: &mut dyn FnMut(Lent<'_>)) {
        let place = self.place.borrow();
        match &*place {
            Place::Outcome(Ok(value)) => call(Lent::Value(value)),
            Place::Outcome(Err(error)) => call(Lent::Failed(error)),
            Place::Shared(root) => {
                let root = root.clone();
                drop(place);
                root.erased().lend(call);
            }
            Place::Machine(_) | Place::Empty => {
                drop(place);
                call(Lent::Gone(self.source.origin()));
            }
        }
    }

    fn status(&self) -> Option<&dyn Any> {
        self.source.status()
    }

    #[inline]
    fn take_into(&self, header: &Header, slot: &mut dyn Any) {
        if let Some(slot) = slot.downcast_mut::<Option<Result<T>>>() {
            *slot = self.take(header);
        }
    }

    fn mark_handled(&self, header: &Header) {
        header.set(Flags::HANDLED);
        if let Some(root) = self.root() {
            root.header().set(Flags::HANDLED);
        }
    }

    fn failure(&self) -> Option<Error> {
        match self.root() {
            Some(root) => root.erased().failure(),
            None => self.own_failure(),
        }
    }

    fn own_failure(&self) -> Option<Error> {
        match &*self.place.borrow() {
            Place::Outcome(Err(error)) => Some(error.clone()),
            _ => None,
        }
    }

    fn origin(&self) -> Option<Origin> {
        self.source.origin()
    }

    fn describe(&self, me: &NodeRef) -> TaskRef {
        S::describe(self, me)
    }

    #[inline]
    fn settle(&self, me: &NodeRef) -> bool {
        S::settle(self, me)
    }

    #[inline]
    fn resume(&self, me: &NodeRef, id: TaskId) -> Resumed {
        S::resume(self, me, id)
    }

    fn close(&self, me: &NodeRef) -> bool {
        S::close(self, me)
    }

    fn unwanted(&self, me: &NodeRef) {
        S::unwanted(self, me);
    }

    fn expire(&self, me: &NodeRef) {
        S::expire(self, me);
    }

    fn give_back(&self) {
        let outcome = mem::replace(&mut *self.place.borrow_mut(), Place::Empty);
        if let Place::Outcome(Ok(value)) = outcome {
            S::untaken(self, value);
        }
    }

    fn gather(&self, me: &NodeRef, index: u32) -> bool {
        S::gather(self, me, index)
    }

    fn ties(&self) -> usize {
        S::ties(self)
    }

    fn width(&self) -> usize {
        S::width(self)
    }

    fn waits_for(&self, index: usize) -> Option<NodeRef> {
        S::waits_for(self, index)
    }

    fn consents(&self) -> bool {
        S::consents(self)
    }

    fn has_vetoes(&self) -> bool {
        S::has_vetoes(self)
    }

    fn mark(&self, me: &NodeRef, origin: &TaskRef) {
        S::mark(self, me, origin);
    }

    fn let_go(&self, me: &NodeRef, index: usize, origin: &TaskRef) {
        S::let_go(self, me, index, origin);
    }

    fn abort(&self, me: &NodeRef, origin: &TaskRef) {
        S::abort(self, me, origin);
    }

    fn tell(&self, error: &Error) {
        S::tell(self, error);
    }
}

impl<S: Source<T>, T: 'static> TypedNode<T> for Body<S, T> {
    #[inline]
    fn take(&self, header: &Header) -> Option<Result<T>> {
        if !header.is_plain() {
            return self.take_clone(header);
        }
        let Ok(mut place) = self.place.try_borrow_mut() else {
            return Some(Err(InUse.into()));
        };
        if let Place::Shared(root) = &*place {
            let root = root.clone();
            drop(place);
            return root.take();
        }
        match mem::replace(&mut *place, Place::Empty) {
            Place::Outcome(outcome) => {
                header.set(Flags::TAKEN | Flags::HANDLED);
                Some(outcome)
            }
            _ => Some(Err(ResultTaken.into())),
        }
    }

    fn root(&self) -> Option<Typed<T>> {
        match &*self.place.borrow() {
            Place::Shared(root) => Some(root.clone()),
            _ => None,
        }
    }

    fn share(&self, header: &Header, clone: CloneOf<T>) {
        self.share.set(Some(clone));
        header.set(Flags::SHARED);
        // A machine may run at this moment. It has no root yet.
        let root = match self.place.try_borrow().as_deref() {
            Ok(Place::Shared(root)) => Some(root.clone()),
            _ => None,
        };
        if let Some(root) = root {
            root.share(clone);
        }
    }
}

impl<S: Source<T>, T: 'static> Body<S, T> {
    /// The outcome stays, for others to clone. None while it is pending.
    #[cold]
    fn take_clone(&self, header: &Header) -> Option<Result<T>> {
        let clone = self.share.get()?;
        let place = self.place.try_borrow();
        match place.as_deref() {
            _ if header.is_pending() => None,
            Ok(Place::Outcome(outcome)) => {
                header.set(Flags::HANDLED);
                Some(outcome.as_ref().map(clone).map_err(Error::clone))
            }
            Ok(Place::Shared(root)) => {
                let root = root.clone();
                drop(place);
                root.take()
            }
            _ => Some(Err(ResultTaken.into())),
        }
    }
}

/// Defines a counted reference. The last one to go goes through the drop list, so that long chains drop flat.
macro_rules! reference {
    ($(#[$doc:meta])* $Name:ident<$($T:ident),*> to $Body:ty where $($bound:tt)*) => {
        $(#[$doc])*
        pub(crate) struct $Name<$($T),*>(Option<Rc<Block<$Body>>>) where $($bound)*;

        impl<$($T),*> $Name<$($T),*> where $($bound)* {
            /// None only while it is dropped.
            #[inline]
            fn block(&self) -> &Rc<Block<$Body>> {
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

/// Drops a value that may hold references to blocks, however deep: it counts as one of them.
pub(crate) fn drop_flat<T: 'static>(value: T) {
    if release::is_deep() {
        drop(Known::finished(Settled::new(None), Ok(value)));
    } else {
        release::nested(|| drop(value));
    }
}

/// A source that has made its outcome already.
pub(crate) struct Settled<T> {
    origin: Option<Origin>,
    of: PhantomData<fn() -> T>,
}

impl<T: 'static> Settled<T> {
    pub(crate) fn new(origin: Option<Origin>) -> Self {
        Settled { origin, of: PhantomData }
    }
}

impl<T: 'static> Source<T> for Settled<T> {
    type Machine = ();

    const KIND: &'static str = "value";

    fn origin(&self) -> Option<Origin> {
        self.origin
    }
}
