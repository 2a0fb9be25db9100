//! The interval of a coroutine: each time that it has had to wait, it goes on only so long after that.

use std::cell::Cell;
use std::mem;
use std::time::Duration;

use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source};
use crate::error::{Error, InProgressAborted, Result, TaskRef};
use crate::host::{self, TimerId};
use crate::link;
use crate::resume::{Awaited, Resume, Step};
use crate::site::Origin;

/// The same machine, but it is kept waiting for `interval` whenever it had to wait: for a turn, or for what was not there yet.
/// An abort is not kept waiting.
pub(crate) fn paced<T: 'static>(
    interval: Duration,
    mut machine: impl FnMut(&mut Resume) -> Step<Result<T>> + 'static,
) -> impl FnMut(&mut Resume) -> Step<Result<T>> + 'static {
    let mut has_waited = false;
    // What is there for it, until the interval is over.
    let mut held = None;
    move |resume| {
        let is_refused = matches!(resume.awaited, Awaited::Refused(_));
        if mem::take(&mut has_waited) && !is_refused {
            held = Some(mem::replace(&mut resume.awaited, pause(interval)));
            return Step::Suspended;
        }
        if let Some(held) = held.take()
            && !is_refused
        {
            resume.awaited = held;
        }
        let step = machine(resume);
        has_waited = matches!(resume.awaited, Awaited::Turn) || resume.waits();
        step
    }
}

/// Finishes when some time has passed.
struct Pause {
    timer: Cell<Option<TimerId>>,
}

fn pause(interval: Duration) -> Awaited {
    let node = Known::new(Flags::DERIVED | Flags::ABORTABLE, Pause { timer: Cell::new(None) }, ());
    let node_ref = node.erased();
    match link::wake_at(host::now() + interval, &node_ref) {
        None => Awaited::Refused(link::no_driver()),
        timer => {
            node.body().source.timer.set(timer);
            Awaited::Node(node_ref)
        }
    }
}

impl Pause {
    fn cancel(&self) {
        if let Some(timer) = self.timer.take() {
            link::cancel(timer);
        }
    }
}

fn finish(body: &Body<Pause, ()>, me: &NodeRef, outcome: Result<()>) {
    if me.header().is_pending() {
        body.finish(me.header(), outcome);
        announce(me);
    }
}

impl Source<()> for Pause {
    type Machine = ();

    const KIND: &'static str = "interval";

    fn origin(&self) -> Option<Origin> {
        None
    }

    /// Nothing that it follows holds it: the loop knows it by its timer.
    fn ties(_body: &Body<Self, ()>) -> usize {
        0
    }

    fn expire(body: &Body<Self, ()>, me: &NodeRef) {
        finish(body, me, Ok(()));
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
