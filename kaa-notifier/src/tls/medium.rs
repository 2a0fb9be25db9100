//! TLS over the descriptor of a channel.

use std::cell::{Cell, Ref, RefCell};
use std::io::{self, Read, Write};
use std::os::fd::BorrowedFd;

use rustls::Connection;

use crate::channel::{Medium, Stream};
use crate::sys::poll::Interest;

/// A connection that speaks TLS. Nobody else touches the session while a call runs, and no call runs code of the user's.
pub(super) struct Tls {
    session: RefCell<Connection>,
    /// The peer has said that nothing more comes.
    peer_has_closed: Cell<bool>,
    /// There is more to read than was asked for last, though the descriptor does not say so.
    has_more: Cell<bool>,
}

impl Tls {
    pub(super) fn new(session: Connection) -> Self {
        Tls {
            session: RefCell::new(session),
            peer_has_closed: Cell::new(false),
            has_more: Cell::new(false),
        }
    }

    pub(super) fn session(&self) -> Ref<'_, Connection> {
        self.session.borrow()
    }
}

/// The descriptor, as `rustls` reads and writes it.
struct Wire<'a>(BorrowedFd<'a>);

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Stream.read(self.0, buffer)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Stream.write(self.0, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn send(session: &mut Connection, fd: BorrowedFd<'_>) -> io::Result<()> {
    while session.wants_write() {
        match session.write_tls(&mut Wire(fd)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl Medium for Tls {
    fn read(&self, fd: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize> {
        let session = &mut *self.session.borrow_mut();
        loop {
            match session.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(length) => {
                    let may_be_more = length == buffer.len() || self.peer_has_closed.get();
                    self.has_more.set(length > 0 && may_be_more);
                    return Ok(length);
                }
                Err(error) => {
                    self.has_more.set(false);
                    return Err(error);
                }
            }
            self.has_more.set(false);
            session.read_tls(&mut Wire(fd))?;
            let processed = session.process_new_packets();
            // An answer of the handshake, or the alert that says what is wrong.
            let sent = send(session, fd);
            let state =
                processed.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            self.peer_has_closed.set(state.peer_has_closed());
            sent?;
        }
    }

    /// What the session takes it holds until the descriptor does: `wants` says so.
    fn write(&self, fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
        let session = &mut *self.session.borrow_mut();
        send(session, fd)?;
        if session.wants_write() && !session.is_handshaking() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let taken = session.writer().write(bytes)?;
        send(session, fd)?;
        Ok(taken)
    }

    fn flush(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        send(&mut self.session.borrow_mut(), fd)
    }

    /// The other side is told by an alert. The descriptor stays as it is: what is still to come may need an answer.
    fn end_writing(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        let session = &mut *self.session.borrow_mut();
        session.send_close_notify();
        send(session, fd)
    }

    fn say_goodbye(&self, fd: BorrowedFd<'_>) {
        // It is polite, and no more.
        drop(self.end_writing(fd));
    }

    fn has_more(&self) -> bool {
        self.has_more.get()
    }

    fn wants(&self) -> Interest {
        let session = self.session.borrow();
        Interest { readable: session.is_handshaking(), writable: session.wants_write() }
    }

    fn is_plain(&self) -> bool {
        false
    }

    fn is_negotiating(&self) -> bool {
        self.session.borrow().is_handshaking()
    }
}
