//! Who waits to read, and what there is for them.

use std::cell::{Cell, RefCell};
use std::rc::Weak;

use bytes::Bytes;
use kaa_core::line::{Back, Line, TakesBack};
use kaa_core::{Error, InProgress, Result};

use super::error::ChannelError;
use super::unread::{Amount, Demand, Found, Unread};
use crate::buffer::Lent;

/// What a read gives: bytes, or `None` at the end of input.
pub(crate) type Chunk = Option<Bytes>;

/// The reading side of a channel.
pub(super) struct Input {
    waiting: Line<Chunk, Demand>,
    unread: RefCell<Unread>,
    /// The number of bytes that have come.
    received: Cell<u64>,
    end: RefCell<Option<End>>,
}

/// Why there is no more input.
#[derive(Clone)]
pub(super) enum End {
    /// The other side has said all it has to say.
    Closed,
    Failed(Error),
}

impl Input {
    pub(super) fn new() -> Self {
        Input {
            waiting: Line::new("read"),
            unread: RefCell::default(),
            received: Cell::new(0),
            end: RefCell::new(None),
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.end.borrow().is_some()
    }

    pub(super) fn end(&self, end: End) {
        self.end.borrow_mut().get_or_insert(end);
    }

    pub(super) fn is_awaited(&self) -> bool {
        !self.waiting.is_empty()
    }

    pub(super) fn received(&self) -> u64 {
        self.received.get()
    }

    pub(super) fn unread(&self) -> usize {
        self.unread.borrow().len()
    }

    /// What is there already for `demand`, if nobody is first.
    #[track_caller]
    pub(super) fn get(
        &self,
        demand: Demand,
        name: &str,
        back: Weak<dyn TakesBack<Chunk, Demand>>,
    ) -> Result<InProgress<Chunk>, Demand> {
        if self.is_awaited() {
            return Err(demand);
        }
        match self.outcome(&demand, name) {
            Some(Ok(chunk)) => Ok(self.waiting.pass(chunk, demand, Some(back))),
            Some(Err(error)) => Ok(InProgress::failed(error)),
            None => Err(demand),
        }
    }

    #[track_caller]
    pub(super) fn wait(&self, demand: Demand, back: Back<Chunk, Demand>) -> InProgress<Chunk> {
        self.waiting.wait(demand, back)
    }

    /// So many bytes have come, and stand in the buffer. If they are for the first who waits, as they are, they are taken out of it.
    pub(super) fn receive(&self, buffer: &mut Lent, length: usize) -> Option<Bytes> {
        self.received.set(self.received.get() + length as u64);
        let mut unread = self.unread.borrow_mut();
        if unread.is_empty() {
            let is_direct = self.waiting.first(|demand| {
                let is_direct = matches!(demand.amount, Amount::Some);
                if is_direct {
                    unread.pass_through(length, demand);
                }
                is_direct
            });
            if is_direct == Some(true) {
                return Some(buffer.take(length));
            }
        }
        unread.extend(buffer.read(length));
        None
    }

    /// Gives the first who waits what [`receive`](Self::receive) has passed on.
    pub(super) fn pass_on(&self, bytes: Bytes) {
        // Nobody can have left meanwhile.
        let _ = self.waiting.serve(Some(bytes));
    }

    /// Serves those who wait, for as long as there is something for the first of them.
    pub(super) fn serve(&self, name: &str) {
        while let Some(Some(outcome)) = self.waiting.first(|demand| self.outcome(demand, name)) {
            match outcome {
                Ok(chunk) => drop(self.waiting.serve(chunk)),
                Err(error) => drop(self.waiting.fail(error)),
            }
        }
    }

    /// Something for a handler of a signal: a line, or whatever there is. A line that is too long comes as it is.
    pub(super) fn unasked(&self, demand: &Demand) -> Option<Bytes> {
        let mut unread = self.unread.borrow_mut();
        match unread.find(demand, self.has_ended()) {
            Found::Bytes(bytes) => Some(bytes),
            Found::TooLong => Some(unread.take_all()),
            Found::NotYet => None,
        }
    }

    pub(super) fn take_all(&self) -> Bytes {
        self.unread.borrow_mut().take_all()
    }

    /// Fails all who wait.
    pub(super) fn fail(&self, error: &dyn Fn() -> Error) {
        while self.waiting.fail(error()).is_ok() {}
    }

    #[cfg(feature = "tls")]
    pub(super) fn forget_given(&self) {
        self.unread.borrow_mut().forget_given();
    }

    pub(super) fn take_back(&self, chunk: Chunk, demand: &Demand) {
        if let Some(bytes) = chunk {
            self.unread.borrow_mut().take_back(bytes, demand);
        }
    }

    fn outcome(&self, demand: &Demand, name: &str) -> Option<Result<Chunk>> {
        let end = self.end.borrow();
        let mut unread = self.unread.borrow_mut();
        let name = || name.to_owned();
        match (unread.find(demand, end.is_some()), &demand.amount) {
            (Found::Bytes(bytes), _) => return Some(Ok(Some(bytes))),
            (Found::TooLong, Amount::Until(_, most) | Amount::All(most)) => {
                return Some(Err(ChannelError::TooLong { name: name(), most: *most }.into()));
            }
            _ => {}
        }
        Some(match (end.as_ref()?, &demand.amount) {
            (End::Failed(error), _) => Err(error.clone()),
            (End::Closed, Amount::Exactly(wanted)) if !unread.is_empty() => {
                let (there, wanted) = (unread.len(), *wanted);
                Err(ChannelError::UnexpectedEnd { name: name(), there, wanted }.into())
            }
            (End::Closed, _) => Ok(None),
        })
    }
}
