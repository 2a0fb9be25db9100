//! Values that hold something of a signal for as long as they live: a connection, or its silence.

use std::fmt;
use std::rc::{Rc, Weak};

use super::Shared;
use crate::waiter::Connection;

/// A signal, whatever it emits.
trait Connected {
    fn disconnect(&self, connection: Connection) -> bool;
    fn unblock(&self, connection: Connection);
}

impl<A: ?Sized + 'static> Connected for Shared<A> {
    fn disconnect(&self, connection: Connection) -> bool {
        self.disconnect(connection)
    }

    fn unblock(&self, connection: Connection) {
        self.handlers.borrow_mut().unblock(connection);
    }
}

/// Disconnects a handler when it is dropped. Made by [`Signal::scoped`](crate::Signal::scoped).
///
/// It does not keep the signal alive, and is the same type for all of them: what listens to many keeps a `Vec` of it.
#[must_use = "dropped, it disconnects its handler"]
pub struct ScopedConnection {
    signal: Weak<dyn Connected>,
    connection: Connection,
}

impl ScopedConnection {
    pub(super) fn new<A: ?Sized + 'static>(signal: &Rc<Shared<A>>, connection: Connection) -> Self {
        let signal: Weak<Shared<A>> = Rc::downgrade(signal);
        ScopedConnection { signal, connection }
    }

    /// Lets the handler stay connected.
    ///
    /// ```
    /// let ticks = kaa_core::Signal::<u32>::new();
    /// let scoped = ticks.scoped(ticks.connect(|_| ()));
    /// let connection = scoped.release();
    /// assert!(ticks.disconnect(connection));
    /// ```
    pub fn release(mut self) -> Connection {
        self.signal = Weak::<NoSignal>::new();
        self.connection
    }
}

struct NoSignal;

impl Connected for NoSignal {
    fn disconnect(&self, _: Connection) -> bool {
        false
    }

    fn unblock(&self, _: Connection) {}
}

impl Drop for ScopedConnection {
    fn drop(&mut self) {
        if let Some(signal) = self.signal.upgrade() {
            signal.disconnect(self.connection);
        }
    }
}

impl fmt::Debug for ScopedConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ScopedConnection").field(&self.connection).finish()
    }
}

/// Lets a handler be called again when it is dropped. Made by [`Signal::block`](crate::Signal::block).
#[must_use = "dropped, it lets the handler be called again"]
pub struct Blocked {
    signal: Weak<dyn Connected>,
    connection: Connection,
}

impl Blocked {
    pub(super) fn new<A: ?Sized + 'static>(signal: &Rc<Shared<A>>, connection: Connection) -> Self {
        signal.handlers.borrow_mut().block(connection);
        let signal: Weak<Shared<A>> = Rc::downgrade(signal);
        Blocked { signal, connection }
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        if let Some(signal) = self.signal.upgrade() {
            signal.unblock(self.connection);
        }
    }
}

impl fmt::Debug for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocked").field(&self.connection).finish()
    }
}
