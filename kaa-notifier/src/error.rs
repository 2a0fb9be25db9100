//! What the loop and its sources fail with.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;

/// The main loop cannot do what it was asked to.
///
/// ```
/// use kaa_core::InProgress;
/// use kaa_notifier::{LoopError, Wait};
///
/// let (promise, answer) = InProgress::<i32>::new();
/// let error = answer.wait().unwrap_err(); // Nobody is left who could finish it.
/// assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
/// drop(promise);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoopError {
    /// The loop of this thread is running already, and a second one inside it would stop the first; or a coroutine asks, in the part
    /// before its first wait too.
    Running,
    /// Nothing is left that could finish what was waited for.
    NothingLeft,
    /// [`main::stop`](crate::main::stop) was called while something was waited for.
    Stopped,
    /// The thread ends, and its loop with it.
    Ended,
    /// The loop runs inside of itself 32 times over: a callback that calls
    /// [`main::run_until`](crate::main::run_until) is called again by that.
    TooDeep,
    /// The process was forked from the one that the loop belongs to.
    Forked,
    /// The time of the loop is the system's, and is not moved by programs.
    RealTime,
}

impl fmt::Display for LoopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LoopError::Running => {
                "the main loop of this thread cannot run inside itself, nor inside a coroutine: \
                 in a coroutine write `yield_!(x)`, elsewhere connect a callback with `x.connect(..)`"
            }
            LoopError::NothingLeft => {
                "waiting would never end: no coroutine is ready, no timer or descriptor is waited for, \
                 and no thread is left that could finish this"
            }
            LoopError::Stopped => "the main loop was stopped before this was finished",
            LoopError::Ended => "the main loop of this thread has ended",
            LoopError::TooDeep => {
                "the main loop runs inside of itself too often: a callback that calls `main::run_until` is \
                 called again by it; wait in a coroutine, or connect a callback with `x.connect(..)`"
            }
            LoopError::Forked => {
                "the main loop of this thread belongs to the process that has forked this one: start programs \
                 with `std::process::Command`, or use a loop in a new thread of this process"
            }
            LoopError::RealTime => {
                "the time of this loop is the system's: only that of a `#[kaa::test]` without `real_time` can be \
                 moved"
            }
        })
    }
}

impl StdError for LoopError {}

/// A named [`ThreadPool`](crate::ThreadPool) cannot be made or found.
///
/// ```
/// let error = kaa_notifier::ThreadPool::named("disk").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "there is no thread pool `disk`: make it with `ThreadPool::register(\"disk\", size)`; known: none"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolError {
    /// There is a pool of that name.
    NameTaken {
        /// The name.
        name: String,
    },
    /// There is no pool of that name.
    Unknown {
        /// The name.
        name: String,
        /// The names of those that there are.
        known: Vec<String>,
    },
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PoolError::NameTaken { name } => write!(
                f,
                "there is a thread pool `{name}` already: get it with `ThreadPool::named({name:?})`"
            ),
            PoolError::Unknown { name, known } => {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                write!(
                    f,
                    "there is no thread pool `{name}`: make it with `ThreadPool::register({name:?}, size)`; \
                     known: {known}"
                )
            }
        }
    }
}

impl StdError for PoolError {}

/// A signal of the operating system cannot be listened to.
///
/// ```
/// let error = kaa_notifier::unix_signal(9).unwrap_err();
/// assert_eq!(error.to_string(), "signal 9 cannot be handled: the system acts on it itself");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnixSignalError {
    /// No program may handle it, or none can.
    Forbidden {
        /// The number of the signal.
        number: i32,
    },
    /// There is no signal of this number.
    Unknown {
        /// The number.
        number: i32,
    },
}

impl fmt::Display for UnixSignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnixSignalError::Forbidden { number } => {
                write!(f, "signal {number} cannot be handled: the system acts on it itself")
            }
            UnixSignalError::Unknown { number } => {
                write!(f, "there is no signal {number}: the numbers stand in `kaa::unix`")
            }
        }
    }
}

impl StdError for UnixSignalError {}

/// A text is not the address of a peer, or its host is not known.
///
/// ```
/// use kaa_notifier::{Socket, Wait};
///
/// let error = Socket::new().connect("localhost").wait().unwrap_err();
/// assert_eq!(error.to_string(), "`localhost` has no port: write `host:port`, as in `localhost:80`");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum AddressError {
    /// There is no `:port` at the end.
    NoPort {
        /// What was given.
        address: String,
    },
    /// What stands behind the last colon is not a number from 0 to 65535.
    BadPort {
        /// What was given.
        address: String,
    },
    /// An address to listen at has a host that would have to be looked up.
    NotNumeric {
        /// What was given.
        address: String,
    },
    /// What stands before the port cannot be a host.
    BadHost {
        /// What was given.
        address: String,
    },
    /// The system knows no such host, or could not be asked.
    Unresolved {
        /// What was given.
        address: String,
        /// What the system said.
        error: io::Error,
    },
}

impl AddressError {
    fn address(&self) -> &str {
        match self {
            AddressError::NoPort { address }
            | AddressError::BadPort { address }
            | AddressError::BadHost { address }
            | AddressError::NotNumeric { address }
            | AddressError::Unresolved { address, .. } => address,
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It comes from anywhere, and the message is to stay one line.
        let address = self.address().escape_debug();
        match self {
            AddressError::NoPort { .. } => {
                write!(f, "`{address}` has no port: write `host:port`, as in `localhost:80`")
            }
            AddressError::BadPort { .. } => write!(
                f,
                "the port of `{address}` is not a number up to 65535: write `host:port`, as in \
                 `localhost:80`"
            ),
            AddressError::NotNumeric { .. } => write!(
                f,
                "cannot listen at `{address}`: write a numeric host, as in `127.0.0.1:80` or `[::1]:80`, or `:80` \
                 for all"
            ),
            AddressError::BadHost { .. } => write!(
                f,
                "`{address}` names no host: write `host:port`, as in `localhost:80` or `[::1]:80`"
            ),
            AddressError::Unresolved { error, .. } => {
                write!(f, "cannot resolve `{address}`: {error}")
            }
        }
    }
}

impl StdError for AddressError {}

/// A socket cannot do what it was asked to.
///
/// The texts of the system's errors are part of its own, so they are not repeated as its source.
///
/// ```
/// use kaa_notifier::{Socket, SocketError, Wait};
///
/// let error = Socket::new().write("hello").wait().unwrap_err();
/// assert!(matches!(error.downcast_ref(), Some(SocketError::NotConnected)));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum SocketError {
    /// It is not connected.
    NotConnected,
    /// It is being connected, and not there yet.
    Connecting,
    /// It is connected already.
    Connected {
        /// To whom.
        peer: String,
    },
    /// It listens.
    Listening {
        /// Where.
        place: String,
    },
    /// It does not listen.
    NotListening,
    /// It is a socket in the file system, and has no address of the network.
    NoAddress,
    /// It was closed, or its last handle dropped, before this was done.
    Closed {
        /// Whom it was to be connected to, or where it listened.
        peer: String,
    },
    /// No address of the peer accepted the connection.
    Connect {
        /// Whom it was to be connected to, as it was asked for.
        peer: String,
        /// The first of its addresses.
        address: Option<SocketAddr>,
        /// What the system said of that one.
        error: io::Error,
    },
    /// It cannot listen there.
    Listen {
        /// Where.
        place: String,
        /// What the system said.
        error: io::Error,
    },
    /// A client could not be accepted.
    Accept {
        /// Where it listens.
        place: String,
        /// What the system said.
        error: io::Error,
    },
}

impl SocketError {
    /// The system's error, if it is one of these.
    ///
    /// ```
    /// use std::io::ErrorKind;
    /// use kaa_notifier::{Socket, SocketError, Wait};
    ///
    /// let error = Socket::new().connect("127.0.0.1:1").wait().unwrap_err();
    /// let error: &SocketError = error.downcast_ref().unwrap();
    /// assert_eq!(error.io_error().unwrap().kind(), ErrorKind::ConnectionRefused);
    /// ```
    pub fn io_error(&self) -> Option<&io::Error> {
        match self {
            SocketError::Connect { error, .. }
            | SocketError::Listen { error, .. }
            | SocketError::Accept { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for SocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SocketError::NotConnected => {
                f.write_str("the socket is not connected: call `connect` and wait for it first")
            }
            SocketError::Connecting => {
                f.write_str(
                    "the socket is still connecting: wait for `connect` first, or `close` it to start over",
                )
            }
            SocketError::Connected { peer } => {
                write!(
                    f,
                    "the socket is connected to {peer} already: `close` it first, or use another"
                )
            }
            SocketError::Closed { peer } => {
                write!(f, "the socket to {peer} was closed before this was done")
            }
            SocketError::Connect { peer, address: Some(address), error }
                if *peer != address.to_string() =>
            {
                write!(f, "cannot connect to {peer} ({address}): {error}")
            }
            SocketError::Connect { peer, error, .. } => {
                write!(f, "cannot connect to {peer}: {error}")
            }
            SocketError::Listening { place } => {
                write!(f, "the socket listens at {place}: `close` it first, or use another")
            }
            SocketError::NotListening => {
                f.write_str("the socket does not listen: call `listen` first")
            }
            SocketError::NoAddress => {
                f.write_str("the socket has no address of the network: it is one of the file system")
            }
            SocketError::Listen { place, error } => write!(f, "cannot listen at {place}: {error}"),
            SocketError::Accept { place, error } => {
                write!(f, "cannot accept a client at {place}: {error}")
            }
        }
    }
}

impl StdError for SocketError {}
