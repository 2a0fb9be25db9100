//! Finishing: callbacks and followers at once, in order; then the coroutines that wait go to the ready queue; last come those
//! who take the outcome together with others.
//!
//! Followers of followers are worked off from a list, so that a chain of links is announced in constant stack.

use std::collections::VecDeque;

use crate::block::NodeRef;
use crate::error::ResultTaken;
use crate::queue::{self, TaskId};
use crate::report;
use crate::site::Origin;
use crate::waiter::{Callback, Waiter, Wants};

/// Tells everybody who waits for `node`, which has finished just now.
#[inline]
pub(crate) fn announce(node: &NodeRef) {
    if let Some(task) = node.header().pop_only_task() {
        queue::push(task);
    } else if node.header().has_waiters() {
        announce_to_all(node.clone());
    }
}

#[inline(never)]
fn announce_to_all(node: NodeRef) {
    let mut tasks: Vec<TaskId> = Vec::new();
    let mut gatherers = VecDeque::new();
    // The innermost node is worked off first; one whose waiters are all told has left.
    let mut finished = vec![node];
    loop {
        let Some(node) = finished.pop() else {
            tasks.drain(..).for_each(queue::push);
            let Some((gatherer, index)): Option<(NodeRef, u32)> = gatherers.pop_front() else {
                break;
            };
            if gatherer.gather(index) {
                finished.push(gatherer);
            }
            continue;
        };
        let Some(waiter) = node.header().pop_waiter() else { continue };
        if node.header().has_waiters() {
            finished.push(node.clone());
        }
        match waiter {
            Waiter::Task(task) => tasks.push(task),
            Waiter::Gatherer(gatherer, index) => gatherers.push_back((gatherer, index)),
            Waiter::Callback(callback) => call_back(&node, callback),
            Waiter::Follower(follower) | Waiter::Observer(follower) => {
                if follower.settle() {
                    finished.push(follower);
                }
            }
        }
    }
}

/// Lends the outcome of `node`, which has finished, to a callback.
pub(crate) fn call_back(node: &NodeRef, callback: Callback) {
    let call = callback.call;
    match callback.wants {
        // There was no value: it does not matter whether the error was taken.
        Wants::Value if node.header().is_failed() => {
            return report::dropped(call, node.origin());
        }
        Wants::Value | Wants::Either => node.mark_handled(),
        Wants::Failure if node.header().is_failed() => node.mark_handled(),
        Wants::Failure | Wants::End | Wants::Over => {}
        // It was not aborted.
        Wants::Abort => return report::dropped(call, node.origin()),
    }
    report::caught(report::PANIC_IN_CALLBACK, node.origin(), || {
        let mut call = Some(call);
        node.lend(&mut |lent| {
            if let Some(call) = call.take() {
                call(lent);
            }
        });
    });
}

/// A callback for the value came too late: it was taken.
pub(crate) fn report_taken(origin: Option<Origin>) {
    report::report(report::UNHANDLED, ResultTaken.into(), origin);
}
