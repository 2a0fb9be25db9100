//! Waiting for descriptors: the only file that names the `polling` crate.
//!
//! `polling` asks its callers to take a descriptor out of the poller before closing it. Here a
//! [`Registration`] owns its descriptor, so nobody else can close it, and takes it out when it is
//! dropped.

#![allow(unsafe_code, reason = "the contract of `polling::Poller` is met here, once")]

use std::cell::{Cell, RefCell};
use std::io;
use std::num::NonZeroUsize;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::fork::Generation;
use crate::error::LoopError;
use kaa_core::driver::RESUMES_A_TURN;
use polling::{Event, Events, PollMode, Poller};

/// How many events are fetched at once; what does not fit is reported by the next wait. No more than coroutines are resumed in a
/// turn: what one turn has read, it also passes on, and the memory for it is used again.
const EVENTS_AT_ONCE: NonZeroUsize = NonZeroUsize::new(RESUMES_A_TURN).unwrap();

/// Names a registration. Never used twice, so an event that comes late names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Token(pub(crate) usize);

/// Directions of a descriptor: those somebody waits for, or those that are ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interest {
    pub(crate) readable: bool,
    pub(crate) writable: bool,
}

impl Interest {
    pub(crate) const NONE: Interest = Interest { readable: false, writable: false };
    pub(crate) const READ: Interest = Interest { readable: true, writable: false };
    pub(crate) const WRITE: Interest = Interest { readable: false, writable: true };

    pub(crate) fn is_none(self) -> bool {
        self == Interest::NONE
    }

    pub(crate) fn covers(self, other: Interest) -> bool {
        self.and(other) == other
    }

    pub(crate) fn and(self, other: Interest) -> Interest {
        Interest {
            readable: self.readable && other.readable,
            writable: self.writable && other.writable,
        }
    }

    pub(crate) fn or(self, other: Interest) -> Interest {
        Interest {
            readable: self.readable || other.readable,
            writable: self.writable || other.writable,
        }
    }
}

/// A registration is ready. Errors and hang-ups count as ready in both directions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ready {
    pub(crate) token: Token,
    pub(crate) interest: Interest,
}

/// The poller of one loop.
pub(crate) struct Poll {
    poller: Arc<Poller>,
    /// The process that it was made in. A child must leave it alone: it is still the parent's.
    process: Generation,
    /// Borrowed by `wait` only, which calls nobody.
    events: RefCell<Events>,
}

impl Poll {
    pub(crate) fn new() -> io::Result<Rc<Poll>> {
        let poller = Arc::new(Poller::new()?);
        let events = RefCell::new(Events::with_capacity(EVENTS_AT_ONCE));
        Ok(Rc::new(Poll { poller, process: Generation::current(), events }))
    }

    /// Takes a descriptor over; nothing is waited for yet.
    pub(crate) fn register(self: &Rc<Self>, fd: OwnedFd, token: Token) -> Registration {
        Registration { poll: Rc::clone(self), fd, token, interest: Cell::new(Interest::NONE) }
    }

    /// Waits until something is ready, the time is up (`None`: no limit) or a [`Waker`] is used, and
    /// adds what is ready to `ready`. It may come back early with nothing.
    pub(crate) fn wait(&self, limit: Option<Duration>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let mut events = self.events.borrow_mut();
        events.clear();
        match self.poller.wait(&mut events, limit) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        ready.extend(events.iter().map(|event| Ready {
            token: Token(event.key),
            interest: Interest { readable: event.readable, writable: event.writable },
        }));
        Ok(())
    }

    /// What is readable when a descriptor is ready or a [`Waker`] was used.
    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.poller.as_fd()
    }

    /// Ends the loop's wait from another thread.
    pub(crate) fn waker(&self) -> Waker {
        Waker { poller: Arc::clone(&self.poller) }
    }
}

/// Ends the wait of a loop; the next one, if it is not waiting.
#[derive(Clone)]
pub(crate) struct Waker {
    poller: Arc<Poller>,
}

impl Waker {
    pub(crate) fn wake(&self) {
        // It fails only when earlier wake-ups have not been seen yet, and then one is on its way.
        let _ = self.poller.notify();
    }
}

/// A descriptor and what the poller watches it for. Closed when dropped.
pub(crate) struct Registration {
    poll: Rc<Poll>,
    fd: OwnedFd,
    token: Token,
    /// What the poller has been asked for. With `NONE` the descriptor is not in the poller at all: one
    /// that hangs up would be reported for ever, whatever the interest.
    interest: Cell<Interest>,
}

impl Registration {
    /// What the poller watches it for.
    pub(crate) fn interest(&self) -> Interest {
        self.interest.get()
    }

    /// Watches the descriptor for `interest`, as long as it is ready, and for nothing else.
    pub(crate) fn set_interest(&self, interest: Interest) -> io::Result<()> {
        let before = self.interest.get();
        if before == interest {
            return Ok(());
        }
        if !self.poll.process.is_current() {
            return Err(io::Error::other(LoopError::Forked));
        }
        let event = Event::new(self.token.0, interest.readable, interest.writable);
        let poller = &*self.poll.poller;
        if before.is_none() {
            // SAFETY: the descriptor must leave the poller before it is closed. It is owned by `self`,
            // which nobody can take it out of, and `drop` deletes it before the field closes it. If
            // `self` is leaked, the descriptor is never closed.
            unsafe { poller.add_with_mode(&self.fd, event, PollMode::Level)? };
        } else if interest.is_none() {
            poller.delete(&self.fd)?;
        } else {
            poller.modify_with_mode(&self.fd, event, PollMode::Level)?;
        }
        self.interest.set(interest);
        Ok(())
    }
}

impl AsFd for Registration {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if !self.interest.get().is_none() && self.poll.process.is_current() {
            // It fails only for a descriptor that is not in the poller, which is what is wanted.
            let _ = self.poll.poller.delete(&self.fd);
        }
    }
}
