//! What a socket is at the moment, and how it becomes something else.

use std::cell::{Cell, RefCell, RefMut};
use std::mem;
use std::rc::{Rc, Weak};

use kaa_core::{InProgress, Result};

use super::Chunk;
use super::connecting::{AttemptId, Connecting, Progress, Watch};
use super::stream::Stream;
use crate::current::current;
use crate::error::SocketError;
use crate::fd::OnReady;
use crate::resolve::resolve;
use crate::sys::poll::Interest;

/// What all handles of a socket share.
pub(super) struct Shared {
    /// Never borrowed while a promise is finished, since that runs code of the user's.
    state: RefCell<State>,
    /// How many attempts to connect there have been.
    attempts: Cell<u64>,
}

enum State {
    Unconnected,
    Connecting(Connecting),
    Connected(Stream),
}

impl Shared {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Shared { state: RefCell::new(State::Unconnected), attempts: Cell::new(0) })
    }

    #[track_caller]
    pub(super) fn connect(self: &Rc<Self>, peer: &str) -> InProgress<()> {
        match &*self.state.borrow() {
            State::Unconnected => {}
            State::Connecting(_) => return InProgress::failed(SocketError::Connecting),
            State::Connected(stream) => {
                return InProgress::failed(SocketError::Connected {
                    peer: stream.peer().to_owned(),
                });
            }
        }
        let (promise, ip) = InProgress::new();
        let id = self.next_attempt();
        self.state.replace(State::Connecting(Connecting::new(id, peer, promise)));
        self.when_resolved(peer, id);
        ip
    }

    #[track_caller]
    pub(super) fn read(&self) -> InProgress<Chunk> {
        match self.stream() {
            Ok(mut stream) => stream.read(),
            Err(error) => InProgress::failed(error),
        }
    }

    #[track_caller]
    pub(super) fn write(&self, data: &[u8]) -> InProgress<usize> {
        match self.stream() {
            Ok(mut stream) => stream.write(data),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Closes it; what is pending fails with [`SocketError::Closed`].
    pub(super) fn close(&self) {
        self.state.replace(State::Unconnected).close();
    }

    pub(super) fn describe(&self) -> String {
        match &*self.state.borrow() {
            State::Unconnected => "unconnected".to_owned(),
            State::Connecting(attempt) => format!("connecting to {}", attempt.peer()),
            State::Connected(stream) => format!("connected to {}", stream.peer()),
        }
    }

    fn next_attempt(&self) -> AttemptId {
        self.attempts.set(self.attempts.get() + 1);
        AttemptId(self.attempts.get())
    }

    fn stream(&self) -> Result<RefMut<'_, Stream>, SocketError> {
        RefMut::filter_map(self.state.borrow_mut(), State::as_stream).map_err(
            |state| match *state {
                State::Connecting(_) => SocketError::Connecting,
                _ => SocketError::NotConnected,
            },
        )
    }

    /// Goes on when the addresses of `peer` are known. The look-up does not keep the socket alive.
    fn when_resolved(self: &Rc<Self>, peer: &str, id: AttemptId) {
        let (here, there) = (Rc::downgrade(self), Rc::downgrade(self));
        let addresses = resolve(peer);
        addresses.connect(move |addresses| {
            go_on(&here, id, |attempt| attempt.resolved(addresses.clone()));
        });
        addresses.exception().connect(move |error| {
            go_on(&there, id, |attempt| attempt.unresolved(error.clone()));
        });
    }

    /// Takes an attempt further, and this socket with it if that decides it.
    fn advance(self: &Rc<Self>, step: impl FnOnce(&mut Connecting, Watch<'_>) -> Progress) {
        let watch = |fd| {
            let handler: Weak<Self> = Rc::downgrade(self);
            current()?.watch(fd, handler)
        };
        let progress = match &mut *self.state.borrow_mut() {
            State::Connecting(attempt) => step(attempt, &watch),
            _ => return,
        };
        self.decide(progress);
    }

    fn decide(&self, progress: Progress) {
        match progress {
            Progress::Waiting => {}
            Progress::Connected(descriptor) => self.end_attempt(|peer| {
                let buffer = Rc::clone(&current()?.read_buffer);
                Ok(State::Connected(Stream::new(peer.to_owned(), descriptor, buffer)))
            }),
            Progress::Failed(error) => self.end_attempt(|_| Err(error)),
        }
    }

    /// The attempt ends in another state, or fails.
    fn end_attempt(&self, next: impl FnOnce(&str) -> Result<State>) {
        let State::Connecting(attempt) = self.state.replace(State::Unconnected) else { return };
        let outcome = next(attempt.peer()).map(|next| {
            self.state.replace(next);
        });
        attempt.end(outcome);
    }

    fn stream_is_ready(&self, ready: Interest) {
        if ready.writable {
            let flushed = self.stream().map(|mut stream| stream.flush());
            flushed.unwrap_or_default().announce();
        }
        // The callbacks of a write may have closed the socket, or connected it to somebody else.
        if ready.readable {
            let delivery = self.stream().map(|mut stream| stream.deliver());
            delivery.unwrap_or_default().announce();
        }
    }
}

/// The look-up is through. The socket may have gone, or be at another attempt.
fn go_on(socket: &Weak<Shared>, id: AttemptId, note: impl FnOnce(&mut Connecting)) {
    let Some(socket) = socket.upgrade() else { return };
    socket.advance(|attempt, watch| {
        if attempt.id() != id {
            return Progress::Waiting;
        }
        note(attempt);
        attempt.try_addresses(watch)
    });
}

impl OnReady for Shared {
    fn on_ready(self: Rc<Self>, ready: Interest) {
        let is_connecting = matches!(*self.state.borrow(), State::Connecting(_));
        if is_connecting {
            self.advance(Connecting::is_ready);
        } else {
            self.stream_is_ready(ready);
        }
    }

    fn review(&self) {
        if let Ok(mut stream) = self.stream() {
            stream.review();
        }
    }

    /// What is pending is abandoned.
    fn on_loop_end(self: Rc<Self>) {
        let state = self.state.replace(State::Unconnected);
        drop(state); // Here, where nothing is borrowed.
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        mem::replace(self.state.get_mut(), State::Unconnected).close();
    }
}

impl State {
    fn as_stream(&mut self) -> Option<&mut Stream> {
        match self {
            State::Connected(stream) => Some(stream),
            _ => None,
        }
    }

    fn close(self) {
        match self {
            State::Unconnected => {}
            State::Connecting(attempt) => attempt.close(),
            State::Connected(stream) => stream.close(),
        }
    }
}
