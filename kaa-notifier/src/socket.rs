//! Sockets: connecting, reading and writing without blocking.

mod connecting;
mod state;
mod stream;
mod tcp;

use std::fmt;
use std::rc::Rc;

use bytes::Bytes;
use kaa_core::InProgress;

use state::Shared;

/// What reaches the caller of [`Socket::read`]: bytes, or `None` at the end of input.
pub(crate) type Chunk = Option<Bytes>;

/// A TCP connection.
///
/// A `Socket` is a handle: its clones are the same connection. When the last one is dropped the
/// connection is closed, and what is still pending fails.
///
/// Nothing here blocks. Everything gives an [`InProgress`] to wait for, and goes on also when nobody
/// does: [`timeout`](crate::Wait::timeout) limits the waiting, not the work. The errors are
/// [`SocketError`](crate::SocketError) and [`AddressError`](crate::AddressError), and name the peer.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpListener;
/// use kaa_notifier::{Socket, Wait};
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let address = listener.local_addr()?.to_string();
/// let server = std::thread::spawn(move || {
///     let (mut client, _) = listener.accept().unwrap();
///     let mut question = [0; 5];
///     client.read_exact(&mut question).unwrap();
///     client.write_all(b"world").unwrap();
/// });
///
/// let socket = Socket::new();
/// socket.connect(address).wait()?;
/// assert_eq!(socket.write("hello").wait()?, 5);
/// assert_eq!(socket.read().wait()?.unwrap(), "world");
/// assert_eq!(socket.read().wait()?, None);
/// # server.join().unwrap();
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
    pub fn new() -> Self {
        Socket { shared: Shared::new() }
    }

    /// Connects to `host:port`, as in `localhost:80`, `127.0.0.1:80` or `[::1]:80`.
    ///
    /// A host that is not numeric is looked up in a thread of its own. Its addresses are tried in order;
    /// if none accepts, the first one's error is reported. After a failure, and after
    /// [`close`](Self::close), the socket can connect again. When only the patience of a
    /// [`timeout`](crate::Wait::timeout) is over the attempt goes on, so `close` the socket before the next.
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

    /// Writes all of `data`, which is copied, and finishes with its length when the last byte has been
    /// handed to the system.
    ///
    /// Writes are done in the order of the calls; there is no need to wait for one before the next, but
    /// whoever does not wait has all of it in memory. What the system takes at once is finished when this
    /// returns, and a callback that is connected to it runs inside `connect`: a chain of callbacks that
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
        self.shared.write(data.as_ref())
    }

    /// Reads what is there, or waits until something is: at least one byte, or `None` at the end of
    /// input.
    ///
    /// Several reads get the input in the order of the calls, each another piece of it. One that nobody
    /// waits for any more, because its time was up or its handle was dropped, consumes nothing.
    ///
    /// ```no_run
    /// # use kaa_notifier::{Socket, Wait};
    /// # let socket = Socket::new();
    /// let mut total = 0;
    /// while let Some(chunk) = socket.read().wait()? {
    ///     total += chunk.len();
    /// }
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    #[must_use = "a read that nobody waits for consumes nothing"]
    pub fn read(&self) -> InProgress<Chunk> {
        self.shared.read()
    }

    /// Closes the connection at once; what is still pending fails.
    ///
    /// Data that has not been handed to the system yet is lost: wait for the last [`write`](Self::write)
    /// first.
    ///
    /// ```
    /// use kaa_notifier::Socket;
    ///
    /// let socket = Socket::new();
    /// socket.close(); // Nothing happens: it was not connected.
    /// ```
    pub fn close(&self) {
        self.shared.close();
    }
}

impl Default for Socket {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Socket({})", self.shared.describe())
    }
}
