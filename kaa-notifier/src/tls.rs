//! TLS over sockets.

mod config;
mod medium;

use std::cell::Cell;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use kaa_core::{Error, InProgress, Promise};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, HandshakeKind, ServerConnection};

use crate::socket::Socket;
use medium::Tls;

pub use config::{TLSClient, TLSServer};

/// A socket that speaks TLS. All that a [`Socket`] does, it does encrypted.
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

/// A promise that closes the socket if it is aborted. Whoever settles it takes it out.
#[track_caller]
fn promise_for(socket: &Socket) -> (Slot, InProgress<TLSSocket>) {
    let (promise, ip) = InProgress::new();
    let slot = Rc::new(Cell::new(None));
    let (socket, own) = (socket.clone(), Rc::clone(&slot));
    promise.on_abort(move |_| {
        // It knows how it ends; what the close fails is not to settle it. Where it waits for another, that one closes.
        if own.take().is_some() {
            drop(socket.close());
        }
    });
    slot.set(Some(promise));
    (slot, ip)
}

/// What stands before the port.
fn host_of(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

impl Deref for TLSSocket {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        &self.socket
    }
}

impl fmt::Debug for TLSSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TLS{:?}", self.socket)
    }
}
