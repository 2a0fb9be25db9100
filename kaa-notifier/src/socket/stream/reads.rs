//! Those who wait to read.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::os::fd::AsFd;
use std::rc::Rc;

use bytes::Bytes;
use kaa_core::{Error, InProgress, Promise};

use crate::error::SocketError;
use crate::socket::{Chunk, tcp};

/// Reads that have not been served, in the order of the calls.
pub(super) struct Reads {
    waiting: VecDeque<Promise<Chunk>>,
    /// Set once there is no more input; `waiting` is empty then.
    ended: Option<End>,
    /// The loop's.
    buffer: Rc<RefCell<Box<[u8]>>>,
}

/// Why there is no more input.
#[derive(Clone)]
pub(in crate::socket) enum End {
    /// The peer has said all it has to say.
    Closed,
    Failed(Error),
}

/// What a read has brought, and for whom.
#[derive(Default)]
pub(in crate::socket) enum Delivery {
    #[default]
    Nothing,
    Chunk(Promise<Chunk>, Bytes),
    End(VecDeque<Promise<Chunk>>, End),
}

impl Reads {
    pub(super) fn new(buffer: Rc<RefCell<Box<[u8]>>>) -> Self {
        Reads { waiting: VecDeque::new(), ended: None, buffer }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What every read gets that comes after the end of input.
    #[track_caller]
    pub(super) fn end(&self) -> Option<InProgress<Chunk>> {
        Some(match self.ended.as_ref()? {
            End::Closed => InProgress::finished(None),
            End::Failed(error) => InProgress::failed(error.clone()),
        })
    }

    #[track_caller]
    pub(super) fn push(&mut self) -> InProgress<Chunk> {
        // Somebody who reads with a limit, again and again, must not pile up reads that are over.
        while let Some(last) = self.waiting.pop_back() {
            if last.is_wanted() {
                self.waiting.push_back(last);
                break;
            }
            forget(last);
        }
        let (promise, ip) = InProgress::new();
        self.waiting.push_back(promise);
        ip
    }

    /// Forgets those that nobody waits for any more.
    pub(super) fn review(&mut self) {
        let all = std::mem::take(&mut self.waiting).into_iter();
        let (wanted, unwanted): (VecDeque<_>, VecDeque<_>) = all.partition(Promise::is_wanted);
        self.waiting = wanted;
        unwanted.into_iter().for_each(forget);
    }

    /// Reads once, for the first who still waits.
    pub(super) fn deliver(&mut self, fd: impl AsFd, peer: &str) -> Delivery {
        let Some(first) = self.pop_wanted() else { return Delivery::Nothing };
        let mut buffer = self.buffer.borrow_mut();
        match tcp::receive(fd, &mut buffer) {
            Ok(0) => {}
            Ok(length) => return Delivery::Chunk(first, Bytes::copy_from_slice(&buffer[..length])),
            Err(error) if tcp::is_not_ready(&error) => {
                self.waiting.push_front(first);
                return Delivery::Nothing;
            }
            Err(error) => {
                let error = SocketError::Read { peer: peer.to_owned(), error };
                self.ended = Some(End::Failed(error.into()));
            }
        }
        let end = self.ended.get_or_insert(End::Closed).clone();
        self.waiting.push_front(first);
        Delivery::End(std::mem::take(&mut self.waiting), end)
    }

    /// Fails those who wait; that nobody waits is no news.
    pub(super) fn close(self, error: &Error) {
        for promise in self.waiting {
            if promise.is_wanted() {
                promise.throw(error.clone());
            } else {
                forget(promise);
            }
        }
    }

    fn pop_wanted(&mut self) -> Option<Promise<Chunk>> {
        loop {
            let first = self.waiting.pop_front()?;
            if first.is_wanted() {
                return Some(first);
            }
            forget(first);
        }
    }
}

/// Lets go of a read that nobody waits for: finished, so that it is not reported as abandoned.
fn forget(promise: Promise<Chunk>) {
    promise.finish(None);
}

impl Delivery {
    pub(in crate::socket) fn announce(self) {
        match self {
            Delivery::Nothing => {}
            Delivery::Chunk(promise, bytes) => promise.finish(Some(bytes)),
            Delivery::End(promises, End::Closed) => {
                promises.into_iter().for_each(|promise| promise.finish(None));
            }
            Delivery::End(promises, End::Failed(error)) => {
                promises.into_iter().for_each(|promise| promise.throw(error.clone()));
            }
        }
    }
}
