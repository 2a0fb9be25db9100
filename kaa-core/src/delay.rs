//! [`delay_until`]: what is over when the loop says so.

use std::cell::Cell;
use std::panic::Location;
use std::time::Instant;

use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source};
use crate::error::{Abandoned, Error, InProgressAborted, Result, TaskRef};
use crate::host::TimerId;
use crate::in_progress::InProgress;
use crate::link::{self, Sleeper};
use crate::site::{self, Origin};

/// Finishes when its time has come. Whoever only waits need not keep it: the timer does, until it is not wanted.
struct Delay {
    /// None of an interval, which is the coroutine's.
    created: Option<&'static Location<'static>>,
    timer: Cell<Option<TimerId>>,
}

/// Finishes at `deadline`, when the loop tells by [`expired`](crate::driver::expired).
///
/// The timer is cancelled when nobody waits for it any more, because its handles have been dropped, and when it is aborted. This is
/// what a loop makes its `delay` of. Without a [`Driver`](crate::Driver) on this thread it fails, saying so.
///
/// ```
/// use std::time::Instant;
///
/// let error = kaa_core::delay_until(Instant::now()).take_result().unwrap().unwrap_err();
/// assert!(error.to_string().contains("no loop is installed"));
/// ```
#[track_caller]
pub fn delay_until(deadline: Instant) -> InProgress<()> {
    let created = Location::caller();
    match start(deadline, Some(created)) {
        Some(delay) => InProgress::of(delay.typed()),
        None => InProgress::settled(Err(link::no_driver()), Origin::Code(created)),
    }
}

/// The pause of a coroutine with an interval; nothing if there is no loop.
pub(crate) fn pause_until(deadline: Instant) -> Option<NodeRef> {
    Some(start(deadline, None)?.erased())
}

fn start(
    deadline: Instant,
    created: Option<&'static Location<'static>>,
) -> Option<Known<Delay, ()>> {
    let delay = Delay { created, timer: Cell::new(None) };
    let node = Known::new(Flags::DERIVED | Flags::ABORTABLE, delay, ());
    let timer = link::wake_at(deadline, Sleeper::Kept(node.erased()))?;
    node.body().source.timer.set(Some(timer));
    Some(node)
}

impl Delay {
    fn cancel(&self) {
        if let Some(timer) = self.timer.take() {
            link::cancel(timer);
        }
    }
}

fn finish(body: &Body<Delay, ()>, me: &NodeRef, outcome: Result<()>) -> bool {
    let is_pending = me.header().is_pending();
    if is_pending {
        body.finish(me.header(), outcome);
        announce(me);
    }
    is_pending
}

impl Source<()> for Delay {
    type Machine = ();

    const KIND: &'static str = "delay";

    fn origin(&self) -> Option<Origin> {
        self.created.map(Origin::Code)
    }

    fn describe(body: &Body<Self, ()>, me: &NodeRef) -> TaskRef {
        let kind = if body.source.created.is_some() { Self::KIND } else { "interval" };
        site::node_ref(me.address(), kind, body.source.origin())
    }

    fn expire(body: &Body<Self, ()>, me: &NodeRef) {
        finish(body, me, Ok(()));
    }

    fn close(body: &Body<Self, ()>, me: &NodeRef) -> bool {
        finish(body, me, Err(Abandoned.into()))
    }

    fn unwanted(body: &Body<Self, ()>, _me: &NodeRef) {
        body.source.cancel();
    }

    fn abort(body: &Body<Self, ()>, me: &NodeRef, origin: &TaskRef) {
        me.header().set(Flags::MARKED);
        body.source.cancel();
        let error = Error::new(InProgressAborted::new(origin.clone(), me.describe()));
        finish(body, me, Err(error));
    }
}
