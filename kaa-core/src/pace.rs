//! The interval of a coroutine: each time that it has had to wait, it goes on only so long after that.

use std::mem;
use std::time::Duration;

use crate::delay;
use crate::error::Result;
use crate::host;
use crate::link;
use crate::resume::{Awaited, Resume, Step};

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

fn pause(interval: Duration) -> Awaited {
    match delay::pause_until(host::now() + interval) {
        None => Awaited::Refused(link::no_driver()),
        Some(pause) => Awaited::Node(pause),
    }
}
