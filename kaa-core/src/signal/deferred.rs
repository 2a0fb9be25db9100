//! What was emitted while nobody was connected.

use std::borrow::Borrow;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::Shared;
use crate::report;

/// Emissions that wait for a handler, in order.
pub(super) struct Deferred<A: ?Sized> {
    kept: RefCell<VecDeque<Box<dyn Borrow<A>>>>,
    /// They are being emitted: what is deferred from within goes behind them.
    replaying: Cell<bool>,
}

impl<A: ?Sized> Default for Deferred<A> {
    fn default() -> Self {
        Deferred { kept: RefCell::default(), replaying: Cell::new(false) }
    }
}

impl<A: ?Sized + 'static> Deferred<A> {
    /// What is deferred next has to come behind others.
    pub(super) fn is_any_kept(&self) -> bool {
        self.replaying.get() || !self.kept.borrow().is_empty()
    }

    pub(super) fn keep(&self, argument: impl Borrow<A> + 'static) {
        self.kept.borrow_mut().push_back(Box::new(argument));
    }

    pub(super) fn take(&self) -> VecDeque<Box<dyn Borrow<A>>> {
        self.kept.take()
    }

    /// Emits them while somebody is connected.
    pub(super) fn replay(&self, signal: &Shared<A>) {
        if self.kept.borrow().is_empty() || self.replaying.replace(true) {
            return;
        }
        while signal.len() > 0 {
            let Some(argument) = self.kept.borrow_mut().pop_front() else { break };
            signal.emit((*argument).borrow());
            report::dropped(argument, Some(signal.origin));
        }
        self.replaying.set(false);
    }
}
