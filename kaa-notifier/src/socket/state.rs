//! What a socket is at the moment, and how it becomes something else.

use std::cell::{Cell, RefCell};
use std::mem;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::panic::Location;
use std::path::Path;
use std::rc::{Rc, Weak};

use kaa_core::report::Origin;
use kaa_core::{Error, InProgress, Result, Signal};

use super::address::{Place, to_listen};
use super::connecting::{AttemptId, Connecting, Means, Progress};
use super::listen::{ListenOptions, Listener};
use super::{Socket, tcp};
use crate::channel::{self, ChannelSignals, Directions, Stream};
use crate::current::current;
use crate::error::SocketError;
use crate::fd::{Descriptor, OnReady};
use crate::resolve::resolve;
use crate::sys::poll::Interest;

const BOTH: Directions = Directions { read: true, write: true };

/// What all handles of a socket share.
pub(super) struct Shared {
    pub(super) created: &'static Location<'static>,
    /// Never borrowed while a promise is finished, since that runs code of the user's.
    state: RefCell<State>,
    /// How many attempts to connect there have been.
    attempts: Cell<u64>,
    pub(super) signals: Rc<ChannelSignals>,
    pub(super) new_client: Rc<Signal<Socket>>,
}

enum State {
    Unconnected,
    Connecting(Connecting),
    Connected(Rc<channel::Shared>),
    Listening(Rc<Listener>),
}

impl Shared {
    pub(super) fn new(created: &'static Location<'static>) -> Rc<Self> {
        let shared = Rc::new(Shared {
            created,
            state: RefCell::new(State::Unconnected),
            attempts: Cell::new(0),
            signals: Rc::new(ChannelSignals::new()),
            new_client: Rc::new(Signal::named("new_client")),
        });
        let weak = Rc::downgrade(&shared);
        shared.signals.when_wanted(move || {
            if let Some(Ok(channel)) = weak.upgrade().map(|shared| shared.channel()) {
                channel.handlers_changed();
            }
        });
        let weak = Rc::downgrade(&shared);
        shared.new_client.on_change(move |_, _| {
            if let Some(listener) = weak.upgrade().and_then(|shared| shared.listener()) {
                listener.handlers_changed();
            }
        });
        shared
    }

    #[track_caller]
    pub(super) fn connect(self: &Rc<Self>, peer: &str) -> InProgress<()> {
        if let Err(error) = self.is_free() {
            return InProgress::failed(error);
        }
        let (promise, ip) = InProgress::new();
        let id = self.next_attempt();
        let weak = Rc::downgrade(self);
        promise.on_abort(move |_| {
            if let Some(shared) = weak.upgrade() {
                shared.give_up(id);
            }
        });
        self.replace(State::Connecting(Connecting::new(id, peer, promise)));
        match Place::of(peer) {
            Place::Net(peer) => self.when_resolved(peer, id),
            Place::Unix(path) => self.connect_unix(path),
        }
        ip
    }

    /// Whether it can be connected, or listen. A connection whose other side has gone is no hindrance.
    fn is_free(&self) -> Result<(), SocketError> {
        match &*self.state.borrow() {
            State::Unconnected => Ok(()),
            State::Connecting(_) => Err(SocketError::Connecting),
            State::Connected(channel) if channel.has_ended() || !channel.is_open() => Ok(()),
            State::Connected(channel) => {
                Err(SocketError::Connected { peer: channel.name().to_owned() })
            }
            State::Listening(listener) => {
                Err(SocketError::Listening { place: listener.place().to_owned() })
            }
        }
    }

    /// The attempt was aborted.
    fn give_up(&self, id: AttemptId) {
        let is_at_it =
            matches!(&*self.state.borrow(), State::Connecting(attempt) if attempt.id() == id);
        if is_at_it {
            // Its promise knows how it ends.
            self.replace(State::Unconnected);
        }
    }

    fn connect_unix(self: &Rc<Self>, path: &Path) {
        let connected = tcp::start_connect_unix(path);
        match connected {
            Ok(fd) => match self.watch(fd) {
                Ok(descriptor) => self.decide(Progress::Connected(descriptor)),
                Err(error) => self.decide(Progress::Failed(error)),
            },
            Err(error) => {
                let peer = path.display().to_string();
                let error = SocketError::Connect { peer, address: None, error };
                self.decide(Progress::Failed(error.into()));
            }
        }
    }

    fn watch(self: &Rc<Self>, fd: OwnedFd) -> Result<Descriptor> {
        let handler: Weak<Self> = Rc::downgrade(self);
        current()?.watch(fd, handler)
    }

    /// It is the connection of `fd` from now on.
    pub(super) fn adopt(&self, peer: &str, fd: OwnedFd) -> Result<()> {
        let signals = Rc::clone(&self.signals);
        let name = peer.to_owned();
        let channel =
            channel::Shared::new(self.created, name, fd, Box::new(Stream), BOTH, signals)?;
        self.replace(State::Connected(channel));
        Ok(())
    }

    pub(super) fn listen(&self, place: &str, options: &ListenOptions) -> Result<()> {
        self.is_free()?;
        let cannot = |error| SocketError::Listen { place: place.to_owned(), error };
        let (fd, path) = match Place::of(place) {
            Place::Net(address) => {
                (tcp::listen(to_listen(address)?, options).map_err(cannot)?, None)
            }
            Place::Unix(path) => {
                (tcp::listen_unix(path, options).map_err(cannot)?, Some(path.to_owned()))
            }
        };
        let listener = Listener::new(self.created, place, fd, path, Rc::clone(&self.new_client))?;
        self.replace(State::Listening(listener));
        Ok(())
    }

    #[track_caller]
    pub(super) fn accept(&self) -> InProgress<Socket> {
        match self.listener() {
            Some(listener) => listener.accept(),
            None => InProgress::failed(SocketError::NotListening),
        }
    }

    /// Closes it, once all is written. A connection that is being made is given up: it fails with [`SocketError::Closed`].
    #[track_caller]
    pub(super) fn close(&self) -> InProgress<()> {
        match self.state.replace(State::Unconnected) {
            State::Unconnected => {}
            State::Connecting(attempt) => attempt.close(),
            State::Connected(channel) => {
                let closing = channel.close();
                channel.detach();
                return closing;
            }
            State::Listening(listener) => {
                listener.close();
                self.new_client.disconnect_all();
            }
        }
        InProgress::finished(())
    }

    pub(super) fn describe(&self) -> String {
        match &*self.state.borrow() {
            State::Unconnected => "unconnected".to_owned(),
            State::Connecting(attempt) => format!("connecting to {}", attempt.peer()),
            State::Connected(channel) => format!("connected to {}", channel.name()),
            State::Listening(listener) => format!("listening at {}", listener.place()),
        }
    }

    pub(super) fn with_fd<R>(&self, use_it: impl FnOnce(BorrowedFd<'_>) -> R) -> Option<R> {
        match &*self.state.borrow() {
            State::Connected(channel) => channel.with_fd(use_it),
            State::Listening(listener) => listener.with_fd(use_it),
            State::Unconnected | State::Connecting(_) => None,
        }
    }

    pub(super) fn channel(&self) -> Result<Rc<channel::Shared>, SocketError> {
        match &*self.state.borrow() {
            State::Connected(channel) => Ok(Rc::clone(channel)),
            State::Connecting(_) => Err(SocketError::Connecting),
            State::Unconnected | State::Listening(_) => Err(SocketError::NotConnected),
        }
    }

    fn listener(&self) -> Option<Rc<Listener>> {
        match &*self.state.borrow() {
            State::Listening(listener) => Some(Rc::clone(listener)),
            _ => None,
        }
    }

    fn next_attempt(&self) -> AttemptId {
        self.attempts.set(self.attempts.get() + 1);
        AttemptId(self.attempts.get())
    }

    fn replace(&self, state: State) {
        let before = self.state.replace(state);
        drop(before); // Here, where nothing is borrowed.
    }

    /// Goes on when the addresses of `peer` are known. The look-up does not keep the socket alive.
    fn when_resolved(self: &Rc<Self>, peer: &str, id: AttemptId) {
        let (here, there) = (Rc::downgrade(self), Rc::downgrade(self));
        resolve(peer).connect_both(
            move |addresses| go_on(&here, id, |attempt| attempt.resolved(addresses)),
            move |error| go_on(&there, id, |attempt| attempt.unresolved(error.clone())),
        );
    }

    /// Takes an attempt further, and this socket with it if that decides it.
    fn advance(self: &Rc<Self>, step: impl FnOnce(&mut Connecting, Means<'_>) -> Progress) {
        let progress = match &mut *self.state.borrow_mut() {
            State::Connecting(attempt) => {
                let (weak, id) = (Rc::downgrade(self), attempt.id());
                let next = Box::new(move || head_start_is_over(&weak, id));
                step(attempt, Means { watch: &|fd| self.watch(fd), next })
            }
            _ => return,
        };
        self.decide(progress);
    }

    fn decide(&self, progress: Progress) {
        match progress {
            Progress::Waiting => {}
            Progress::Connected(descriptor) => self.end_attempt(|peer| {
                let buffer = Rc::clone(&current()?.read_buffer);
                let (signals, medium) = (Rc::clone(&self.signals), Box::new(Stream));
                let name = peer.to_owned();
                let at = self.created;
                let channel =
                    channel::Shared::over(at, name, descriptor, medium, BOTH, signals, buffer);
                Ok(State::Connected(channel))
            }),
            Progress::Failed(error) => self.end_attempt(|_| Err(error)),
        }
    }

    /// The attempt ends in another state, or fails.
    fn end_attempt(&self, next: impl FnOnce(&str) -> Result<State, Error>) {
        let State::Connecting(attempt) = self.state.replace(State::Unconnected) else { return };
        let outcome = next(attempt.peer()).map(|next| {
            self.state.replace(next);
        });
        if let Ok(channel) = self.channel() {
            channel.handlers_changed();
        }
        attempt.end(outcome);
    }
}

fn head_start_is_over(socket: &Weak<Shared>, id: AttemptId) {
    go_on(socket, id, |_| ());
}

/// Takes an attempt to its next address, if the socket is still there and at that attempt.
fn go_on(socket: &Weak<Shared>, id: AttemptId, note: impl FnOnce(&mut Connecting)) {
    let Some(socket) = socket.upgrade() else { return };
    socket.advance(|attempt, means| {
        if attempt.id() != id {
            return Progress::Waiting;
        }
        note(attempt);
        attempt.try_next(means)
    });
}

impl OnReady for Shared {
    fn on_ready(self: Rc<Self>, _: Interest) {
        self.advance(Connecting::is_ready);
    }

    fn review(&self) {}

    /// What is pending is abandoned.
    fn on_loop_end(self: Rc<Self>) {
        self.replace(State::Unconnected);
    }

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        match mem::replace(self.state.get_mut(), State::Unconnected) {
            State::Connecting(attempt) => attempt.close(),
            other => drop(other),
        }
    }
}
