//! Readiness of descriptors: who is told that one can be read or written.
//!
//! Descriptors are level-triggered: whoever is told reads or writes once, and is told again while more
//! is ready. The poller is asked to forget a direction only when it reports one that nobody waits for,
//! so somebody who reads again and again costs no system call but the reads.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::{Rc, Weak};

use kaa_core::report::Origin;

use crate::sys::poll::{Interest, Poll, Ready, Registration, Token};

/// What owns a [`Descriptor`] and is told about it.
pub(crate) trait OnReady {
    /// The descriptor is ready in these directions, all of which were waited for.
    fn on_ready(self: Rc<Self>, ready: Interest);

    /// Stops waiting where nobody wants the outcome any more. Runs no code of the user's.
    fn review(&self);

    /// Whether anything can come of it; if not, a wait need not count on it.
    fn is_of_use(&self) -> bool {
        true
    }

    /// The loop of this thread ends: nothing will be ready any more.
    fn on_loop_end(self: Rc<Self>);

    /// What it is and where it was asked for, for those who ask what the loop is doing.
    fn origin(&self) -> Option<Origin> {
        None
    }
}

/// All descriptors of one loop.
pub(crate) struct Descriptors {
    /// By age. Never borrowed while a handler runs.
    watches: RefCell<BTreeMap<Token, Rc<Watch>>>,
    next_token: Cell<usize>,
    /// How many of `watches` somebody waits for: exactly those whose `wanted` is not `NONE`.
    waited_for: Cell<usize>,
}

struct Watch {
    registration: Registration,
    /// What the owner waits for. The registration's interest is this or more.
    wanted: Cell<Interest>,
    handler: RefCell<Weak<dyn OnReady>>,
}

impl Descriptors {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Descriptors {
            watches: RefCell::new(BTreeMap::new()),
            next_token: Cell::new(0),
            waited_for: Cell::new(0),
        })
    }

    /// Takes a descriptor over; nothing is waited for yet.
    pub(crate) fn add(
        self: &Rc<Self>,
        poll: &Rc<Poll>,
        fd: OwnedFd,
        handler: Weak<dyn OnReady>,
    ) -> Descriptor {
        let token = Token(self.next_token.get());
        self.next_token.set(token.0 + 1);
        let registration = poll.register(fd, token);
        let watch = Rc::new(Watch {
            registration,
            wanted: Cell::new(Interest::NONE),
            handler: RefCell::new(handler),
        });
        self.watches.borrow_mut().insert(token, Rc::clone(&watch));
        Descriptor { descriptors: Rc::clone(self), token, watch }
    }

    /// Whether somebody waits for a descriptor, as far as is known.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.waited_for.get() > 0
    }

    /// Whether somebody still waits for a descriptor: the owners have to look.
    pub(crate) fn is_still_waited_for(&self) -> bool {
        self.is_waited_for()
            && self.watches.borrow().values().any(|watch| watch.is_still_waited_for())
    }

    /// What the owner of a descriptor is.
    pub(crate) fn origin(&self, token: Token) -> Option<Origin> {
        let watch = self.watches.borrow().get(&token).cloned()?;
        watch.handler()?.origin()
    }

    /// Tells the owner of a descriptor that it is ready.
    pub(crate) fn dispatch(&self, ready: Ready) -> io::Result<()> {
        let Some(watch) = self.watches.borrow().get(&ready.token).cloned() else {
            return Ok(()); // Closed by the handler of an earlier event of this turn.
        };
        let wanted = watch.wanted.get();
        let useful = ready.interest.and(wanted);
        if useful.is_none() {
            return watch.registration.set_interest(wanted);
        }
        let handler = watch.handler();
        // Not held while the handler runs: if it closes the descriptor, that takes effect at once.
        drop(watch);
        if let Some(handler) = handler {
            handler.on_ready(useful);
        }
        Ok(())
    }

    /// The youngest descriptor.
    pub(crate) fn newest(&self) -> Option<Token> {
        self.watches.borrow().last_key_value().map(|(&token, _)| token)
    }

    /// Forgets a descriptor and tells its owner that the loop ends.
    pub(crate) fn end(&self, token: Token) {
        let Some(watch) = self.remove(token) else { return };
        let handler = watch.handler();
        drop(watch);
        if let Some(handler) = handler {
            handler.on_loop_end();
        }
    }

    fn want(&self, watch: &Watch, wanted: Interest) {
        let before = watch.wanted.replace(wanted);
        match (before.is_none(), wanted.is_none()) {
            (true, false) => self.waited_for.set(self.waited_for.get() + 1),
            (false, true) => self.waited_for.set(self.waited_for.get() - 1),
            _ => {}
        }
    }

    fn remove(&self, token: Token) -> Option<Rc<Watch>> {
        let watch = self.watches.borrow_mut().remove(&token)?;
        self.want(&watch, Interest::NONE);
        Some(watch)
    }
}

impl Watch {
    fn handler(&self) -> Option<Rc<dyn OnReady>> {
        self.handler.borrow().upgrade()
    }

    fn is_still_waited_for(&self) -> bool {
        if !self.wanted.get().is_none()
            && let Some(handler) = self.handler()
        {
            handler.review();
            return !self.wanted.get().is_none() && handler.is_of_use();
        }
        !self.wanted.get().is_none()
    }
}

/// A descriptor that the loop watches. Closed when dropped.
pub(crate) struct Descriptor {
    descriptors: Rc<Descriptors>,
    token: Token,
    watch: Rc<Watch>,
}

impl Descriptor {
    /// Waits for these directions, too.
    pub(crate) fn want_more(&self, more: Interest) -> io::Result<()> {
        if !self.descriptors.watches.borrow().contains_key(&self.token) {
            return Ok(()); // The loop has ended; the owner has been told.
        }
        let wanted = self.watch.wanted.get().or(more);
        if !self.watch.registration.interest().covers(wanted) {
            self.watch.registration.set_interest(wanted)?;
        }
        self.descriptors.want(&self.watch, wanted);
        Ok(())
    }

    /// From now on somebody else is told.
    pub(crate) fn hand_over(&self, handler: Weak<dyn OnReady>) {
        self.watch.handler.replace(handler);
    }

    /// Waits only for those directions that are among these.
    pub(crate) fn want_less(&self, only: Interest) {
        self.descriptors.want(&self.watch, self.watch.wanted.get().and(only));
    }
}

impl AsFd for Descriptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.watch.registration.as_fd()
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        self.descriptors.remove(self.token);
    }
}
