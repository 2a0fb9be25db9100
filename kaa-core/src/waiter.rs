//! Who waits for an outcome: nobody, one (inline), or an ordered list. Generic over what a node is.

use std::any::Any;
use std::cell::Cell;
use std::marker::PhantomData;

use crate::error::{Error, ResultTaken};
use crate::list::{List, SlotId};
use crate::queue::TaskId;
use crate::site::Origin;

/// Names one connected callback. It is an id: copying it is free, dropping it disconnects nothing.
///
/// Ids are not used again, and no two signals of a thread share one: an old or foreign one disconnects nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Connection {
    pub(crate) serial: u64,
    pub(crate) slot: SlotId,
    /// Ids are unique in their thread only.
    not_send: PhantomData<*const ()>,
}

impl Connection {
    pub(crate) fn new(serial: u64, slot: SlotId) -> Self {
        Connection { serial, slot, not_send: PhantomData }
    }

    /// The connection of a callback that was served at once.
    pub(crate) fn served() -> Self {
        Connection::new(0, SlotId::NONE)
    }
}

thread_local! {
    static NEXT_SERIAL: Cell<u64> = const { Cell::new(1) };
}

/// A number that names one connection of this thread.
pub(crate) fn next_serial() -> u64 {
    NEXT_SERIAL.replace(NEXT_SERIAL.get() + 1)
}

/// An outcome, lent to a callback.
pub(crate) enum Lent<'a> {
    Value(&'a dyn Any),
    Failed(&'a Error),
    /// Somebody has taken it. It came from there.
    Gone(Option<Origin>),
}

impl Lent<'_> {
    /// Gives it to `use_it` as a result; [`ResultTaken`] if it is gone.
    pub(crate) fn with<T: 'static, R>(self, use_it: impl FnOnce(Result<&T, &Error>) -> R) -> R {
        match self {
            Lent::Value(value) => use_it(Ok(value.downcast_ref().expect("a `T` is lent"))),
            Lent::Failed(error) => use_it(Err(error)),
            Lent::Gone(_) => use_it(Err(&ResultTaken.into())),
        }
    }
}

pub(crate) type Call = Box<dyn FnOnce(Lent<'_>)>;

/// What a callback is called for; being told of a failure is what makes it handled.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wants {
    Value,
    Failure,
    /// Whichever of the two comes.
    Either,
    /// That it is over, without a look at what it came to.
    End,
    /// The same, but it only looks on: an abort need not stop before what it watches.
    Over,
    /// An abort on its way, before it takes effect. Never called when it finishes.
    Abort,
}

pub(crate) struct Callback {
    pub(crate) serial: u64,
    pub(crate) wants: Wants,
    pub(crate) call: Call,
}

pub(crate) enum Waiter<N> {
    /// A coroutine: goes to the ready queue.
    Task(TaskId),
    /// A node that makes its own outcome of this one, at once.
    Follower(N),
    /// The same, but it only looks on: an abort need not stop before what it watches.
    Observer(N),
    /// A node that counts who has finished, and makes its own outcome of them after all others were told. It is this one's
    /// number there.
    Gatherer(N, u32),
    Callback(Callback),
}

impl<N> Waiter<N> {
    /// Whether an abort stops before what it waits for, unless it comes from this one.
    fn counts(&self) -> bool {
        match self {
            Waiter::Task(_) | Waiter::Follower(_) | Waiter::Gatherer(..) => true,
            Waiter::Observer(_) => false,
            Waiter::Callback(callback) => {
                matches!(callback.wants, Wants::Value | Wants::Either | Wants::End)
            }
        }
    }
}

/// All who wait for one outcome, in the order in which they came.
#[derive(Default)]
pub(crate) enum Waiters<N> {
    #[default]
    None,
    /// In `SlotId::FIRST`, so that it keeps its slot when a second comes.
    One(Waiter<N>),
    Many(Box<Many<N>>),
}

pub(crate) struct Many<N> {
    list: List<Waiter<N>>,
    /// The number of those that count.
    counting: usize,
}

impl<N> Many<N> {
    fn push_back(&mut self, waiter: Waiter<N>) -> SlotId {
        self.counting += usize::from(waiter.counts());
        self.list.push_back(waiter)
    }

    fn remove(&mut self, slot: SlotId) -> Option<Waiter<N>> {
        let waiter = self.list.remove(slot)?;
        self.counting -= usize::from(waiter.counts());
        Some(waiter)
    }

    fn first_for_abort(&self) -> Option<SlotId> {
        let mut slot = self.list.first();
        loop {
            if is_for_abort(self.list.get(slot)?) {
                return Some(slot);
            }
            slot = self.list.next(slot);
        }
    }
}

fn is_for_abort<N>(waiter: &Waiter<N>) -> bool {
    matches!(waiter, Waiter::Callback(callback) if callback.wants == Wants::Abort)
}

impl<N> Waiters<N> {
    #[inline]
    pub(crate) fn add(&mut self, waiter: Waiter<N>) -> SlotId {
        match self {
            Waiters::None => {
                *self = Waiters::One(waiter);
                SlotId::FIRST
            }
            Waiters::One(_) => self.grow(waiter),
            Waiters::Many(many) => many.push_back(waiter),
        }
    }

    #[cold]
    fn grow(&mut self, second: Waiter<N>) -> SlotId {
        let mut many = Box::new(Many { list: List::new(), counting: 0 });
        if let Waiters::One(first) = std::mem::take(self) {
            many.push_back(first);
        }
        let slot = many.push_back(second);
        *self = Waiters::Many(many);
        slot
    }

    /// Takes a waiter out. Whoever asks still waits, or the slot is empty: slots are not used again once announcing has begun.
    pub(crate) fn remove(&mut self, slot: SlotId) -> Option<Waiter<N>> {
        match self {
            Waiters::None => None,
            Waiters::One(_) if slot == SlotId::FIRST => self.pop(),
            Waiters::One(_) => None,
            Waiters::Many(many) => many.remove(slot),
        }
    }

    /// Takes a callback out, if it is still the one that `connection` names.
    pub(crate) fn disconnect(&mut self, connection: Connection) -> Option<Waiter<N>> {
        let waiter = match self {
            Waiters::None => None,
            Waiters::One(waiter) => Some(&*waiter),
            Waiters::Many(many) => many.list.get(connection.slot),
        };
        match waiter {
            Some(Waiter::Callback(callback)) if callback.serial == connection.serial => {
                self.remove(connection.slot)
            }
            _ => None,
        }
    }

    /// Takes the first one out; with the last one goes the list.
    pub(crate) fn pop(&mut self) -> Option<Waiter<N>> {
        match self {
            Waiters::Many(many) if many.list.len() > 1 => many.remove(many.list.first()),
            _ => match std::mem::take(self) {
                Waiters::None => None,
                Waiters::One(waiter) => Some(waiter),
                Waiters::Many(mut many) => many.list.pop_front(),
            },
        }
    }

    /// Takes the first callback out that is for an abort.
    pub(crate) fn pop_for_abort(&mut self) -> Option<Waiter<N>> {
        match self {
            Waiters::None => None,
            Waiters::One(waiter) => is_for_abort(waiter).then(|| self.pop()).flatten(),
            Waiters::Many(many) => many.first_for_abort().and_then(|slot| many.remove(slot)),
        }
    }

    /// The number of those that an abort respects.
    pub(crate) fn counting(&self) -> usize {
        match self {
            Waiters::None => 0,
            Waiters::One(waiter) => usize::from(waiter.counts()),
            Waiters::Many(many) => many.counting,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Waiters::None => true,
            Waiters::One(_) => false,
            Waiters::Many(many) => many.list.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback(serial: u64) -> Waiter<()> {
        Waiter::Callback(Callback { serial, wants: Wants::Value, call: Box::new(|_| ()) })
    }

    #[test]
    fn the_first_keeps_its_slot_when_more_come() {
        let mut waiters = Waiters::None;
        let first = Connection::new(1, waiters.add(callback(1)));
        let second = Connection::new(2, waiters.add(callback(2)));
        assert!(waiters.disconnect(first).is_some());
        assert!(waiters.disconnect(first).is_none());
        assert!(waiters.disconnect(second).is_some());
        assert!(waiters.is_empty());
    }

    #[test]
    fn an_old_connection_does_not_name_what_took_its_slot() {
        let mut waiters = Waiters::None;
        let old = Connection::new(1, waiters.add(callback(1)));
        waiters.pop();
        waiters.add(callback(2));
        assert!(waiters.disconnect(old).is_none());
        assert!(!waiters.is_empty());
    }
}
