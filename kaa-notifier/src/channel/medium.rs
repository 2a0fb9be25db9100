//! What a channel reads from and writes to: any descriptor, a socket, or something that speaks over one.

use std::io;
use std::os::fd::BorrowedFd;
use std::rc::Rc;

use socket2::SockRef;

use crate::sys::poll::Interest;

/// How bytes go in and out. No call blocks longer than one that follows a report of readiness does.
pub(crate) trait Medium {
    /// Reads once. `Ok(0)` is the end of input.
    fn read(&self, fd: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes once, as much as the system takes.
    fn write(&self, fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize>;

    /// Nothing more will be written: tells the other side, if it can be told without closing the descriptor.
    fn end_writing(&self, fd: BorrowedFd<'_>) -> io::Result<()>;

    /// Sends what it has taken and holds back.
    fn flush(&self, _: BorrowedFd<'_>) -> io::Result<()> {
        Ok(())
    }

    /// The descriptor is closed next.
    fn say_goodbye(&self, _: BorrowedFd<'_>) {}

    /// Whether it can be read again, whatever the descriptor says.
    fn has_more(&self) -> bool {
        false
    }

    /// In which directions it has to do something by itself, whatever is asked of it.
    fn wants(&self) -> Interest {
        Interest::NONE
    }

    /// Whether bytes go as they are.
    #[cfg(feature = "tls")]
    fn is_plain(&self) -> bool {
        true
    }

    /// Whether it and the other side have not agreed yet.
    fn is_negotiating(&self) -> bool {
        false
    }
}

impl<M: Medium> Medium for Rc<M> {
    fn read(&self, fd: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize> {
        M::read(self, fd, buffer)
    }

    fn write(&self, fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
        M::write(self, fd, bytes)
    }

    fn end_writing(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        M::end_writing(self, fd)
    }

    fn flush(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        M::flush(self, fd)
    }

    fn say_goodbye(&self, fd: BorrowedFd<'_>) {
        M::say_goodbye(self, fd);
    }

    fn has_more(&self) -> bool {
        M::has_more(self)
    }

    fn wants(&self) -> Interest {
        M::wants(self)
    }

    #[cfg(feature = "tls")]
    fn is_plain(&self) -> bool {
        M::is_plain(self)
    }

    fn is_negotiating(&self) -> bool {
        M::is_negotiating(self)
    }
}

/// Any descriptor: a pipe, a terminal, a device.
pub(crate) struct File;

impl Medium for File {
    fn read(&self, fd: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(fd, buffer)?)
    }

    fn write(&self, fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(fd, bytes)?)
    }

    fn end_writing(&self, _: BorrowedFd<'_>) -> io::Result<()> {
        Ok(())
    }
}

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

/// A connected stream socket.
pub(crate) struct Stream;

impl Medium for Stream {
    fn read(&self, fd: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(fd, buffer)?)
    }

    fn write(&self, fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
        SockRef::from(&fd).send_with_flags(bytes, NO_SIGNAL)
    }

    fn end_writing(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        SockRef::from(&fd).shutdown(std::net::Shutdown::Write)
    }
}

/// Whether a read or write would have to wait, or was interrupted, so that it is to be tried again.
pub(crate) fn is_not_ready(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
