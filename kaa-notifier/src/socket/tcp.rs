//! The system calls of a TCP stream, none of which blocks.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};

use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, Type};

/// `MSG_NOSIGNAL`: a peer that has gone is an error and not a `SIGPIPE`, whatever the program has made
/// of that signal. Where it is 0, the system has `SO_NOSIGPIPE`, which `Socket::new` sets.
const NO_SIGNAL: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
    0x4000
} else if cfg!(target_os = "freebsd") {
    0x2_0000
} else if cfg!(any(target_os = "netbsd", target_os = "openbsd", target_os = "dragonfly")) {
    0x400
} else {
    0
};

/// "Operation now in progress".
const EINPROGRESS: i32 = if !cfg!(any(target_os = "linux", target_os = "android")) {
    36 // as BSD has it
} else if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
    150
} else if cfg!(any(target_arch = "sparc", target_arch = "sparc64")) {
    36
} else {
    115
};

/// Starts to connect. The socket is writable when it is decided; ask [`connected`] then.
pub(super) fn start_connect(address: SocketAddr) -> io::Result<OwnedFd> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    // Each write leaves at once, so holding the next one back for an acknowledgement only costs time.
    socket.set_tcp_nodelay(true)?;
    match socket.connect(&SockAddr::from(address)) {
        Err(error) if !is_in_progress(&error) => Err(error),
        _ => Ok(socket.into()),
    }
}

/// By number, since the standard library's kind for it is not stable.
fn is_in_progress(error: &io::Error) -> bool {
    error.raw_os_error() == Some(EINPROGRESS) || error.kind() == io::ErrorKind::Interrupted
}

/// How a connect has ended that is decided.
pub(super) fn connected(fd: impl AsFd) -> io::Result<()> {
    match SockRef::from(&fd).take_error()? {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Reads once. `Ok(0)` is the end of input.
pub(super) fn receive(fd: impl AsFd, buffer: &mut [u8]) -> io::Result<usize> {
    let socket = SockRef::from(&fd);
    (&*socket).read(buffer)
}

/// Writes once, as much as the system takes.
pub(super) fn send(fd: impl AsFd, bytes: &[u8]) -> io::Result<usize> {
    SockRef::from(&fd).send_with_flags(bytes, NO_SIGNAL)
}

/// Whether a read or write would have to wait, or was interrupted, so that it is to be tried again.
pub(super) fn is_not_ready(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
