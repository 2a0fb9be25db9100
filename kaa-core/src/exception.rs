//! [`Exception`]: the view of an `InProgress` that is about its failure.

use std::cell::Cell;
use std::fmt;
use std::panic::Location;

use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source};
use crate::error::{Abandoned, Error, InProgressAborted, ResultTaken, TaskRef};
use crate::in_progress::{InProgress, IntoInProgress};
use crate::list::SlotId;
use crate::site::Origin;
use crate::waiter::{Connection, Lent, Waiter, Wants};

/// The failure of an [`InProgress`], as something to connect to or to wait for. Whoever is told of it has handled it.
///
/// As an `InProgress` it finishes with the error; it fails with [`Abandoned`] when there is none, and with [`ResultTaken`] when
/// that was taken before.
///
/// ```
/// use kaa_core::{InProgress, inprogress};
///
/// let (promise, number) = InProgress::<i32>::new();
/// let error = inprogress(number.exception());
/// promise.throw(std::fmt::Error);
/// assert!(error.take_result().unwrap().unwrap().is::<std::fmt::Error>());
/// ```
#[must_use = "it is a view: connect to it, or wait for it"]
pub struct Exception<'a, T: 'static> {
    of: &'a InProgress<T>,
}

impl<T: 'static> InProgress<T> {
    /// The failure, as something to connect to.
    ///
    /// ```
    /// let (promise, number) = kaa_core::InProgress::<i32>::new();
    /// number.exception().connect(|error| println!("failed: {error}"));
    /// promise.throw(std::fmt::Error);
    /// ```
    pub fn exception(&self) -> Exception<'_, T> {
        Exception { of: self }
    }
}

impl<T: 'static> Exception<'_, T> {
    /// Calls `callback` with the error, once; never if it finishes with a value.
    ///
    /// If it has failed already the call is made before this returns. If the outcome was taken, the callback gets
    /// [`ResultTaken`].
    pub fn connect(&self, callback: impl FnOnce(&Error) + 'static) -> Connection {
        self.of.add(Wants::Failure, move |lent| match lent {
            Lent::Value(_) => {}
            Lent::Failed(error) => callback(error),
            Lent::Gone(_) => callback(&ResultTaken.into()),
        })
    }

    /// Takes a callback back. False if it was called already, or belongs to something else.
    ///
    /// ```
    /// let (promise, number) = kaa_core::InProgress::<i32>::new();
    /// let connection = number.exception().connect(|_| unreachable!("disconnected"));
    /// assert!(number.exception().disconnect(connection));
    /// promise.throw(std::fmt::Error);
    /// # drop(number.take_result());
    /// ```
    pub fn disconnect(&self, connection: Connection) -> bool {
        self.of.disconnect(connection)
    }
}

impl<T: 'static> fmt::Debug for Exception<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exception({:?})", self.of)
    }
}

/// Finishes with the error of what it watches.
struct Failure {
    created: &'static Location<'static>,
    watched: Cell<Option<(NodeRef, SlotId)>>,
}

impl Source<Error> for Failure {
    type Machine = ();

    const KIND: &'static str = "exception";

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }

    fn settle(body: &Body<Self, Error>, me: &NodeRef) -> bool {
        let Some((watched, _)) = body.source.watched.take() else { return false };
        let is_pending = me.header().is_pending();
        if is_pending {
            finish(body, me, &watched);
        }
        is_pending
    }

    fn unwanted(body: &Body<Self, Error>, _: &NodeRef) {
        if let Some((watched, slot)) = body.source.watched.take() {
            drop(watched.header().unlink(slot));
        }
    }

    /// Found by whoever looks for circles; an abort stops here, for the width is 0.
    fn waits_for(body: &Body<Self, Error>, _index: usize) -> Option<NodeRef> {
        let watched = body.source.watched.take();
        let node = watched.as_ref().map(|(node, _)| node.clone());
        body.source.watched.set(watched);
        node
    }

    /// It looks on, so it is a leaf: what it watches goes on.
    fn abort(body: &Body<Self, Error>, me: &NodeRef, origin: &TaskRef) {
        Self::unwanted(body, me);
        me.header().set(Flags::MARKED);
        body.finish(me.header(), Err(InProgressAborted::new(origin.clone(), me.describe()).into()));
        announce(me);
    }
}

fn finish(body: &Body<Failure, Error>, me: &NodeRef, watched: &NodeRef) {
    // That there is no error is no failure to report.
    me.mark_handled();
    let outcome = match watched.failure() {
        Some(error) => {
            watched.mark_handled();
            Ok(error)
        }
        None if watched.header().is_failed() => Err(ResultTaken.into()),
        None => Err(Abandoned.into()),
    };
    body.finish(me.header(), outcome);
}

impl<T: 'static> IntoInProgress for Exception<'_, T> {
    type Output = Error;

    #[track_caller]
    fn into_inprogress(self) -> InProgress<Error> {
        let watched = self.of.block().erased();
        let source = Failure { created: Location::caller(), watched: Cell::new(None) };
        let node = Known::new(Flags::DERIVED | Flags::ABORTABLE, source, ());
        if watched.header().is_pending() {
            let slot = watched.header().add(Waiter::Observer(node.erased()));
            node.body().source.watched.set(Some((watched, slot)));
        } else {
            finish(node.body(), &node.erased(), &watched);
        }
        InProgress::of(node.typed())
    }
}
