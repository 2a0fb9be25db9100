//! [`limited`]: a link that is cut when the time is up.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::time::Instant;

use slotmap::SlotMap;

use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source, WeakNode};
use crate::error::Error;
use crate::follow::Follow;
use crate::host::{self, TimerId};
use crate::in_progress::InProgress;
use crate::report;
use crate::site::Origin;

/// The links of this thread that have asked their loop for a moment.
struct Timers(RefCell<SlotMap<TimerId, WeakNode>>);

thread_local! {
    static TIMERS: Timers = Timers(RefCell::new(SlotMap::with_key()));
}

struct Link<T: 'static> {
    created: &'static Location<'static>,
    follow: Cell<Option<Follow<T>>>,
    limit: Cell<Option<Limit>>,
}

struct Limit {
    timer: TimerId,
    error: Box<dyn FnOnce() -> Error>,
}

impl Limit {
    /// The time does not matter any more.
    fn cancel(self, origin: Option<Origin>) {
        if forget(self.timer).is_some() {
            host::ask(|driver| driver.cancel(self.timer));
        }
        // In the middle of an announcement, which has to go on.
        report::dropped(self.error, origin);
    }

    fn into_error(self) -> Error {
        catch_unwind(AssertUnwindSafe(self.error)).unwrap_or_else(Error::panicked)
    }
}

impl<T: 'static> Source<T> for Link<T> {
    type Machine = ();

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }

    fn settle(body: &Body<Self, T>, me: &NodeRef) -> bool {
        let Some(follow) = body.source.follow.take() else { return false };
        let settled = follow.settle(body, me);
        if let Some(limit) = body.source.limit.take() {
            limit.cancel(body.source.origin());
        }
        settled
    }

    fn unwanted(body: &Body<Self, T>, _: &NodeRef) {
        if let Some(limit) = body.source.limit.take() {
            limit.cancel(body.source.origin());
        }
        if let Some(follow) = body.source.follow.take() {
            follow.cut();
        }
    }

    fn expire(body: &Body<Self, T>, me: &NodeRef) {
        let (follow, limit) = (body.source.follow.take(), body.source.limit.take());
        let Some(limit) = limit else { return };
        if let Some(follow) = follow {
            follow.cut();
        }
        let error = limit.into_error();
        body.finish(me.header(), Err(error));
        announce(me);
    }
}

/// What `of` comes to, or the `error` if that takes until `deadline`: the loop tells by [`expired`](crate::driver::expired).
///
/// The outcome is shared with `of`: whoever takes it first, through either of them, has it. When the time is up the link to `of`
/// is cut, and the work behind `of` goes on. The timer is cancelled as soon as the outcome is there, or nobody can look at it
/// any more.
///
/// This is what a loop makes its `timeout` of. Without a [`Driver`](crate::Driver) on this thread it fails, saying so.
///
/// ```
/// use kaa_core::{InProgress, TimeoutException, limited};
/// use std::time::Instant;
///
/// let answer = InProgress::finished(4);
/// let in_time = limited(&answer, Instant::now(), || TimeoutException::new().into());
/// assert_eq!(in_time.take_result().unwrap().unwrap(), 4);
/// ```
#[track_caller]
pub fn limited<T: 'static>(
    of: &InProgress<T>,
    deadline: Instant,
    error: impl FnOnce() -> Error + 'static,
) -> InProgress<T> {
    let created = Location::caller();
    if of.is_finished() {
        return of.clone();
    }
    let source = Link { created, follow: Cell::new(None), limit: Cell::new(None) };
    let node = Known::new(Flags::DERIVED, source, ());
    let me = node.erased();
    let Some(timer) = wake_at(deadline, &me) else {
        return InProgress::settled(Err(no_driver()), Origin::Code(created));
    };
    node.body().source.limit.set(Some(Limit { timer, error: Box::new(error) }));
    node.body().source.follow.set(Some(Follow::start(me, of.block())));
    InProgress::of(node.typed())
}

/// Asks the loop for a moment; nothing if there is no loop.
fn wake_at(deadline: Instant, link: &NodeRef) -> Option<TimerId> {
    let insert = |timers: &Timers| timers.0.borrow_mut().insert(link.downgrade());
    let timer = TIMERS.try_with(insert).ok()?;
    let asked = host::ask(|driver| driver.wake_at(deadline, timer));
    if asked.is_none() {
        drop(forget(timer));
    }
    asked.map(|()| timer)
}

fn forget(timer: TimerId) -> Option<WeakNode> {
    TIMERS.try_with(|timers| timers.0.borrow_mut().remove(timer)).ok().flatten()
}

fn no_driver() -> Error {
    Error::message(
        "no loop is installed on this thread to tell the time; call `driver::install` first",
    )
}

/// The time of a link is up. Ids that are not known (any more) are ignored.
pub(crate) fn expired(timer: TimerId) {
    if let Some(link) = forget(timer).and_then(|link| link.upgrade()) {
        link.expire();
    }
}
