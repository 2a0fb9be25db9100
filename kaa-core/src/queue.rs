//! The ready queue of this thread, and what one turn may use. It knows ids, no task.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::host::{self, Driver};

slotmap::new_key_type! {
    /// Names a task of this thread.
    pub(crate) struct TaskId;
}

/// So many tasks are resumed before timers, descriptors and posts are looked at again.
pub const RESUMES_A_TURN: usize = 64;

/// The clock is read after every so many resumes ..
const RESUMES_A_READING: usize = 16;

/// .. and a turn that has taken so long is over.
const LONGEST_TURN: Duration = Duration::from_micros(100);

/// The ready queue of a thread: first in, first out.
pub(crate) struct Queue {
    ready: RefCell<VecDeque<TaskId>>,
    /// A turn is running: the loop needs not be told that something is ready.
    in_turn: Cell<bool>,
}

thread_local! {
    static QUEUE: Queue =
        const { Queue { ready: RefCell::new(VecDeque::new()), in_turn: Cell::new(false) } };
}

/// Lends the queue; nothing at the end of the thread.
#[inline]
pub(crate) fn with<R>(use_it: impl FnOnce(&Queue) -> R) -> Option<R> {
    QUEUE.try_with(use_it).ok()
}

/// Puts a task at the end of the queue.
#[inline]
pub(crate) fn push(task: TaskId) {
    if with(|queue| queue.push(task)) == Some(Pushed::First) {
        host::ask(Driver::ready);
    }
}

/// Whether the loop is to be told of a push.
#[derive(PartialEq)]
pub(crate) enum Pushed {
    /// The queue was empty, and no turn is running.
    First,
    Another,
}

impl Queue {
    #[inline]
    pub(crate) fn push(&self, task: TaskId) -> Pushed {
        let mut ready = self.ready.borrow_mut();
        let first = ready.is_empty() && !self.in_turn.get();
        ready.push_back(task);
        if first { Pushed::First } else { Pushed::Another }
    }

    #[inline]
    pub(crate) fn pop(&self) -> Option<TaskId> {
        self.ready.borrow_mut().pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ready.borrow().is_empty()
    }

    pub(crate) fn clear(&self) {
        self.ready.borrow_mut().clear();
    }

    /// Puts what is in it into another order.
    pub(crate) fn shuffle(&self, mut below: impl FnMut(usize) -> usize) {
        let mut ready = self.ready.borrow_mut();
        for last in (1..ready.len()).rev() {
            ready.swap(last, below(last + 1));
        }
    }

    /// Begins a turn of at most `limit` resumes.
    pub(crate) fn turn(&self, limit: usize) -> Turn<'_> {
        let started = (limit > RESUMES_A_READING).then(host::now);
        Turn { queue: self, before: self.in_turn.replace(true), resumed: 0, limit, started }
    }
}

/// What is left of a turn. Turns may nest.
pub(crate) struct Turn<'a> {
    queue: &'a Queue,
    before: bool,
    resumed: usize,
    limit: usize,
    /// Not read for a turn that is too short to be ended by it.
    started: Option<Instant>,
}

impl Turn<'_> {
    /// The next task to resume; none if the queue is empty or the turn is over.
    #[inline]
    pub(crate) fn next_task(&mut self) -> Option<TaskId> {
        if self.resumed >= self.limit || self.takes_too_long() {
            return None;
        }
        self.resumed += 1;
        self.queue.pop()
    }

    #[inline]
    fn takes_too_long(&self) -> bool {
        let reads = self.resumed > 0 && self.resumed.is_multiple_of(RESUMES_A_READING);
        reads && self.started.is_some_and(|started| host::now() - started >= LONGEST_TURN)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.queue.in_turn.set(self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    /// A clock that goes on by `step` whenever it is read.
    struct Clock {
        now: Cell<Instant>,
        step: Duration,
    }

    impl Driver for Clock {
        fn now(&self) -> Instant {
            self.now.set(self.now.get() + self.step);
            self.now.get()
        }
        fn wake_at(&self, _: Instant, _: host::TimerId) {}
        fn cancel(&self, _: host::TimerId) {}
        fn waker(&self) -> std::task::Waker {
            std::task::Waker::noop().clone()
        }
        fn ready(&self) {}
    }

    fn resumes_in_a_turn(step: Duration) -> usize {
        host::install(Rc::new(Clock { now: Cell::new(Instant::now()), step }));
        let resumed = with(|queue| {
            (0..200).for_each(|_| _ = queue.push(TaskId::default()));
            let mut turn = queue.turn(RESUMES_A_TURN);
            let resumed = std::iter::from_fn(|| turn.next_task()).count();
            queue.clear();
            resumed
        });
        host::uninstall();
        resumed.unwrap()
    }

    #[test]
    fn a_turn_resumes_64() {
        assert_eq!(resumes_in_a_turn(Duration::ZERO), 64);
    }

    #[test]
    fn a_turn_ends_when_it_takes_too_long() {
        assert_eq!(resumes_in_a_turn(Duration::from_micros(60)), 32);
        assert_eq!(resumes_in_a_turn(Duration::from_micros(100)), 16);
    }
}
