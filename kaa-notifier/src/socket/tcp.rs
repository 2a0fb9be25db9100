//! The system calls that make a socket, none of which blocks.

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, Type};

use super::listen::ListenOptions;

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
    // Each write leaves at once, so holding the next one back for an acknowledgement only costs time.
    socket.set_tcp_nodelay(true)?;
    begin(socket, &SockAddr::from(address))
}

/// The same for a socket in the file system.
pub(super) fn start_connect_unix(path: &Path) -> io::Result<OwnedFd> {
    begin(Socket::new(Domain::UNIX, Type::STREAM, None)?, &unix(path)?)
}

fn unix(path: &Path) -> io::Result<SockAddr> {
    if path.as_os_str().is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path is empty"));
    }
    SockAddr::unix(path)
}

fn begin(socket: Socket, address: &SockAddr) -> io::Result<OwnedFd> {
    socket.set_nonblocking(true)?;
    match socket.connect(address) {
        Err(error) if !is_in_progress(&error) => Err(error),
        _ => Ok(socket.into()),
    }
}

/// By number, since the standard library's kind for it is not stable.
fn is_in_progress(error: &io::Error) -> bool {
    error.raw_os_error() == Some(EINPROGRESS) || error.kind() == io::ErrorKind::Interrupted
}

/// How a connect has ended; false if it has not.
pub(super) fn connected(fd: impl AsFd) -> io::Result<bool> {
    let socket = SockRef::from(&fd);
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    match socket.peer_addr() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(false),
        Err(error) => Err(error),
    }
}

/// A socket that listens at an address of the network.
pub(super) fn listen(address: SocketAddr, options: &ListenOptions) -> io::Result<OwnedFd> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(options.reuse_address)?;
    if address.is_ipv6() {
        socket.set_only_v6(!options.dual_stack)?;
    }
    bind(socket, &SockAddr::from(address), options)
}

/// A socket that listens at a path. One that nobody listens at any more is taken over.
pub(super) fn listen_unix(path: &Path, options: &ListenOptions) -> io::Result<OwnedFd> {
    let address = unix(path)?;
    let bound = bind(Socket::new(Domain::UNIX, Type::STREAM, None)?, &address, options);
    match bound {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_stale(path) => {
            std::fs::remove_file(path)?;
            bind(Socket::new(Domain::UNIX, Type::STREAM, None)?, &address, options)
        }
        bound => bound,
    }
}

fn bind(socket: Socket, address: &SockAddr, options: &ListenOptions) -> io::Result<OwnedFd> {
    socket.set_nonblocking(true)?;
    socket.bind(address)?;
    socket.listen(options.backlog)?;
    Ok(socket.into())
}

/// Whether a path is a socket that nobody listens at.
fn is_stale(path: &Path) -> bool {
    // What is no socket refuses too, and is somebody's file.
    let file = std::fs::symlink_metadata(path);
    if !file.is_ok_and(|file| file.file_type().is_socket()) {
        return false;
    }
    let refused = start_connect_unix(path).err();
    refused.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// The next client; none if there is none.
pub(super) fn accept(fd: impl AsFd) -> io::Result<(OwnedFd, SockAddr)> {
    let (socket, peer) = SockRef::from(&fd).accept()?;
    socket.set_nonblocking(true)?;
    if peer.is_ipv4() || peer.is_ipv6() {
        socket.set_tcp_nodelay(true)?;
    }
    Ok((socket.into(), peer))
}

/// Whether an `accept` has failed because of that one client, who has gone meanwhile.
pub(super) fn is_of_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}
