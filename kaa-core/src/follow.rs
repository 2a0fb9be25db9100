//! Following: a node that takes over the outcome of another of its type, without moving it. Whoever takes first, through
//! either of them, has it.

use crate::block::{Body, NodeRef, Source, Typed};
use crate::list::SlotId;
use crate::waiter::Waiter;

/// What a pending node follows, and where it stands among its waiters.
pub(crate) struct Follow<T: 'static> {
    leader: Typed<T>,
    slot: SlotId,
}

impl<T: 'static> Follow<T> {
    /// `follower` waits for `leader`, which is pending.
    pub(crate) fn start(follower: NodeRef, leader: &Typed<T>) -> Self {
        let slot = leader.header().add(Waiter::Follower(follower));
        Follow { leader: leader.clone(), slot }
    }

    /// Takes over the outcome that the leader has now. True if `body` was pending.
    pub(crate) fn settle<S: Source<T>>(self, body: &Body<S, T>, me: &NodeRef) -> bool {
        let is_pending = me.header().is_pending();
        if is_pending {
            body.share(me.header(), self.leader.root());
        }
        is_pending
    }

    pub(crate) fn leader(&self) -> NodeRef {
        self.leader.erased()
    }

    /// Waits no longer.
    pub(crate) fn cut(self) {
        let waiter = self.leader.header().unlink(self.slot);
        drop(waiter);
    }
}
