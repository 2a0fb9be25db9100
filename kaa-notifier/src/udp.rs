//! Datagrams.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::{SocketAddr, UdpSocket as StdSocket};
use std::os::fd::OwnedFd;
use std::panic::Location;
use std::rc::{Rc, Weak};

use bytes::Bytes;
use kaa_core::line::{Line, TakesBack};
use kaa_core::report::Origin;
use kaa_core::{Abandoned, Error, InProgress, Promise, Result, Signal};
use rustix::net::RecvFlags;
use socket2::SockRef;

use crate::buffer::ReadBuffer;
use crate::current::current;
use crate::fd::{Descriptor, OnReady};
use crate::sys::poll::Interest;

/// So many datagrams are received or sent before others have their turn.
const MOST_AT_ONCE: usize = 16;

/// A socket for datagrams, UDP: each arrives whole or not at all.
///
/// It is a handle: its clones are the same socket. When the last one is dropped it is closed, and what is still pending fails.
/// Datagrams are received while somebody wants them: a call of [`receive`](Self::receive), or a handler of
/// [`received`](Self::received). Others wait in the system, which drops what it has no room for.
///
/// ```
/// use kaa_notifier::{UdpSocket, Wait};
///
/// let (one, other) = (UdpSocket::bind("127.0.0.1:0")?, UdpSocket::bind("127.0.0.1:0")?);
/// one.send("hello", other.local_address()?).wait()?;
/// let datagram = other.receive().wait()?;
/// assert_eq!((datagram.bytes.as_ref(), datagram.from), (&b"hello"[..], one.local_address()?));
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone)]
pub struct UdpSocket {
    shared: Rc<Shared>,
}

/// What has come to a [`UdpSocket`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// All of it.
    pub bytes: Bytes,
    /// Who has sent it.
    pub from: SocketAddr,
}

struct Shared {
    me: Weak<Shared>,
    created: &'static Location<'static>,
    /// None once the loop has ended.
    open: RefCell<Option<Descriptor>>,
    waiting: Line<Datagram>,
    /// Received for somebody who did not take it.
    returned: RefCell<VecDeque<Datagram>>,
    received: Signal<Datagram>,
    /// What the system had no room for.
    sends: RefCell<VecDeque<Outgoing>>,
    buffer: Rc<ReadBuffer>,
}

struct Outgoing {
    bytes: Bytes,
    to: SocketAddr,
    promise: Promise<()>,
}

impl UdpSocket {
    /// A socket at a numeric address, as in `127.0.0.1:5353`. Port 0 is a free one.
    ///
    /// # Errors
    ///
    /// [`UdpError::Bind`] with what the system says, of an address in use for instance.
    #[track_caller]
    pub fn bind(address: impl AsRef<str>) -> Result<Self> {
        let place = address.as_ref();
        let cannot = |error| UdpError::Bind { place: place.to_owned(), error };
        let address: SocketAddr = place.parse().map_err(|_| {
            cannot(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not numeric: write it as in `127.0.0.1:5353` or `[::]:0`",
            ))
        })?;
        let socket = StdSocket::bind(address).map_err(cannot)?;
        Self::from_fd(socket)
    }

    /// One that was made elsewhere. It is made non-blocking.
    ///
    /// # Errors
    ///
    /// [`UdpError::NoDatagrams`] if it is another kind of socket; what the system says.
    #[track_caller]
    pub fn from_fd(fd: impl Into<OwnedFd>) -> Result<Self> {
        let fd = fd.into();
        let socket = SockRef::from(&fd);
        let is_of_the_network = socket.local_addr()?.as_socket().is_some();
        if !is_of_the_network || socket.r#type()? != socket2::Type::DGRAM {
            return Err(UdpError::NoDatagrams.into());
        }
        socket.set_nonblocking(true)?;
        let main_loop = current()?;
        let descriptor = main_loop.watch(fd, Weak::<Shared>::new())?;
        let shared = Rc::new_cyclic(|me: &Weak<Shared>| {
            descriptor.hand_over(me.clone());
            Shared {
                me: me.clone(),
                created: Location::caller(),
                open: RefCell::new(Some(descriptor)),
                waiting: Line::new("datagram"),
                returned: RefCell::default(),
                received: Signal::named("received"),
                sends: RefCell::default(),
                buffer: Rc::clone(&main_loop.read_buffer),
            }
        });
        let weak = Rc::downgrade(&shared);
        shared.received.on_change(move |_, _| {
            if let Some(shared) = weak.upgrade() {
                shared.handlers_changed();
            }
        });
        Ok(UdpSocket { shared })
    }

    /// Sends a datagram. It finishes when the system has taken it, and says nothing of whether it arrives.
    ///
    /// # Errors
    ///
    /// [`UdpError::SendTo`] with what the system says, of one that is too long for instance.
    #[track_caller]
    pub fn send(&self, data: impl AsRef<[u8]>, to: SocketAddr) -> InProgress<()> {
        self.shared.send(data.as_ref(), to)
    }

    /// The next datagram. Several calls get one each, in their order. One that is aborted or dropped, or whose time is up, has
    /// taken none.
    ///
    /// # Errors
    ///
    /// [`UdpError::Receive`] with what the system says: that an earlier datagram found nobody, for instance.
    #[track_caller]
    #[must_use = "a datagram that nobody waits for is not received"]
    pub fn receive(&self) -> InProgress<Datagram> {
        self.shared.receive()
    }

    /// A datagram has come that no [`receive`](Self::receive) waits for.
    #[must_use]
    pub fn received(&self) -> &Signal<Datagram> {
        &self.shared.received
    }

    /// The address that it is bound to.
    ///
    /// # Errors
    ///
    /// At the end of the thread.
    pub fn local_address(&self) -> Result<SocketAddr> {
        let address = self.with_options(|socket| socket.local_addr())?;
        Ok(address.as_socket().expect("a socket of the network"))
    }

    /// Lends the socket of the system, for its options: broadcasts, groups, sizes of buffers.
    ///
    /// # Errors
    ///
    /// What `use_it` fails with; [`Abandoned`] at the end of the thread.
    ///
    /// ```
    /// let socket = kaa_notifier::UdpSocket::bind("127.0.0.1:0")?;
    /// socket.with_options(|socket| socket.set_broadcast(true))?;
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    pub fn with_options<R>(&self, use_it: impl FnOnce(SockRef<'_>) -> io::Result<R>) -> Result<R> {
        match &*self.shared.open.borrow() {
            Some(descriptor) => Ok(use_it(SockRef::from(descriptor))?),
            None => Err(Abandoned.into()),
        }
    }
}

impl Shared {
    #[track_caller]
    fn send(&self, data: &[u8], to: SocketAddr) -> InProgress<()> {
        if self.sends.borrow().is_empty() {
            match self.try_send(data, to) {
                Ok(true) => return InProgress::finished(()),
                Ok(false) => {}
                Err(error) => return InProgress::failed(error),
            }
        }
        let (promise, ip) = InProgress::new();
        let bytes = Bytes::copy_from_slice(data);
        self.sends.borrow_mut().push_back(Outgoing { bytes, to, promise });
        match self.want_more(Interest::WRITE) {
            Ok(()) => ip,
            Err(error) => InProgress::failed(error),
        }
    }

    /// False if the system has no room.
    fn try_send(&self, data: &[u8], to: SocketAddr) -> Result<bool> {
        let open = self.open.borrow();
        let Some(descriptor) = open.as_ref() else { return Err(Abandoned.into()) };
        match SockRef::from(descriptor).send_to(data, &to.into()) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(UdpError::SendTo { to, error }.into()),
        }
    }

    fn flush(&self) {
        for _ in 0..MOST_AT_ONCE {
            let next = self.sends.borrow_mut().pop_front();
            let Some(send) = next else { break };
            match self.try_send(&send.bytes, send.to) {
                Ok(true) => send.promise.finish(()),
                Ok(false) => {
                    self.sends.borrow_mut().push_front(send);
                    break;
                }
                Err(error) => send.promise.throw(error),
            }
        }
    }

    #[track_caller]
    fn receive(&self) -> InProgress<Datagram> {
        let back: Weak<Shared> = self.me.clone();
        if self.waiting.is_empty() {
            let there = self.returned.borrow_mut().pop_front();
            if let Some(datagram) = there {
                return self.waiting.pass(datagram, (), Some(back));
            }
        }
        match self.want_more(Interest::READ) {
            Ok(()) => self.waiting.wait((), Some(back)),
            Err(error) => InProgress::failed(error),
        }
    }

    fn handlers_changed(&self) {
        if self.received.has_handlers() {
            // What can be wrong with it was found out when it was made.
            drop(self.want_more(Interest::READ));
            self.emit_returned();
        }
        self.want_what_is_pending();
    }

    fn emit_returned(&self) {
        while self.waiting.is_empty() && self.received.has_handlers() {
            let next = self.returned.borrow_mut().pop_front();
            let Some(datagram) = next else { break };
            self.received.emit(&datagram);
        }
    }

    fn is_wanted(&self) -> bool {
        !self.waiting.is_empty() || self.received.has_handlers()
    }

    /// Receives one. False if there is none.
    fn receive_one(&self) -> bool {
        let received = {
            let open = self.open.borrow();
            let Some(descriptor) = open.as_ref() else { return false };
            self.buffer.lend(|buffer| {
                let received = rustix::net::recvfrom(descriptor, buffer.all(), RecvFlags::empty());
                received.map(|(_, length, from)| (buffer.take(length), from))
            })
        };
        match received {
            Ok((bytes, from)) => {
                let from = from.and_then(|from| SocketAddr::try_from(from).ok());
                if let Some(from) = from {
                    self.hand_out(Datagram { bytes, from });
                }
                true
            }
            Err(error) if io::Error::from(error).kind() == io::ErrorKind::WouldBlock => false,
            Err(error) => {
                let error = UdpError::Receive { error: error.into() };
                drop(self.waiting.fail(error.into()));
                true
            }
        }
    }

    fn hand_out(&self, datagram: Datagram) {
        if let Err(datagram) = self.waiting.serve(datagram) {
            if !self.received.has_handlers() {
                self.returned.borrow_mut().push_back(datagram);
            } else {
                self.received.emit(&datagram);
            }
        }
    }

    fn want_more(&self, interest: Interest) -> Result<()> {
        match &*self.open.borrow() {
            Some(descriptor) => Ok(descriptor.want_more(interest)?),
            None => Err(Abandoned.into()),
        }
    }

    fn want_what_is_pending(&self) {
        if let Some(descriptor) = &*self.open.borrow() {
            let (readable, writable) = (self.is_wanted(), !self.sends.borrow().is_empty());
            descriptor.want_less(Interest { readable, writable });
        }
    }

    fn fail_pending(&self, error: &dyn Fn() -> Error) {
        while self.waiting.fail(error()).is_ok() {}
        for send in self.sends.take() {
            send.promise.throw(error());
        }
    }
}

impl OnReady for Shared {
    fn on_ready(self: Rc<Self>, ready: Interest) {
        if ready.writable {
            self.flush();
        }
        for _ in 0..MOST_AT_ONCE {
            if !ready.readable || !self.is_wanted() || !self.receive_one() {
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
        self.fail_pending(&|| Abandoned.into());
    }

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }
}

impl TakesBack<Datagram> for Shared {
    fn take_back(&self, datagram: Datagram, (): &()) {
        if let Err(datagram) = self.waiting.serve(datagram) {
            self.returned.borrow_mut().push_front(datagram);
            self.emit_returned();
        }
    }
}

impl Drop for Shared {
    /// The last handle has gone.
    fn drop(&mut self) {
        self.open.take();
        self.fail_pending(&|| UdpError::Closed.into());
    }
}

impl fmt::Debug for UdpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.local_address() {
            Ok(address) => write!(f, "UdpSocket({address})"),
            Err(_) => f.write_str("UdpSocket(closed)"),
        }
    }
}

/// A [`UdpSocket`] cannot do what it was asked to.
#[derive(Debug)]
#[non_exhaustive]
pub enum UdpError {
    /// It cannot be bound there.
    Bind {
        /// Where.
        place: String,
        /// What the system said.
        error: io::Error,
    },
    /// A datagram cannot be sent.
    SendTo {
        /// To whom.
        to: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// Receiving failed.
    Receive {
        /// What the system said.
        error: io::Error,
    },
    /// It is no socket of the network for datagrams.
    NoDatagrams,
    /// Its last handle was dropped before this was done.
    Closed,
}

impl fmt::Display for UdpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UdpError::Bind { place, error } => {
                write!(f, "cannot receive datagrams at {place}: {error}")
            }
            UdpError::SendTo { to, error } => write!(f, "cannot send a datagram to {to}: {error}"),
            UdpError::Receive { error } => write!(f, "cannot receive a datagram: {error}"),
            UdpError::NoDatagrams => f.write_str(
                "this is no socket of the network for datagrams: `Socket` and `IOChannel` take others",
            ),
            UdpError::Closed => f.write_str("the socket was dropped before this was done"),
        }
    }
}

impl StdError for UdpError {}
