//! The one kind of block: a header, then what makes an outcome, then in its place the outcome. And the references to it.
//!
//! A promise, a link, a coroutine: each is a [`Source`] behind the same block, so that a task *is* its promise. All others
//! know blocks by [`NodeRef`], [`Typed`] and [`Known`] only; what these count with is known in this file and `block/`.

mod header;
mod reference;
mod release;
mod source;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::mem;

use crate::error::{Error, InUse, Result, ResultTaken, TaskRef};
use crate::queue::TaskId;
use crate::report;
use crate::site::Origin;
use crate::waiter::Lent;

pub(crate) use header::{Flags, Header};
pub(crate) use reference::{Known, NodeRef, Typed, WeakNode};
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
