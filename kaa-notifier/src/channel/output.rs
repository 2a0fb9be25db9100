//! What waits to be written.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;

use bytes::{Buf, Bytes};
use kaa_core::line::Line;
use kaa_core::{Error, InProgress, Promise};

use super::error::ChannelError;
use super::medium::is_not_ready;

/// So many system calls are made before others have their turn.
const SENDS_AT_ONCE: usize = 16;

/// So many bytes may wait, unless the user wants another number.
const MOST_QUEUED: usize = 1024 * 1024;

/// Writes once, as much as the system takes.
pub(super) type SendOnce<'a> = &'a dyn Fn(&[u8]) -> io::Result<usize>;

/// The writing side of a channel.
pub(super) struct Output {
    queue: RefCell<VecDeque<Write>>,
    /// The number of bytes in it.
    queued: Cell<usize>,
    most: Cell<usize>,
    next: Cell<u64>,
    /// Set once writing has failed; `queue` is empty then.
    failed: RefCell<Option<Error>>,
    /// Those who want to know when there is room again.
    writable: Line<()>,
}

/// A write that has not been handed to the system whole.
struct Write {
    id: WriteId,
    rest: Bytes,
    length: usize,
    promise: Promise<usize>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) struct WriteId(u64);

/// The writes that are through, and those that have failed.
#[derive(Default)]
pub(super) struct Flushed {
    done: Vec<Write>,
    failed: Option<(VecDeque<Write>, Error)>,
}

impl Output {
    pub(super) fn new() -> Self {
        Output {
            queue: RefCell::default(),
            queued: Cell::new(0),
            most: Cell::new(MOST_QUEUED),
            next: Cell::new(0),
            failed: RefCell::new(None),
            writable: Line::new("room to write"),
        }
    }

    pub(super) fn set_most(&self, most: usize) {
        self.most.set(most);
        self.serve();
    }

    pub(super) fn queued(&self) -> usize {
        self.queued.get()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.borrow().is_empty()
    }

    pub(super) fn failure(&self) -> Option<Error> {
        self.failed.borrow().clone()
    }

    /// Hands over at once what the system takes, unless others are first; `rest` makes bytes of what is left.
    #[track_caller]
    pub(super) fn write(
        &self,
        name: &str,
        data: &[u8],
        rest: impl FnOnce(usize) -> Bytes,
        send: SendOnce<'_>,
        withdraw: impl FnOnce(WriteId) -> Box<dyn FnOnce()>,
    ) -> InProgress<usize> {
        if let Some(error) = self.failure() {
            return InProgress::failed(error);
        }
        let queued = self.queued.get();
        if queued > 0 && queued >= self.most.get() {
            return InProgress::failed(ChannelError::WriteQueueFull {
                name: name.to_owned(),
                queued,
            });
        }
        let sent = if self.is_empty() { try_send(send, data) } else { Ok(0) };
        match sent {
            Ok(sent) if sent == data.len() => InProgress::finished(sent),
            Ok(sent) => self.push(rest(sent), data.len(), withdraw),
            Err(error) => InProgress::failed(self.fail_with(name, error)),
        }
    }

    #[track_caller]
    fn push(
        &self,
        rest: Bytes,
        length: usize,
        withdraw: impl FnOnce(WriteId) -> Box<dyn FnOnce()>,
    ) -> InProgress<usize> {
        let id = WriteId(self.next.replace(self.next.get() + 1));
        let (promise, ip) = InProgress::new();
        if rest.len() == length {
            let withdraw = withdraw(id);
            promise.on_abort(move |_| withdraw());
        }
        self.queued.set(self.queued.get() + rest.len());
        self.queue.borrow_mut().push_back(Write { id, rest, length, promise });
        ip
    }

    /// Takes a write out that was aborted before anything of it was sent.
    pub(super) fn withdraw(&self, id: WriteId) {
        let mut queue = self.queue.borrow_mut();
        let place = queue.iter().position(|write| write.id == id);
        let write = place.and_then(|place| queue.remove(place));
        drop(queue);
        if let Some(write) = write {
            self.queued.set(self.queued.get() - write.rest.len());
            self.serve();
        }
    }

    /// Hands over more.
    pub(super) fn flush(&self, name: &str, send: SendOnce<'_>) -> Flushed {
        let mut flushed = Flushed::default();
        let mut queue = self.queue.borrow_mut();
        for _ in 0..SENDS_AT_ONCE {
            let Some(first) = queue.front_mut() else { break };
            match try_send(send, &first.rest) {
                Ok(0) if !first.rest.is_empty() => break,
                Ok(sent) => {
                    first.rest.advance(sent);
                    self.queued.set(self.queued.get() - sent);
                }
                Err(error) => {
                    drop(queue);
                    flushed.failed = self.break_off(name, error).failed;
                    return flushed;
                }
            }
            // What was sent cannot be called back.
            first.promise.set_abortable(false);
            if !first.rest.is_empty() {
                break; // The system takes no more for now.
            }
            flushed.done.extend(queue.pop_front());
        }
        flushed
    }

    /// Nothing more can be written.
    pub(super) fn break_off(&self, name: &str, error: io::Error) -> Flushed {
        self.queued.set(0);
        let error = self.fail_with(name, error);
        Flushed { done: Vec::new(), failed: Some((self.queue.take(), error)) }
    }

    /// Waits until there is room.
    #[track_caller]
    pub(super) fn writable(&self) -> InProgress<()> {
        match self.failure() {
            Some(error) => InProgress::failed(error),
            None if self.has_room() => InProgress::finished(()),
            None => self.writable.wait((), None),
        }
    }

    fn has_room(&self) -> bool {
        self.queued.get() == 0 || self.queued.get() < self.most.get()
    }

    /// Tells those who wait for room.
    pub(super) fn serve(&self) {
        while self.has_room() && self.writable.serve(()).is_ok() {}
    }

    /// Fails what is left of it. Also a write that nobody waits for fails aloud: its data is lost.
    pub(super) fn fail(&self, error: &dyn Fn() -> Error) {
        self.queued.set(0);
        let queue = self.queue.take();
        for write in queue {
            write.promise.throw(error());
        }
        while self.writable.fail(error()).is_ok() {}
    }

    fn fail_with(&self, name: &str, error: io::Error) -> Error {
        let error = Error::from(ChannelError::Write { name: name.to_owned(), error });
        self.failed.replace(Some(error.clone()));
        error
    }
}

/// A system that takes nothing now has taken 0 bytes.
fn try_send(send: SendOnce<'_>, data: &[u8]) -> io::Result<usize> {
    match send(data) {
        Err(error) if is_not_ready(&error) => Ok(0),
        sent => sent,
    }
}

impl Flushed {
    pub(super) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    pub(super) fn announce(self) {
        self.done.into_iter().for_each(|write| write.promise.finish(write.length));
        if let Some((writes, error)) = self.failed {
            writes.into_iter().for_each(|write| write.promise.throw(error.clone()));
        }
    }
}
