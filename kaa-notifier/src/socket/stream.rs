//! An established connection: who waits to read, and what waits to be written.

mod reads;
mod writes;

use std::cell::RefCell;
use std::rc::Rc;

use kaa_core::InProgress;

use super::Chunk;
use crate::error::SocketError;
use crate::fd::Descriptor;
use crate::sys::poll::Interest;
use reads::Delivery;
use reads::Reads;
use writes::Flushed;
use writes::Writes;

/// A connection, with what is pending on it.
///
/// Nothing in here calls code of the user's: what is to be told is given back, to be told when the
/// socket is not borrowed any more.
pub(super) struct Stream {
    peer: String,
    /// Waits for exactly those directions in which something is pending.
    descriptor: Descriptor,
    reads: Reads,
    writes: Writes,
}

impl Stream {
    pub(super) fn new(
        peer: String,
        descriptor: Descriptor,
        buffer: Rc<RefCell<Box<[u8]>>>,
    ) -> Self {
        descriptor.want_less(Interest::NONE);
        Stream { peer, descriptor, reads: Reads::new(buffer), writes: Writes::default() }
    }

    pub(super) fn peer(&self) -> &str {
        &self.peer
    }

    #[track_caller]
    pub(super) fn read(&mut self) -> InProgress<Chunk> {
        if let Some(end) = self.reads.end() {
            return end;
        }
        match self.descriptor.want_more(Interest::READ) {
            Ok(()) => self.reads.push(),
            Err(error) => InProgress::failed(error),
        }
    }

    #[track_caller]
    pub(super) fn write(&mut self, data: &[u8]) -> InProgress<usize> {
        let ip = self.writes.write(&self.descriptor, &self.peer, data);
        if self.writes.is_empty() {
            return ip;
        }
        match self.descriptor.want_more(Interest::WRITE) {
            Ok(()) => ip,
            Err(error) => InProgress::failed(error),
        }
    }

    /// There is input, or its end.
    pub(super) fn deliver(&mut self) -> Delivery {
        let delivery = self.reads.deliver(&self.descriptor, &self.peer);
        self.want_what_is_pending();
        delivery
    }

    /// The system takes more.
    pub(super) fn flush(&mut self) -> Flushed {
        let flushed = self.writes.flush(&self.descriptor, &self.peer);
        self.want_what_is_pending();
        flushed
    }

    /// Forgets the reads that nobody waits for any more.
    pub(super) fn review(&mut self) {
        self.reads.review();
        self.want_what_is_pending();
    }

    /// Closes the connection, and then fails what is pending.
    pub(super) fn close(self) {
        let Stream { peer, descriptor, reads, writes } = self;
        drop(descriptor);
        let error = SocketError::Closed { peer }.into();
        reads.close(&error);
        writes.close(&error);
    }

    fn want_what_is_pending(&self) {
        let readable = !self.reads.is_empty();
        let writable = !self.writes.is_empty();
        self.descriptor.want_less(Interest { readable, writable });
    }
}
