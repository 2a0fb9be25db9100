//! Listening: clients that come, and who waits for them.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::time::Duration;

use kaa_core::line::{Line, TakesBack};
use kaa_core::report::Origin;
use kaa_core::{Abandoned, Error, InProgress, Result, Signal};

use super::{Socket, address, tcp};
use crate::current::current;
use crate::error::SocketError;
use crate::fd::{Descriptor, OnReady};
use crate::sys::fork::Generation;
use crate::sys::poll::Interest;
use crate::timer::OneShotTimer;

/// So many clients are accepted before others have their turn.
const ACCEPTS_AT_ONCE: usize = 16;

/// When accepting fails, for want of descriptors usually, it is tried again after this.
const PAUSE: Duration = Duration::from_millis(100);

/// How to listen.
///
/// ```
/// use kaa_notifier::{ListenOptions, Socket};
///
/// let mut options = ListenOptions::default();
/// options.backlog = 1;
/// let server = Socket::new();
/// server.listen_with("127.0.0.1:0", &options)?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListenOptions {
    /// So many clients may wait to be accepted; the system may allow fewer. 1024 unless set.
    pub backlog: i32,
    /// Connections of an earlier server at the same port that are not quite over are no hindrance. True unless set.
    pub reuse_address: bool,
    /// An address of version 6 is one of version 4 too: `:80` means both. True unless set.
    pub dual_stack: bool,
}

impl Default for ListenOptions {
    fn default() -> Self {
        ListenOptions { backlog: 1024, reuse_address: true, dual_stack: true }
    }
}

/// Tells a file from another that has taken its path.
#[derive(PartialEq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    fn of(path: &Path) -> Option<Self> {
        let file = std::fs::symlink_metadata(path).ok()?;
        Some(Identity { device: file.dev(), inode: file.ino() })
    }
}

/// A socket that listens.
pub(super) struct Listener {
    me: Weak<Listener>,
    created: &'static Location<'static>,
    place: String,
    /// To be removed at the end.
    path: Option<(PathBuf, Identity)>,
    /// The process that it was made in. A child must leave the path alone: it is still the parent's.
    process: Generation,
    open: RefCell<Option<Descriptor>>,
    waiting: Line<Socket>,
    /// Accepted for somebody who did not take them.
    returned: RefCell<VecDeque<Socket>>,
    new_client: Rc<Signal<Socket>>,
    pause: OneShotTimer,
    paused: Cell<bool>,
    /// It was reported that accepting fails.
    told: Cell<bool>,
}

impl Listener {
    pub(super) fn new(
        created: &'static Location<'static>,
        place: &str,
        fd: OwnedFd,
        path: Option<PathBuf>,
        new_client: Rc<Signal<Socket>>,
    ) -> Result<Rc<Self>> {
        let descriptor = current()?.watch(fd, Weak::<Listener>::new())?;
        let listener = Rc::new_cyclic(|me: &Weak<Listener>| {
            descriptor.hand_over(me.clone());
            Listener {
                me: me.clone(),
                created,
                place: place.to_owned(),
                path: path.and_then(|path| Some((path.clone(), Identity::of(&path)?))),
                process: Generation::current(),
                open: RefCell::new(Some(descriptor)),
                waiting: Line::new("accept"),
                returned: RefCell::default(),
                new_client,
                pause: OneShotTimer::new(),
                paused: Cell::new(false),
                told: Cell::new(false),
            }
        });
        listener.handlers_changed();
        Ok(listener)
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn with_fd<R>(
        &self,
        use_it: impl FnOnce(std::os::fd::BorrowedFd<'_>) -> R,
    ) -> Option<R> {
        self.open.borrow().as_ref().map(|descriptor| use_it(descriptor.as_fd()))
    }

    #[track_caller]
    pub(super) fn accept(&self) -> InProgress<Socket> {
        let back: Weak<Listener> = self.me.clone();
        if self.waiting.is_empty() {
            let there = self.returned.borrow_mut().pop_front();
            if let Some(client) = there {
                return self.waiting.pass(client, (), Some(back));
            }
        }
        match self.want_clients() {
            Ok(()) => self.waiting.wait((), Some(back)),
            Err(error) => InProgress::failed(error),
        }
    }

    /// A handler has come or gone.
    pub(super) fn handlers_changed(&self) {
        if self.new_client.has_handlers() {
            // What can be wrong with it was found out when it was made.
            drop(self.want_clients());
            self.emit_returned();
        }
        self.want_what_is_pending();
    }

    fn want_clients(&self) -> Result<()> {
        if self.paused.get() {
            return Ok(());
        }
        let open = self.open.borrow();
        let wanted =
            open.as_ref().map_or(Ok(()), |descriptor| descriptor.want_more(Interest::READ));
        wanted.map_err(|error| self.failure(error))
    }

    fn failure(&self, error: io::Error) -> Error {
        SocketError::Accept { place: self.place.clone(), error }.into()
    }

    fn is_wanted(&self) -> bool {
        !self.waiting.is_empty() || self.new_client.has_handlers()
    }

    fn want_what_is_pending(&self) {
        if let Some(descriptor) = &*self.open.borrow() {
            let readable = self.is_wanted() && !self.paused.get();
            descriptor.want_less(Interest { readable, writable: false });
        }
    }

    fn emit_returned(&self) {
        while self.waiting.is_empty() && self.new_client.has_handlers() {
            let next = self.returned.borrow_mut().pop_front();
            let Some(client) = next else { break };
            self.new_client.emit(&client);
        }
    }

    /// Accepts one. False if there is none, or it was tried in vain.
    fn accept_one(&self) -> bool {
        let accepted = self.with_fd(|fd| tcp::accept(fd));
        match accepted {
            None => false,
            Some(Ok((fd, peer))) => {
                self.told.set(false);
                match Socket::accepted(self.created, &address::name(&peer), fd) {
                    Ok(client) => self.hand_out(client),
                    Err(error) => drop(self.waiting.fail(error)),
                }
                true
            }
            Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => false,
            Some(Err(error)) if tcp::is_of_one_client(&error) => true,
            Some(Err(error)) => {
                self.rest();
                // Where only a handler waits for clients, whoever looks at stderr is told; of a series, once.
                if let Err(error) = self.waiting.fail(self.failure(error))
                    && !self.told.replace(true)
                {
                    drop(InProgress::<()>::failed(error));
                }
                false
            }
        }
    }

    fn hand_out(&self, client: Socket) {
        if let Err(client) = self.waiting.serve(client) {
            if !self.new_client.has_handlers() {
                self.returned.borrow_mut().push_back(client);
            } else {
                self.new_client.emit(&client);
            }
        }
    }

    /// Tries no more for a while: the system would say again and again that there are clients.
    fn rest(&self) {
        self.paused.set(true);
        let me = self.me.clone();
        self.pause.start(PAUSE, move || {
            if let Some(me) = me.upgrade() {
                me.paused.set(false);
                if me.is_wanted() {
                    drop(me.want_clients());
                }
            }
        });
    }

    /// Closes it, and then fails what is pending.
    pub(super) fn close(&self) {
        let descriptor = self.open.take();
        if let (Some(_), Some((path, identity))) = (&descriptor, &self.path)
            && self.process.is_current()
            && Identity::of(path).as_ref() == Some(identity)
        {
            // Somebody may remove it at this moment.
            let _ = std::fs::remove_file(path);
        }
        drop(descriptor);
        self.pause.stop();
        let error = || SocketError::Closed { peer: self.place.clone() }.into();
        while self.waiting.fail(error()).is_ok() {}
        let returned = self.returned.take();
        drop(returned);
    }
}

impl OnReady for Listener {
    fn on_ready(self: Rc<Self>, _: Interest) {
        for _ in 0..ACCEPTS_AT_ONCE {
            if !self.is_wanted() || !self.accept_one() {
                break;
            }
        }
        self.want_what_is_pending();
    }

    fn review(&self) {
        self.want_what_is_pending();
    }

    fn on_loop_end(self: Rc<Self>) {
        let descriptor = self.open.take();
        drop(descriptor);
        while self.waiting.fail(Abandoned.into()).is_ok() {}
    }

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }
}

impl TakesBack<Socket> for Listener {
    fn take_back(&self, client: Socket, (): &()) {
        if let Err(client) = self.waiting.serve(client) {
            self.returned.borrow_mut().push_front(client);
            self.emit_returned();
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.close();
    }
}
