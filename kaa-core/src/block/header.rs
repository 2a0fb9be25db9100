//! The part of a block that has no type: what state it is in, and who waits.

use std::cell::{Cell, RefCell};
use std::mem;

use super::NodeRef;
use crate::list::SlotId;
use crate::queue::TaskId;
use crate::waiter::{Connection, Waiter, Waiters};

/// The bits of a header.
pub(crate) struct Flags;

impl Flags {
    /// The outcome is there; it never changes back.
    const DONE: u16 = 1;
    /// The outcome is an error.
    const FAILED: u16 = 1 << 1;
    /// The outcome was moved out of this very block.
    pub(crate) const TAKEN: u16 = 1 << 2;
    /// Somebody took it, read it or was told of it: a failure needs no report.
    pub(crate) const HANDLED: u16 = 1 << 3;
    /// Of use to nobody but its handles and waiters: when they are gone it is cut off from what it follows.
    pub(crate) const DERIVED: u16 = 1 << 4;
    /// The machine is running or being dropped.
    pub(crate) const RUNNING: u16 = 1 << 5;
    /// An abort never touches it.
    pub(crate) const NOABORT: u16 = 1 << 6;
    /// Its producer knows what to do about an abort.
    pub(crate) const ABORTABLE: u16 = 1 << 7;
    /// It does nothing but share the outcome of another.
    pub(crate) const LINK: u16 = 1 << 8;
    /// Whatever happens from here on, it ends aborted.
    pub(crate) const MARKED: u16 = 1 << 9;
    /// It was told of that, and cleans up.
    pub(crate) const CLEANING: u16 = 1 << 10;
    /// An abort came while it ran, and waits until it suspends.
    pub(crate) const ASKED: u16 = 1 << 11;
    /// Its producer is just being asked about an abort.
    pub(crate) const ASKING: u16 = 1 << 12;
    /// Every taker gets a clone.
    pub(crate) const SHARED: u16 = 1 << 13;
    /// A value that nobody takes or is told of goes back to where it came from.
    pub(crate) const RETURNS: u16 = 1 << 14;
}

pub(crate) struct Header {
    flags: Cell<u16>,
    /// Never borrowed while user code runs.
    waiters: RefCell<Waiters<NodeRef>>,
}

impl Header {
    #[inline]
    pub(super) fn new(flags: u16) -> Self {
        Header { flags: Cell::new(flags), waiters: RefCell::default() }
    }

    #[inline]
    pub(crate) fn has(&self, flags: u16) -> bool {
        self.flags.get() & flags != 0
    }

    #[inline]
    pub(crate) fn set(&self, flags: u16) {
        self.flags.set(self.flags.get() | flags);
    }

    #[inline]
    pub(crate) fn clear(&self, flags: u16) {
        self.flags.set(self.flags.get() & !flags);
    }

    #[inline]
    pub(super) fn finish(&self, failed: bool) {
        self.set(if failed { Flags::DONE | Flags::FAILED } else { Flags::DONE });
    }

    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        !self.has(Flags::DONE)
    }

    /// It has finished, and whoever comes first takes the outcome.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.flags.get() & (Flags::DONE | Flags::SHARED) == Flags::DONE
    }

    #[inline]
    pub(crate) fn is_failed(&self) -> bool {
        self.has(Flags::FAILED)
    }

    /// Derived and pending: it may have to be cut off when a reference goes.
    #[inline]
    pub(super) fn is_derived(&self) -> bool {
        self.flags.get() & (Flags::DONE | Flags::DERIVED) == Flags::DERIVED
    }

    /// Failed, and nobody was told.
    #[inline]
    pub(super) fn is_unhandled(&self) -> bool {
        self.flags.get() & (Flags::FAILED | Flags::HANDLED) == Flags::FAILED
    }

    /// Finished, and to give its value back, for nobody has taken it or was told of it.
    #[inline]
    pub(super) fn returns(&self) -> bool {
        const ALL: u16 =
            Flags::RETURNS | Flags::DONE | Flags::FAILED | Flags::HANDLED | Flags::TAKEN;
        self.flags.get() & ALL == Flags::RETURNS | Flags::DONE
    }

    /// Adds a waiter; the node is pending.
    #[inline]
    pub(crate) fn add(&self, waiter: Waiter<NodeRef>) -> SlotId {
        self.waiters.borrow_mut().add(waiter)
    }

    /// Takes a waiter out that was added there; harmless after it was announced to.
    #[inline]
    pub(crate) fn unlink(&self, slot: SlotId) -> Option<Waiter<NodeRef>> {
        self.waiters.borrow_mut().remove(slot)
    }

    pub(crate) fn disconnect(&self, connection: Connection) -> Option<Waiter<NodeRef>> {
        self.waiters.borrow_mut().disconnect(connection)
    }

    #[inline]
    pub(crate) fn pop_waiter(&self) -> Option<Waiter<NodeRef>> {
        self.waiters.borrow_mut().pop()
    }

    /// Takes out the next callback that is to be told of an abort.
    pub(crate) fn pop_for_abort(&self) -> Option<Waiter<NodeRef>> {
        self.waiters.borrow_mut().pop_for_abort()
    }

    /// How many wait in a way that an abort respects.
    pub(crate) fn counting(&self) -> usize {
        self.waiters.borrow().counting()
    }

    #[inline]
    pub(crate) fn has_waiters(&self) -> bool {
        !self.waiters.borrow().is_empty()
    }

    /// The usual case: one task waits and nobody else. Takes it out.
    #[inline]
    pub(crate) fn pop_only_task(&self) -> Option<TaskId> {
        let mut waiters = self.waiters.borrow_mut();
        match *waiters {
            Waiters::One(Waiter::Task(task)) => {
                // There is nothing to drop in it, which would cost a call.
                mem::forget(mem::take(&mut *waiters));
                Some(task)
            }
            _ => None,
        }
    }
}
