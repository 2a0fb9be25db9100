//! What few promises have: callbacks and vetoes of an abort, and a status.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
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

/// Made when the first of it is needed. None of it is borrowed while user code runs.
#[derive(Default)]
pub(super) struct Rare(OnceCell<Box<Listeners>>);

#[derive(Default)]
struct Listeners {
    callbacks: RefCell<VecDeque<Told>>,
    vetoes: RefCell<Vec<Veto>>,
    status: OnceCell<Rc<dyn Any>>,
}

impl Rare {
    fn make(&self) -> &Listeners {
        self.0.get_or_init(Box::default)
    }

    pub(super) fn status(&self) -> Option<&dyn Any> {
        self.0.get()?.status.get().map(|status| &**status)
    }

    pub(super) fn has_vetoes(&self) -> bool {
        self.0.get().is_some_and(|listeners| !listeners.vetoes.borrow().is_empty())
    }

    /// Asks each; false if one objects.
    pub(super) fn consent(&self, origin: Option<Origin>) -> bool {
        let mut consent = true;
        let vetoes = self.0.get().map(|listeners| listeners.vetoes.borrow().clone());
        for veto in vetoes.unwrap_or_default() {
            report::caught(report::PANIC_IN_CALLBACK, origin, || consent &= veto() != Flow::Veto);
        }
        consent
    }

    /// Tells each, once.
    pub(super) fn tell(&self, error: &Error, origin: Option<Origin>) {
        let Some(listeners) = self.0.get() else { return };
        let next = || listeners.callbacks.borrow_mut().pop_front();
        while let Some(callback) = next() {
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
            let callbacks = &node.body().source.rare.make().callbacks;
            callbacks.borrow_mut().push_back(Box::new(callback));
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
            node.body().source.rare.make().vetoes.borrow_mut().push(Rc::new(veto));
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

impl<T: 'static> Promise<T> {
    /// Puts a status there for the consumer to look at. False if there is one.
    pub(crate) fn put_status(&self, status: Rc<dyn Any>) -> bool {
        self.node
            .as_ref()
            .is_some_and(|node| node.body().source.rare.make().status.set(status).is_ok())
    }
}

/// Unless the producer has said otherwise.
pub(super) fn allow_abort(header: &Header) {
    if !header.has(Flags::NOABORT) {
        header.set(Flags::ABORTABLE);
    }
}
