//! [`Resume`]: what a machine is entered with, and what it leaves behind when it suspends.

use std::any::Any;
use std::marker::PhantomData;
use std::mem;

use crate::block::NodeRef;
use crate::error::{Error, Result, ResultTaken};
use crate::in_progress::{InProgress, Parts};
use crate::report;
use crate::site::{Origin, Site};

/// What entering the machine came to.
#[derive(Debug)]
pub enum Step<T> {
    /// It waits for what it has told the `Resume`.
    Suspended,
    /// It has ended.
    Finished(T),
}

/// Ties what a yield waits for to what it evaluates to, over two arms. Zero-sized.
pub struct Witness<V>(PhantomData<fn() -> V>);

impl<V> Witness<V> {
    /// One for each yield, inferred from both its ends.
    #[must_use]
    pub const fn new() -> Self {
        Witness(PhantomData)
    }
}

impl<V> Default for Witness<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Clone for Witness<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Witness<V> {}

/// The runtime's half of a coroutine: it holds what is waited for, so that the state enum need not.
#[derive(Default)]
pub struct Resume {
    pub(crate) awaited: Awaited,
    /// The number of the yield that it waits at, counted from 1; 0 before the first.
    pub(crate) at: usize,
}

#[derive(Default)]
pub(crate) enum Awaited {
    /// It has not started, or runs.
    #[default]
    Nothing,
    /// A turn of the loop.
    Turn,
    /// A value that is there already. A unit takes no allocation.
    Value(Box<dyn Any>),
    Node(NodeRef),
    /// The yield fails with this, whatever it waited for.
    Refused(Error),
}

impl Resume {
    /// Starts to wait. The arm stores its state and returns next; if the value is there already the runtime enters again at once.
    #[inline]
    pub fn wait<V: 'static>(&mut self, at: usize, _: Witness<V>, awaited: InProgress<V>) {
        self.at = at;
        let awaited = match awaited.into_parts() {
            Parts::Value(value) => Awaited::Value(Box::new(value)),
            Parts::Turn => Awaited::Turn,
            Parts::Taken => Awaited::Refused(ResultTaken.into()),
            Parts::Block(block) => Awaited::Node(block.into_erased()),
        };
        match mem::replace(&mut self.awaited, awaited) {
            // The usual case, told apart because dropping an `Awaited` costs a call.
            nothing @ Awaited::Nothing => mem::forget(nothing),
            unasked => drop(unasked),
        }
    }

    /// What the yield evaluates to.
    ///
    /// # Errors
    ///
    /// Fails as the awaited `InProgress` failed.
    ///
    /// # Panics
    ///
    /// Panics if the machine asks for another yield than the one it waits at: a bug in the macro.
    #[inline]
    pub fn output<V: 'static>(&mut self, _: Witness<V>) -> Result<V> {
        match mem::take(&mut self.awaited) {
            // As above.
            turn @ Awaited::Turn => {
                mem::forget(turn);
                Ok(unboxed(Box::new(())))
            }
            Awaited::Value(value) => Ok(unboxed(value)),
            Awaited::Refused(error) => Err(error),
            Awaited::Node(node) => {
                let mut slot: Option<Result<V>> = None;
                node.take_into(&mut slot);
                match slot.expect("resumed at this yield when it has finished") {
                    Err(error) => Err(traced(error, &node)),
                    value => value,
                }
            }
            Awaited::Nothing => panic!("resumed at a yield"),
        }
    }
}

impl Resume {
    /// Whether what it waits for has not finished.
    #[inline]
    pub(crate) fn waits(&self) -> bool {
        matches!(&self.awaited, Awaited::Node(node) if node.header().is_pending())
    }
}

impl Awaited {
    /// The coroutine is over. One that panicked between waiting and suspending has left something.
    #[inline]
    pub(crate) fn let_go(self, site: &'static Site) {
        match self {
            // The usual case, told apart because dropping an `Awaited` costs a call.
            nothing @ Awaited::Nothing => mem::forget(nothing),
            awaited => report::dropped(awaited, Some(Origin::Coroutine(site))),
        }
    }
}

/// A coroutine has put itself into the traceback. Of anything else it begins here.
#[cold]
fn traced(error: Error, from: &NodeRef) -> Error {
    if error.traceback().is_empty() { error.through(from.describe()) } else { error }
}

fn unboxed<V: 'static>(value: Box<dyn Any>) -> V {
    *value.downcast().expect("resumed at this yield")
}
