//! What waits to be written.

use std::collections::VecDeque;
use std::io;
use std::os::fd::AsFd;

use bytes::{Buf, Bytes};
use kaa_core::{Error, InProgress, Promise};

use crate::error::SocketError;
use crate::socket::tcp;

/// So many system calls are made before others have their turn.
const SENDS_AT_ONCE: usize = 16;

/// Writes that have not been handed to the system whole, in the order of the calls.
#[derive(Default)]
pub(super) struct Writes {
    queue: VecDeque<Write>,
    /// Set once writing has failed; `queue` is empty then.
    failed: Option<Error>,
}

struct Write {
    /// What is left of it.
    rest: Bytes,
    length: usize,
    promise: Promise<usize>,
}

/// The writes that are through, and those that have failed.
#[derive(Default)]
pub(in crate::socket) struct Flushed {
    done: Vec<Write>,
    failed: Option<(VecDeque<Write>, Error)>,
}

impl Writes {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Hands over at once what the system takes, unless others are first.
    #[track_caller]
    pub(super) fn write(&mut self, fd: impl AsFd, peer: &str, data: &[u8]) -> InProgress<usize> {
        if let Some(error) = &self.failed {
            return InProgress::failed(error.clone());
        }
        let sent = if self.queue.is_empty() { send(fd, data) } else { Ok(0) };
        match sent {
            Ok(sent) if sent == data.len() => InProgress::finished(sent),
            Ok(sent) => self.push(&data[sent..], data.len()),
            Err(error) => InProgress::failed(self.fail(peer, error)),
        }
    }

    /// Hands over more.
    pub(super) fn flush(&mut self, fd: impl AsFd, peer: &str) -> Flushed {
        let mut flushed = Flushed::default();
        for _ in 0..SENDS_AT_ONCE {
            let Some(first) = self.queue.front_mut() else { break };
            match send(&fd, &first.rest) {
                Ok(sent) => first.rest.advance(sent),
                Err(error) => {
                    let error = self.fail(peer, error);
                    flushed.failed = Some((std::mem::take(&mut self.queue), error));
                    break;
                }
            }
            if !first.rest.is_empty() {
                break; // The system takes no more for now.
            }
            flushed.done.extend(self.queue.pop_front());
        }
        flushed
    }

    /// Fails what is left of it.
    pub(super) fn close(self, error: &Error) {
        fail_all(self.queue, error);
    }

    #[track_caller]
    fn push(&mut self, rest: &[u8], length: usize) -> InProgress<usize> {
        let (promise, ip) = InProgress::new();
        self.queue.push_back(Write { rest: Bytes::copy_from_slice(rest), length, promise });
        ip
    }

    fn fail(&mut self, peer: &str, error: io::Error) -> Error {
        let error = Error::from(SocketError::Write { peer: peer.to_owned(), error });
        self.failed = Some(error.clone());
        error
    }
}

/// Sends once; a system that takes nothing now has taken 0 bytes.
fn send(fd: impl AsFd, data: &[u8]) -> io::Result<usize> {
    match tcp::send(fd, data) {
        Err(error) if tcp::is_not_ready(&error) => Ok(0),
        sent => sent,
    }
}

/// Also a write that nobody waits for fails aloud: its data is lost.
fn fail_all(writes: VecDeque<Write>, error: &Error) {
    writes.into_iter().for_each(|write| write.promise.throw(error.clone()));
}

impl Flushed {
    pub(in crate::socket) fn announce(self) {
        self.done.into_iter().for_each(|write| write.promise.finish(write.length));
        if let Some((writes, error)) = self.failed {
            fail_all(writes, &error);
        }
    }
}
