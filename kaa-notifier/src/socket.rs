//! Sockets: connecting, listening, reading and writing without blocking.

mod address;
mod connecting;
mod listen;
mod state;
mod tcp;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::panic::Location;
use std::rc::Rc;

use bytes::Bytes;
use kaa_core::{InProgress, Result, Signal};
use socket2::SockRef;

use crate::channel::{ChannelSignals, LONGEST_LINE};
use crate::error::SocketError;
use state::Shared;

pub use listen::ListenOptions;

/// A stream socket: a connection over TCP or in the file system, or what listens for them.
///
/// A `Socket` is a handle: its clones are the same connection. When the last one is dropped the
/// connection is closed, and what is still pending fails.
///
/// An address is `host:port`, as in `localhost:80`, `127.0.0.1:80` or `[::1]:80`, or the path of a socket in the file system: what has a
/// slash in it, or `unix:` before it.
///
/// Nothing here blocks. Everything gives an [`InProgress`] to wait for, and goes on also when nobody
/// does: [`timeout`](crate::Wait::timeout) limits the waiting, not the work. Reading and writing are those of an
/// [`IOChannel`](crate::IOChannel). The errors are [`SocketError`](crate::SocketError), [`ChannelError`](crate::ChannelError) and
/// [`AddressError`](crate::AddressError), and name the peer.
///
/// ```
/// use kaa_notifier::{Socket, Wait};
///
/// let server = Socket::new();
/// server.listen("127.0.0.1:0")?;
/// server.new_client().connect(|client| {
///     let answering = client.clone();
///     client.readline().connect(move |line| {
///         drop(answering.write(line.as_deref().unwrap_or_default()));
///     });
/// });
///
/// let socket = Socket::new();
/// socket.connect(server.local_address()?.to_string()).wait()?;
/// assert_eq!(socket.write("hello\n").wait()?, 6);
/// assert_eq!(socket.readline().wait()?.unwrap(), "hello\n");
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Socket {
    shared: Rc<Shared>,
}

impl Socket {
    /// A socket that is not connected.
    ///
    /// ```
    /// let socket = kaa_notifier::Socket::new();
    /// assert_eq!(format!("{socket:?}"), "Socket(unconnected)");
    /// ```
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        Socket { shared: Shared::new(Location::caller()) }
    }

    /// A connection that was made elsewhere. It is made non-blocking. `peer` is its name in errors.
    ///
    /// ```
    /// use std::os::unix::net::UnixStream;
    /// use kaa_notifier::{Socket, Wait};
    ///
    /// let (ours, theirs) = UnixStream::pair()?;
    /// let ours = Socket::connected(ours, "the worker")?;
    /// let theirs = Socket::connected(theirs, "the server")?;
    /// ours.write("hello\n").wait()?;
    /// assert_eq!(theirs.readline().wait()?.unwrap(), "hello\n");
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What the system says, and [`LoopError::Ended`](crate::LoopError::Ended).
    #[track_caller]
    pub fn connected(fd: impl Into<OwnedFd>, peer: impl AsRef<str>) -> Result<Self> {
        let fd = fd.into();
        SockRef::from(&fd).set_nonblocking(true)?;
        Self::accepted(Location::caller(), peer.as_ref(), fd)
    }

    /// One that was made at `created`, or came to what was.
    fn accepted(created: &'static Location<'static>, peer: &str, fd: OwnedFd) -> Result<Self> {
        let socket = Socket { shared: Shared::new(created) };
        socket.shared.adopt(peer, fd)?;
        Ok(socket)
    }

    /// Connects to an address.
    ///
    /// A host that is not numeric is looked up in a thread. Of several addresses the second is tried beside the first after a quarter of
    /// a second, and so on (RFC 8305); if none accepts, the first one's error is reported. After a failure, after
    /// [`close`](Self::close), and when the other side has ended the connection, the socket can connect again. When only the patience
    /// of a [`timeout`](crate::Wait::timeout) is over the attempt goes on, so `close` the socket, or abort the attempt, before the next.
    ///
    /// ```
    /// use kaa_notifier::{Socket, Wait};
    ///
    /// let error = Socket::new().connect("127.0.0.1:1").wait().unwrap_err();
    /// assert!(error.to_string().starts_with("cannot connect to 127.0.0.1:1: "));
    /// ```
    #[track_caller]
    pub fn connect(&self, address: impl AsRef<str>) -> InProgress<()> {
        self.shared.connect(address.as_ref())
    }

    /// Listens at an address, which is not looked up: `127.0.0.1:8000`, `[::1]:8000`, `:8000` for all addresses of the machine,
    /// port 0 for a free one, or a path. A socket in the file system that nobody listens at any more is replaced, and removed when this is closed.
    ///
    /// Clients are accepted while somebody wants them: a call of [`accept`](Self::accept), or a handler of
    /// [`new_client`](Self::new_client).
    ///
    /// # Errors
    ///
    /// [`SocketError::Listen`] with what the system says, [`AddressError`](crate::AddressError), and those of a socket that is in use.
    pub fn listen(&self, address: impl AsRef<str>) -> Result<()> {
        self.listen_with(address, &ListenOptions::default())
    }

    /// The same with options.
    ///
    /// # Errors
    ///
    /// As of [`listen`](Self::listen).
    pub fn listen_with(&self, address: impl AsRef<str>, options: &ListenOptions) -> Result<()> {
        self.shared.listen(address.as_ref(), options)
    }

    /// The next client. Several calls get one each, in their order. One that is aborted or dropped, or whose time is up, has
    /// taken none.
    ///
    /// It fails with [`SocketError::Accept`] when the system has no descriptor left, for instance; a tenth of a second later it is tried again.
    ///
    /// ```
    /// use kaa_notifier::{Socket, Wait};
    ///
    /// let server = Socket::new();
    /// server.listen("127.0.0.1:0")?;
    /// let client = Socket::new();
    /// let connecting = client.connect(server.local_address()?.to_string());
    /// let accepted = server.accept().wait()?;
    /// connecting.wait()?;
    /// accepted.write("welcome\n").wait()?;
    /// assert_eq!(client.readline().wait()?.unwrap(), "welcome\n");
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    #[must_use = "a client that nobody waits for is not accepted"]
    pub fn accept(&self) -> InProgress<Socket> {
        self.shared.accept()
    }

    /// A client has come that no [`accept`](Self::accept) waits for.
    #[must_use]
    pub fn new_client(&self) -> &Signal<Socket> {
        &self.shared.new_client
    }

    /// Reads what is there, or waits until something is; see [`IOChannel::read`](crate::IOChannel::read).
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read(&self) -> InProgress<Option<Bytes>> {
        match self.shared.channel() {
            Ok(channel) => channel.read(),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Reads exactly so much; see [`IOChannel::read_exact`](crate::IOChannel::read_exact).
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_exact(&self, length: usize) -> InProgress<Option<Bytes>> {
        match self.shared.channel() {
            Ok(channel) => channel.read_exact(length),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Reads a line; see [`IOChannel::readline`](crate::IOChannel::readline).
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn readline(&self) -> InProgress<Option<Bytes>> {
        self.read_until(["\n"], LONGEST_LINE)
    }

    /// Reads up to a delimiter; see [`IOChannel::read_until`](crate::IOChannel::read_until).
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_until(
        &self,
        delimiters: impl IntoIterator<Item: AsRef<[u8]>>,
        most: usize,
    ) -> InProgress<Option<Bytes>> {
        match self.shared.channel() {
            Ok(channel) => channel.read_until(delimiters, most),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Reads all to the end of input; see [`IOChannel::read_to_end`](crate::IOChannel::read_to_end).
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_to_end(&self, most: usize) -> InProgress<Option<Bytes>> {
        match self.shared.channel() {
            Ok(channel) => channel.read_to_end(most),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Writes all of `data`, which is copied, and finishes with its length when the last byte has been
    /// handed to the system.
    ///
    /// Writes are done in the order of the calls; there is no need to wait for one before the next, but
    /// whoever does not wait has all of it in memory, up to a [limit](Self::set_write_limit). What the system takes at once is
    /// finished when this returns, and a callback that is connected to it runs inside `connect`: a chain of callbacks that
    /// write needs more stack with every link, a coroutine does not.
    ///
    /// ```no_run
    /// # use kaa_notifier::{Socket, Wait};
    /// # let socket = Socket::new();
    /// socket.write("GET / HTTP/1.0\r\n").wait()?;
    /// socket.write(b"\r\n").wait()?;
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    pub fn write(&self, data: impl AsRef<[u8]>) -> InProgress<usize> {
        match self.shared.channel() {
            Ok(channel) => channel.write(data.as_ref()),
            Err(error) => InProgress::failed(error),
        }
    }

    /// The same for bytes that need not be copied.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a handle, as other calls of this kind take it"
    )]
    pub fn write_bytes(&self, data: Bytes) -> InProgress<usize> {
        match self.shared.channel() {
            Ok(channel) => channel.write_bytes(&data),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Finishes when there is room to write; see [`IOChannel::writable`](crate::IOChannel::writable).
    #[track_caller]
    pub fn writable(&self) -> InProgress<()> {
        match self.shared.channel() {
            Ok(channel) => channel.writable(),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Lets so many bytes wait to be written on the connection that there is; see
    /// [`IOChannel::set_write_limit`](crate::IOChannel::set_write_limit).
    ///
    /// # Errors
    ///
    /// If it is not connected.
    pub fn set_write_limit(&self, most: usize) -> Result<()> {
        self.shared.channel()?.set_write_limit(most);
        Ok(())
    }

    /// Tells the peer that nothing more comes, when all is written. What the peer says can still be read.
    #[track_caller]
    #[doc(alias = "shutdown")]
    pub fn end_writing(&self) -> InProgress<()> {
        match self.shared.channel() {
            Ok(channel) => channel.end_writing(),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Closes the connection when all is written, whether somebody waits for that or not. The socket itself can connect again at once.
    ///
    /// What waits to read fails when it is closed. An attempt to connect fails now, and so does what waits for clients. To close a
    /// connection without writing what is left, drop all its handles.
    ///
    /// ```
    /// use kaa_notifier::{Socket, Wait};
    ///
    /// let socket = Socket::new();
    /// socket.close().wait()?; // Nothing happens: it was not connected.
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    pub fn close(&self) -> InProgress<()> {
        self.shared.close()
    }

    #[cfg(feature = "tls")]
    pub(crate) fn channel(&self) -> Result<Rc<crate::channel::Shared>, SocketError> {
        self.shared.channel()
    }

    /// What its connection tells to handlers. They may be connected before there is one, and are disconnected by
    /// [`close`](Self::close).
    #[must_use]
    pub fn signals(&self) -> &ChannelSignals {
        &self.shared.signals
    }

    /// The address that it is connected from, or listens at.
    ///
    /// # Errors
    ///
    /// If it does neither; and [`SocketError::NoAddress`] if it is a socket in the file system.
    pub fn local_address(&self) -> Result<SocketAddr> {
        let address = self.with_options(|socket| socket.local_addr())?;
        address.as_socket().ok_or_else(|| SocketError::NoAddress.into())
    }

    /// The address that it is connected to.
    ///
    /// # Errors
    ///
    /// As of [`local_address`](Self::local_address).
    pub fn peer_address(&self) -> Result<SocketAddr> {
        let address = self.with_options(|socket| socket.peer_addr())?;
        address.as_socket().ok_or_else(|| SocketError::NoAddress.into())
    }

    /// Lends the socket of the system, for its options.
    ///
    /// # Errors
    ///
    /// If it is neither connected nor listening, and what `use_it` fails with.
    ///
    /// ```no_run
    /// # use kaa_notifier::Socket;
    /// # let socket = Socket::new();
    /// socket.with_options(|socket| socket.set_keepalive(true))?;
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    pub fn with_options<R>(&self, use_it: impl FnOnce(SockRef<'_>) -> io::Result<R>) -> Result<R> {
        match self.shared.with_fd(|fd| use_it(SockRef::from(&fd))) {
            Some(outcome) => Ok(outcome?),
            None => Err(SocketError::NotConnected.into()),
        }
    }

    /// Whether it is connected, as far as is known: a connection that has broken is noticed when it is read or written.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.shared.channel().is_ok_and(|channel| channel.is_open() && !channel.has_ended())
    }
}

impl Default for Socket {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Socket({})", self.shared.describe())
    }
}
