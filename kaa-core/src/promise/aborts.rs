//! The producer's side of an abort: it is told, and may object.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::Promise;
use crate::block::{Flags, Header};
use crate::error::{Error, InProgressAborted};
use crate::flow::Flow;
use crate::report;
use crate::site::Origin;

type Told = Box<dyn FnOnce(&Error)>;
type Veto = Rc<dyn Fn() -> Flow>;

/// What few promises have; taken out for a moment when it is used, and never while user code runs.
#[derive(Default)]
pub(super) struct Aborts(Cell<Option<Box<Listeners>>>);

#[derive(Default)]
struct Listeners {
    callbacks: VecDeque<Told>,
    vetoes: Vec<Veto>,
}

impl Aborts {
    fn with<R>(&self, use_them: impl FnOnce(&mut Listeners) -> R) -> R {
        let mut listeners = self.0.take().unwrap_or_default();
        let result = use_them(&mut listeners);
        self.0.set(Some(listeners));
        result
    }

    pub(super) fn has_vetoes(&self) -> bool {
        let listeners = self.0.take();
        let has_vetoes = listeners.as_ref().is_some_and(|listeners| !listeners.vetoes.is_empty());
        self.0.set(listeners);
        has_vetoes
    }

    /// Asks each; false if one objects.
    pub(super) fn consent(&self, origin: Option<Origin>) -> bool {
        let mut consent = true;
        for veto in self.with(|listeners| listeners.vetoes.clone()) {
            report::caught(report::PANIC_IN_CALLBACK, origin, || consent &= veto() != Flow::Veto);
        }
        consent
    }

    /// Tells each, once.
    pub(super) fn tell(&self, error: &Error, origin: Option<Origin>) {
        while let Some(callback) = self.with(|listeners| listeners.callbacks.pop_front()) {
            report::caught(report::PANIC_IN_CALLBACK, origin, || callback(error));
        }
    }
}

impl<T: 'static> Promise<T> {
    /// Makes it abortable: `callback` is called with the [`InProgressAborted`] when somebody aborts it, and then it fails with
    /// that. What the producer does with the promise from then on has no effect.
    ///
    /// Callbacks are called in the order in which they were connected, while it is still pending. Of one that was aborted
    /// already, it is called at once.
    ///
    /// ```
    /// use kaa_core::InProgress;
    ///
    /// let (promise, answer) = InProgress::new();
    /// assert!(!answer.is_abortable());
    /// promise.on_abort(|error| println!("stopping the work: {error}"));
    /// assert!(answer.is_abortable());
    ///
    /// drop(answer.abort());
    /// promise.finish(42);
    /// assert!(answer.take_result().unwrap().unwrap_err().is_aborted());
    /// ```
    #[doc(alias = "signals")]
    pub fn on_abort(&self, callback: impl FnOnce(&Error) + 'static) {
        let Some(node) = &self.node else { return };
        if node.header().is_pending() {
            let aborts = &node.body().source.aborts;
            aborts.with(|listeners| listeners.callbacks.push_back(Box::new(callback)));
            allow_abort(node.header());
        } else {
            let me = node.erased().describe();
            let error = InProgressAborted::new(me.clone(), me).into();
            let origin = Some(Origin::Code(node.body().source.created));
            report::caught(report::PANIC_IN_CALLBACK, origin, || callback(&error));
        }
    }

    /// Asks `veto` before each abort, before anything has changed: with [`Flow::Veto`] the abort stops before this promise, or
    /// is refused if it was to begin here. It makes nothing abortable.
    ///
    /// ```
    /// use kaa_core::{Flow, InProgress, NotAbortable};
    ///
    /// let (promise, answer) = InProgress::new();
    /// promise.on_abort(|_| unreachable!("vetoed"));
    /// promise.on_abort_veto(|| Flow::Veto);
    /// let refused = answer.abort().take_result().unwrap().unwrap_err();
    /// assert!(refused.is::<NotAbortable>());
    /// promise.finish(42);
    /// assert_eq!(answer.take_result().unwrap().unwrap(), 42);
    /// ```
    pub fn on_abort_veto(&self, veto: impl Fn() -> Flow + 'static) {
        if let Some(node) = &self.node {
            node.body().source.aborts.with(|listeners| listeners.vetoes.push(Rc::new(veto)));
        }
    }

    /// Whether it may be aborted: yes, also without a callback, or no, even with one. Without this call, it may if there is one.
    ///
    /// ```
    /// let (mut promise, answer) = kaa_core::InProgress::<u8>::new();
    /// promise.set_abortable(true);
    /// assert!(answer.is_abortable());
    /// promise.set_abortable(false);
    /// promise.on_abort(|_| unreachable!("not abortable"));
    /// assert!(!answer.is_abortable());
    /// promise.finish(1);
    /// ```
    pub fn set_abortable(&mut self, abortable: bool) {
        let Some(node) = &self.node else { return };
        if abortable {
            node.header().clear(Flags::NOABORT);
            node.header().set(Flags::ABORTABLE);
        } else {
            node.header().clear(Flags::ABORTABLE);
            node.header().set(Flags::NOABORT);
        }
    }
}

/// Unless the producer has said otherwise.
pub(super) fn allow_abort(header: &Header) {
    if !header.has(Flags::NOABORT) {
        header.set(Flags::ABORTABLE);
    }
}
