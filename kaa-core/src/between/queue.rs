//! [`Queue`]: values from some coroutines to others.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::rc::{Rc, Weak};

use crate::in_progress::InProgress;
use crate::line::{Line, TakesBack};
use crate::promise::Promise;

/// Values on their way from some coroutines to others, in order; at most so many that nobody has asked for yet.
///
/// It is a handle: clones are the same queue.
///
/// Nothing is lost. A `pop` that is aborted, dropped, or whose `timeout` is over, has taken nothing: what was on its way to it
/// is the next again. A `push` that was begun is never undone: when its coroutine is aborted or does not wait any longer, the
/// value keeps its place in the line. (An Any takes the outcomes of its members: a value that has come so far goes with it.)
///
/// ```
/// use kaa_core::{InProgress, Queue};
///
/// let jobs = Queue::bounded(1);
/// let first = jobs.push("fetch");
/// let second = jobs.push("store");
/// assert!(first.is_finished() && !second.is_finished());
///
/// assert_eq!(jobs.pop().take_result().unwrap().unwrap(), Some("fetch"));
/// assert!(second.is_finished());
///
/// jobs.close();
/// assert_eq!(jobs.pop().take_result().unwrap().unwrap(), Some("store"));
/// assert_eq!(jobs.pop().take_result().unwrap().unwrap(), None);
/// ```
///
/// In a coroutine, to the end:
///
/// ```text
/// while let Some(job) = yield_!(jobs.pop())? { .. }
/// ```
pub struct Queue<T: 'static> {
    state: Rc<State<T>>,
}

struct State<T: 'static> {
    capacity: usize,
    /// By their numbers.
    values: RefCell<VecDeque<(Number, T)>>,
    /// That of the next value.
    next: Cell<Number>,
    /// Those who found no room.
    pushes: RefCell<VecDeque<(T, Promise<()>)>>,
    /// Empty while there is a value.
    pops: Line<Option<T>, Cell<Number>>,
    is_closed: Cell<bool>,
}

/// Where a value stands among all that ever were in the queue: one that comes back goes to its old place.
type Number = u64;

impl<T: 'static> Queue<T> {
    /// A queue that holds at most `capacity` values. With 0, each `push` waits until its value is popped.
    #[must_use]
    pub fn bounded(capacity: usize) -> Self {
        let state = State {
            capacity,
            values: RefCell::default(),
            next: Cell::new(0),
            pushes: RefCell::default(),
            pops: Line::new("queue"),
            is_closed: Cell::new(false),
        };
        Queue { state: Rc::new(state) }
    }

    /// A queue where a `push` never waits.
    #[must_use]
    pub fn unbounded() -> Self {
        Queue::bounded(usize::MAX)
    }

    /// Appends `value`. It finishes when there is room; whoever has pushed before is served before.
    ///
    /// # Errors
    ///
    /// [`QueueClosed`] if the queue is closed. `value` is dropped then; [`try_push`](Self::try_push) gives it back.
    #[track_caller]
    pub fn push(&self, value: T) -> InProgress<()> {
        if self.state.is_closed.get() {
            return InProgress::failed(QueueClosed);
        }
        match self.state.accept(value) {
            Ok(()) => InProgress::finished(()),
            Err(value) => {
                let (promise, pushed) = InProgress::new();
                self.state.pushes.borrow_mut().push_back((value, promise));
                pushed
            }
        }
    }

    /// Appends `value` if there is room now.
    ///
    /// # Errors
    ///
    /// `value`, if there is no room or the queue is closed.
    ///
    /// ```
    /// let queue = kaa_core::Queue::bounded(1);
    /// assert_eq!(queue.try_push(1), Ok(()));
    /// assert_eq!(queue.try_push(2), Err(2));
    /// ```
    pub fn try_push(&self, value: T) -> Result<(), T> {
        if self.state.is_closed.get() { Err(value) } else { self.state.accept(value) }
    }

    /// Takes the first value. It finishes when there is one; whoever has asked before is served before. `None` says that the
    /// queue is closed, and empty.
    ///
    /// It fails only if it is aborted, or if nobody can push any more because all handles of the queue have gone:
    /// [`Abandoned`](crate::Abandoned).
    #[track_caller]
    pub fn pop(&self) -> InProgress<Option<T>> {
        let back: Weak<State<T>> = Rc::downgrade(&self.state);
        match self.state.take() {
            Some((number, value)) => {
                self.state.pops.pass(Some(value), Cell::new(number), Some(back))
            }
            None if self.state.is_closed.get() => InProgress::finished(None),
            None => self.state.pops.wait(Cell::new(0), Some(back)),
        }
    }

    /// Takes the first value, if there is one now.
    #[must_use]
    pub fn try_pop(&self) -> Option<T> {
        self.state.take().map(|(_, value)| value)
    }

    /// From now on nothing is pushed. What is there, and what waits for room, can still be popped.
    pub fn close(&self) {
        if !self.state.is_closed.replace(true) && self.is_empty() {
            while self.state.pops.serve(None).is_ok() {}
        }
    }

    /// Whether it was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state.is_closed.get()
    }

    /// The number of values that are there, those included that wait for room.
    #[must_use]
    pub fn len(&self) -> usize {
        self.state.values.borrow().len() + self.state.pushes.borrow().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of values that it holds at most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.state.capacity
    }
}

impl<T: 'static> State<T> {
    fn number(&self) -> Number {
        self.next.replace(self.next.get() + 1)
    }

    /// Hands `value` to whoever waits for one, or keeps it, or gives it back.
    fn accept(&self, value: T) -> Result<(), T> {
        if !self.pops.is_empty() {
            self.serve(self.number(), value);
            return Ok(());
        }
        let mut values = self.values.borrow_mut();
        if values.len() >= self.capacity || !self.pushes.borrow().is_empty() {
            return Err(value);
        }
        values.push_back((self.number(), value));
        Ok(())
    }

    /// Gives a value to the first who waits, or puts it to its place.
    fn serve(&self, number: Number, value: T) {
        self.pops.first(|given| given.set(number));
        if let Err(Some(value)) = self.pops.serve(Some(value)) {
            let mut values = self.values.borrow_mut();
            let place = values.partition_point(|(other, _)| *other < number);
            values.insert(place, (number, value));
        }
    }

    /// Takes the first value, and lets those in for whom there is room then.
    fn take(&self) -> Option<(Number, T)> {
        let first = self.values.borrow_mut().pop_front();
        let first = first.or_else(|| self.next_push())?;
        self.admit();
        Some(first)
    }

    /// The value of the first who waits for room, who waits no longer.
    fn next_push(&self) -> Option<(Number, T)> {
        let (value, promise) = self.pushes.borrow_mut().pop_front()?;
        let number = self.number();
        promise.finish(());
        Some((number, value))
    }

    fn admit(&self) {
        while self.values.borrow().len() < self.capacity {
            let next = self.pushes.borrow_mut().pop_front();
            let Some((value, promise)) = next else { break };
            self.values.borrow_mut().push_back((self.number(), value));
            promise.finish(());
        }
    }
}

impl<T: 'static> TakesBack<Option<T>, Cell<Number>> for State<T> {
    fn take_back(&self, value: Option<T>, given: &Cell<Number>) {
        if let Some(value) = value {
            self.serve(given.get(), value);
        }
    }
}

impl<T: 'static> Clone for Queue<T> {
    /// Another handle of the same queue.
    fn clone(&self) -> Self {
        Queue { state: self.state.clone() }
    }
}

impl<T: 'static> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("len", &self.len())
            .field("capacity", &self.state.capacity)
            .field("waiting", &self.state.pops.len())
            .field("is_closed", &self.state.is_closed.get())
            .finish()
    }
}

/// The queue was closed, so nothing can be pushed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueClosed;

impl fmt::Display for QueueClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue was closed; push before `close`, or ask `is_closed`")
    }
}

impl StdError for QueueClosed {}
