//! [`Promise`]: the producer's handle.

mod rare;

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::Location;

use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source};
use crate::error::{Abandoned, Error, InProgressAborted, Result, TaskRef, WaitsForItself};
use crate::follow::Follow;
use crate::in_progress::InProgress;
use crate::report;
use crate::site::Origin;

use rare::{Rare, allow_abort};

/// The producer's handle of an [`InProgress`]: it can be finished once, and then is gone.
///
/// Dropped unfinished, its `InProgress` fails with [`Abandoned`]: it never hangs.
///
/// ```
/// use kaa_core::{Abandoned, InProgress};
///
/// let (promise, number) = InProgress::<i32>::new();
/// drop(promise);
/// assert!(number.take_result().unwrap().unwrap_err().is::<Abandoned>());
/// ```
#[must_use = "dropped unfinished, its `InProgress` fails with `Abandoned`"]
pub struct Promise<T: 'static> {
    /// None once it is settled.
    node: Option<Known<Promised<T>, T>>,
}

/// The source of a promise.
pub(crate) struct Promised<T: 'static> {
    created: &'static Location<'static>,
    behind: Cell<Behind<T>>,
    rare: Rare,
}

impl<T: 'static> Promised<T> {
    /// What it follows, if it does.
    fn leader(&self) -> Option<NodeRef> {
        let behind = self.behind.take();
        let leader = match &behind {
            Behind::Follows(follow) => Some(follow.leader()),
            Behind::Nothing | Behind::Watched(_) => None,
        };
        self.behind.set(behind);
        leader
    }
}

/// What few promises have.
#[derive(Default)]
enum Behind<T: 'static> {
    #[default]
    Nothing,
    /// It waits for another's outcome.
    Follows(Follow<T>),
    /// To be called when nobody looks any more.
    Watched(Box<dyn FnOnce()>),
}

impl<T: 'static> Source<T> for Promised<T> {
    type Machine = ();

    const KIND: &'static str = "promise";

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }

    fn status(&self) -> Option<&dyn Any> {
        self.rare.status()
    }

    #[inline]
    fn settle(body: &Body<Self, T>, me: &NodeRef) -> bool {
        match body.source.behind.take() {
            Behind::Follows(follow) => follow.settle(body, me),
            Behind::Nothing | Behind::Watched(_) => false,
        }
    }

    fn unwanted(body: &Body<Self, T>, me: &NodeRef) {
        match body.source.behind.take() {
            Behind::Nothing => {}
            Behind::Follows(follow) => follow.cut(),
            Behind::Watched(tell) => {
                // Its promise goes now, and nobody is left to hear of that.
                me.mark_handled();
                tell();
            }
        }
    }

    fn width(_body: &Body<Self, T>) -> usize {
        1
    }

    fn waits_for(body: &Body<Self, T>, _index: usize) -> Option<NodeRef> {
        body.source.leader()
    }

    fn has_vetoes(body: &Body<Self, T>) -> bool {
        body.source.rare.has_vetoes()
    }

    fn consents(body: &Body<Self, T>) -> bool {
        body.source.rare.consent(body.source.origin())
    }

    fn tell(body: &Body<Self, T>, error: &Error) {
        body.source.rare.tell(error, body.source.origin());
    }

    fn abort(body: &Body<Self, T>, me: &NodeRef, origin: &TaskRef) {
        me.header().set(Flags::MARKED);
        let error = Error::new(InProgressAborted::new(origin.clone(), me.describe()));
        Self::tell(body, &error);
        if !me.header().is_pending() {
            return;
        }
        let behind = body.source.behind.take();
        body.finish(me.header(), Err(error));
        announce(me);
        match behind {
            Behind::Nothing => {}
            Behind::Follows(follow) => follow.cut(),
            Behind::Watched(tell) => report::dropped(tell, body.source.origin()),
        }
    }
}

impl<T: 'static> InProgress<T> {
    /// A promise, and the handle of what it promises.
    ///
    /// ```
    /// let (promise, number) = kaa_core::InProgress::new();
    /// assert!(!number.is_finished());
    /// promise.finish(7);
    /// assert!(number.is_finished());
    /// ```
    #[allow(clippy::new_ret_no_self, reason = "the two handles come together")]
    #[track_caller]
    pub fn new() -> (Promise<T>, InProgress<T>) {
        let source = Promised {
            created: Location::caller(),
            behind: Cell::default(),
            rare: Rare::default(),
        };
        let node = Known::new(0, source, ());
        let in_progress = InProgress::of(node.typed());
        (Promise { node: Some(node) }, in_progress)
    }
}

impl<T: 'static> Promise<T> {
    /// Finishes with a value.
    pub fn finish(self, value: T) {
        self.settle(Ok(value));
    }

    /// Fails.
    ///
    /// ```
    /// let (promise, number) = kaa_core::InProgress::<i32>::new();
    /// promise.throw(std::fmt::Error);
    /// assert!(number.take_result().unwrap().unwrap_err().is::<std::fmt::Error>());
    /// ```
    pub fn throw(self, error: impl Into<Error>) {
        self.settle(Err(error.into()));
    }

    /// Calls `body`, and finishes or fails with what it returns. A panic is caught, and is a failure:
    /// [`Panicked`](crate::Panicked).
    ///
    /// ```
    /// let (promise, port) = kaa_core::InProgress::<u16>::new();
    /// promise.execute(|| Ok("many".parse()?));
    /// assert!(port.take_result().unwrap().is_err());
    /// ```
    pub fn execute(self, body: impl FnOnce() -> Result<T>) {
        self.settle(report::outcome_of(body));
    }

    /// A callback that finishes it, for whoever takes callbacks.
    ///
    /// ```
    /// use kaa_core::InProgress;
    ///
    /// fn ask(answer: impl FnOnce(u32)) {
    ///     answer(42);
    /// }
    ///
    /// let (promise, number) = InProgress::new();
    /// ask(promise.into_callback());
    /// assert_eq!(number.take_result().unwrap().unwrap(), 42);
    /// ```
    #[doc(alias = "InProgressCallable")]
    pub fn into_callback(self) -> impl FnOnce(T) {
        move |value| self.finish(value)
    }

    #[inline]
    fn settle(mut self, outcome: Result<T>) {
        if let Some(node) = self.node.take() {
            settle(&node, outcome);
        }
    }

    /// Promises what another `InProgress` will come to.
    ///
    /// The outcome is shared and not moved: whoever takes it first, through either of them, has it. When nobody can look at
    /// what was promised any more, it is let go of at once. A promise that would wait for itself, also through others, fails with
    /// [`WaitsForItself`].
    ///
    /// ```
    /// let (inner, number) = kaa_core::InProgress::new();
    /// let (promise, same) = kaa_core::InProgress::new();
    /// promise.waitfor(number);
    /// inner.finish(7);
    /// assert_eq!(same.take_result().unwrap().unwrap(), 7);
    /// ```
    pub fn waitfor(mut self, other: InProgress<T>) {
        let Some(node) = self.node.take() else { return };
        let leader = other.block();
        if !node.header().is_pending() {
            // It was aborted meanwhile.
        } else if leads_back(leader.erased(), &node.erased()) {
            settle(&node, Err(WaitsForItself::promise().into()));
        } else if leader.header().is_pending() {
            let follow = Follow::start(node.erased(), leader);
            node.body().source.behind.set(Behind::Follows(follow));
            node.header().set(Flags::DERIVED | Flags::LINK);
            allow_abort(node.header());
        } else {
            node.body().share(node.header(), leader.root());
            announce(&node.erased());
        }
        drop(other);
    }

    /// Whether anybody holds a handle, or waits.
    ///
    /// ```
    /// let (promise, number) = kaa_core::InProgress::<i32>::new();
    /// assert!(promise.is_wanted());
    /// drop(number);
    /// assert!(!promise.is_wanted());
    /// # promise.finish(1);
    /// ```
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.node.as_ref().is_some_and(|node| {
            node.header().is_pending() && (node.is_shared() || node.header().has_waiters())
        })
    }

    /// Calls `tell` when nobody holds a handle or waits any more, for whoever can stop the work then. `tell` is to drop the
    /// promise, which nobody hears of.
    ///
    /// It is called when the last of them goes: not if there is none already, see [`is_wanted`](Self::is_wanted). A second
    /// `tell` takes the place of the first, and so does [`waitfor`](Self::waitfor).
    ///
    /// ```
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let (promise, number) = kaa_core::InProgress::<i32>::new();
    /// let work = Rc::new(Cell::new(None));
    /// let stopped = Rc::clone(&work);
    /// promise.when_unwanted(move || drop(stopped.take()));
    /// work.set(Some(promise));
    /// drop(number);
    /// assert!(work.take().is_none());
    /// ```
    pub fn when_unwanted(&self, tell: impl FnOnce() + 'static) {
        if let Some(node) = &self.node {
            node.body().source.behind.set(Behind::Watched(Box::new(tell)));
            node.header().set(Flags::DERIVED);
        }
    }
}

/// Whether `leader` waits for `follower`, directly or through links. Then neither would ever finish.
fn leads_back(leader: NodeRef, follower: &NodeRef) -> bool {
    if !follower.header().has_waiters() {
        return leader.is_same(follower);
    }
    let mut next = Some(leader);
    while let Some(node) = next {
        if node.is_same(follower) {
            return true;
        }
        next = if node.header().is_pending() && node.header().has(Flags::DERIVED) {
            node.waits_for(0)
        } else {
            None
        };
    }
    false
}

#[inline]
fn settle<T: 'static>(node: &Known<Promised<T>, T>, outcome: Result<T>) {
    if !node.header().is_pending() {
        // It was aborted meanwhile.
        return report::dropped(outcome, node.body().source.origin());
    }
    node.body().finish(node.header(), outcome);
    if node.header().has_waiters() {
        announce(&node.erased());
    }
    if node.header().has(Flags::DERIVED) {
        report::dropped(node.body().source.behind.take(), node.body().source.origin());
    }
}

impl<T: 'static> Drop for Promise<T> {
    fn drop(&mut self) {
        // Dropped by what is told of an abort, it fails with that.
        if let Some(node) = self.node.take()
            && !node.header().has(Flags::MARKED)
        {
            settle(&node, Err(Abandoned.into()));
        }
    }
}

impl<T: 'static> fmt::Debug for Promise<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_wanted() { "wanted" } else { "unwanted" };
        write!(f, "Promise({state})")
    }
}
