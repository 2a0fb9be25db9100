//! TLS over sockets.

mod config;
mod medium;

use std::cell::Cell;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use kaa_core::{Error, InProgress, Promise, Result};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, HandshakeKind, ServerConnection};

use socket2::SockRef;

use crate::channel::ChannelSignals;
use crate::socket::Socket;
use medium::Tls;

pub use config::{TLSClient, TLSServer};

/// A connection that speaks TLS. All that it writes is encrypted, as long as it lives; a new one is another `TLSSocket`.
///
/// It is a handle, as a `Socket` is. The certificate of a server is checked, and that it is for the host that was asked for. A
/// connection that ends without saying so is an error and not the end of input: something may be missing.
///
/// ```no_run
/// use kaa_notifier::{TLSClient, TLSSocket, Wait};
///
/// let client = TLSClient::new()?;
/// let socket = TLSSocket::connect(&client, "example.org:443").wait()?;
/// socket.write("GET / HTTP/1.0\r\nHost: example.org\r\n\r\n").wait()?;
/// let answer = socket.read_to_end(1 << 20).wait()?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone)]
pub struct TLSSocket {
    socket: Socket,
    tls: Rc<Tls>,
}

impl TLSSocket {
    /// Connects to `host:port`, and negotiates. An abort gives the attempt up.
    ///
    /// # Errors
    ///
    /// Those of [`Socket::connect`], and of [`start`](Self::start).
    #[track_caller]
    pub fn connect(client: &TLSClient, address: impl AsRef<str>) -> InProgress<TLSSocket> {
        let (socket, client) = (Socket::new(), client.clone());
        let host = host_of(address.as_ref()).to_owned();
        let (promise, ip) = promise_for(&socket);
        let failed = Rc::clone(&promise);
        socket.clone().connect(address).connect_both(
            move |()| {
                if let Some(promise) = promise.take() {
                    promise.waitfor(Self::start(socket, &client, &host));
                }
            },
            move |error| {
                if let Some(promise) = failed.take() {
                    promise.throw(error.clone());
                }
            },
        );
        ip
    }

    /// Goes over to TLS on an open connection, as its client: what a command like `STARTTLS` asks for. `host` is whose certificate is
    /// expected.
    ///
    /// # Errors
    ///
    /// [`ChannelError::Read`](crate::ChannelError::Read) with a [`rustls::Error`] if the certificate is not trusted, for instance. If the
    /// peer has sent something already, that was not encrypted, nothing is begun.
    #[track_caller]
    pub fn start(socket: Socket, client: &TLSClient, host: &str) -> InProgress<TLSSocket> {
        let Ok(name) = ServerName::try_from(host.to_owned()) else {
            return InProgress::failed(Error::message(format!(
                "`{host}` is no name that a certificate could be for: write the name of a host, or a numeric address"
            )));
        };
        match ClientConnection::new(Arc::clone(&client.config), name) {
            Ok(session) => Self::negotiate(socket, session.into()),
            Err(error) => InProgress::failed(error),
        }
    }

    /// Goes over to TLS on an open connection, as its server.
    ///
    /// # Errors
    ///
    /// As of [`start`](Self::start).
    #[track_caller]
    pub fn accept(socket: Socket, server: &TLSServer) -> InProgress<TLSSocket> {
        match ServerConnection::new(Arc::clone(&server.config)) {
            Ok(session) => Self::negotiate(socket, session.into()),
            Err(error) => InProgress::failed(error),
        }
    }

    #[track_caller]
    fn negotiate(socket: Socket, session: Connection) -> InProgress<TLSSocket> {
        let tls = Rc::new(Tls::new(session));
        let negotiating = match socket.channel() {
            Ok(channel) => channel.negotiate(Box::new(Rc::clone(&tls))),
            Err(error) => return InProgress::failed(error),
        };
        let (promise, ip) = promise_for(&socket);
        let failed = Rc::clone(&promise);
        negotiating.connect_both(
            move |()| {
                if let Some(promise) = promise.take() {
                    promise.finish(TLSSocket { socket, tls });
                }
            },
            move |error| {
                if let Some(promise) = failed.take() {
                    promise.throw(error.clone());
                }
            },
        );
        ip
    }

    /// See [`Socket::read`].
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read(&self) -> InProgress<Option<Bytes>> {
        self.socket.read()
    }

    /// See [`Socket::read_exact`].
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_exact(&self, length: usize) -> InProgress<Option<Bytes>> {
        self.socket.read_exact(length)
    }

    /// See [`Socket::readline`].
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn readline(&self) -> InProgress<Option<Bytes>> {
        self.socket.readline()
    }

    /// See [`Socket::read_until`].
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_until(
        &self,
        delimiters: impl IntoIterator<Item: AsRef<[u8]>>,
        most: usize,
    ) -> InProgress<Option<Bytes>> {
        self.socket.read_until(delimiters, most)
    }

    /// See [`Socket::read_to_end`].
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_to_end(&self, most: usize) -> InProgress<Option<Bytes>> {
        self.socket.read_to_end(most)
    }

    /// Finishes when all of `data` is encrypted; the last 64 KiB of it may not have been handed to the system yet.
    #[track_caller]
    pub fn write(&self, data: impl AsRef<[u8]>) -> InProgress<usize> {
        self.socket.write(data)
    }

    /// See [`Socket::writable`].
    #[track_caller]
    pub fn writable(&self) -> InProgress<()> {
        self.socket.writable()
    }

    /// See [`Socket::set_write_limit`].
    ///
    /// # Errors
    ///
    /// If it was closed.
    pub fn set_write_limit(&self, most: usize) -> Result<()> {
        self.socket.set_write_limit(most)
    }

    /// Tells the peer that nothing more comes. What the peer says can still be read.
    #[track_caller]
    pub fn end_writing(&self) -> InProgress<()> {
        self.socket.end_writing()
    }

    /// Closes the connection when all is written, and says so first. It cannot be used again.
    #[track_caller]
    pub fn close(&self) -> InProgress<()> {
        self.socket.close()
    }

    /// See [`Socket::signals`].
    #[must_use]
    pub fn signals(&self) -> &ChannelSignals {
        self.socket.signals()
    }

    /// See [`Socket::local_address`].
    ///
    /// # Errors
    ///
    /// If it was closed, or is a socket in the file system.
    pub fn local_address(&self) -> Result<SocketAddr> {
        self.socket.local_address()
    }

    /// See [`Socket::peer_address`].
    ///
    /// # Errors
    ///
    /// As of [`local_address`](Self::local_address).
    pub fn peer_address(&self) -> Result<SocketAddr> {
        self.socket.peer_address()
    }

    /// See [`Socket::with_options`].
    ///
    /// # Errors
    ///
    /// If it was closed, and what `use_it` fails with.
    pub fn with_options<R>(&self, use_it: impl FnOnce(SockRef<'_>) -> io::Result<R>) -> Result<R> {
        self.socket.with_options(use_it)
    }

    /// See [`Socket::is_connected`].
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.socket.is_connected()
    }

    /// The protocol that both sides have agreed on, of those that they [offer](TLSClient::protocols).
    #[must_use]
    pub fn protocol(&self) -> Option<Bytes> {
        self.tls.session().alpn_protocol().map(Bytes::copy_from_slice)
    }

    /// The certificates of the other side, its own first, as they were sent (DER). None if it has shown none.
    #[must_use]
    pub fn peer_certificates(&self) -> Vec<Bytes> {
        let session = self.tls.session();
        let certificates = session.peer_certificates().unwrap_or_default();
        certificates.iter().map(|certificate| Bytes::copy_from_slice(certificate)).collect()
    }

    /// Whether an earlier session was resumed, which saves half of the negotiation.
    #[must_use]
    pub fn is_resumed(&self) -> bool {
        self.tls.session().handshake_kind() == Some(HandshakeKind::Resumed)
    }
}

/// Emptied by whoever settles the promise.
type Slot = Rc<Cell<Option<Promise<TLSSocket>>>>;

/// A promise that closes the socket if it is aborted, or nobody looks any more. Whoever settles it takes it out.
#[track_caller]
fn promise_for(socket: &Socket) -> (Slot, InProgress<TLSSocket>) {
    let (promise, ip) = InProgress::new();
    let slot = Rc::new(Cell::new(None));
    let (socket, own) = (socket.clone(), Rc::clone(&slot));
    let give_up = move || {
        // It knows how it ends; what the close fails is not to settle it. Where it waits for another, that one closes.
        if own.take().is_some() {
            drop(socket.close());
        }
    };
    let unwanted = give_up.clone();
    promise.when_unwanted(unwanted);
    promise.on_abort(move |_| give_up());
    slot.set(Some(promise));
    (slot, ip)
}

/// What stands before the port.
fn host_of(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

impl fmt::Debug for TLSSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TLS{:?}", self.socket)
    }
}
