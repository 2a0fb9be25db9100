//! [`Lock`]: one at a time, across yields.

use std::cell::Cell;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::in_progress::InProgress;
use crate::line::Line;

/// A value that one coroutine has at a time, for as long as it likes: also while it waits for something else.
///
/// Where nobody waits while it is used, a `RefCell` or a `Cell` does. It is a handle: clones are the same lock. Whoever asks first
/// is served first.
///
/// A coroutine that asks for a lock that it has already waits for ever: give the guard on, or drop it before.
///
/// ```
/// use kaa_core::Lock;
///
/// let balance = Lock::new(100);
/// let mut guard = balance.lock().take_result().unwrap().unwrap();
/// let next = balance.lock();
/// *guard -= 30;
/// assert!(!next.is_finished());
/// drop(guard);
/// assert_eq!(*next.take_result().unwrap().unwrap(), 70);
/// ```
pub struct Lock<T: 'static> {
    state: Rc<State<T>>,
}

struct State<T: 'static> {
    /// None while somebody has it. In a box, so that it moves at no cost.
    value: Cell<Option<Box<T>>>,
    line: Line<LockGuard<T>>,
}

/// The value of a [`Lock`], while one has it. Dropped, it goes to the next.
#[must_use = "dropped, the value goes to the next who waits"]
pub struct LockGuard<T: 'static> {
    /// None while it is dropped.
    value: Option<Box<T>>,
    of: Rc<State<T>>,
}

impl<T: 'static> Lock<T> {
    /// A lock that nobody has.
    #[must_use]
    pub fn new(value: T) -> Self {
        let state = State { value: Cell::new(Some(Box::new(value))), line: Line::new("lock") };
        Lock { state: Rc::new(state) }
    }

    /// Waits until nobody else has the value. It fails only if it is aborted; whoever leaves the line, or does not take the guard
    /// in the end, has kept nobody waiting.
    #[track_caller]
    pub fn lock(&self) -> InProgress<LockGuard<T>> {
        match self.try_lock() {
            Some(guard) => InProgress::finished(guard),
            None => self.state.line.wait((), None),
        }
    }

    /// The value, if nobody has it now.
    pub fn try_lock(&self) -> Option<LockGuard<T>> {
        let value = self.state.value.take()?;
        Some(LockGuard { value: Some(value), of: self.state.clone() })
    }

    /// Whether somebody has it.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        let value = self.state.value.take();
        let is_locked = value.is_none();
        self.state.value.set(value);
        is_locked
    }
}

impl<T: 'static> Clone for Lock<T> {
    /// Another handle of the same lock.
    fn clone(&self) -> Self {
        Lock { state: self.state.clone() }
    }
}

impl<T: Default + 'static> Default for Lock<T> {
    fn default() -> Self {
        Lock::new(T::default())
    }
}

impl<T: 'static> Deref for LockGuard<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_deref().expect("a guard has its value until it is dropped")
    }
}

impl<T: 'static> DerefMut for LockGuard<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_deref_mut().expect("a guard has its value until it is dropped")
    }
}

impl<T: 'static> Drop for LockGuard<T> {
    fn drop(&mut self) {
        let Some(value) = self.value.take() else { return };
        let guard = LockGuard { value: Some(value), of: self.of.clone() };
        if let Err(mut guard) = self.of.line.serve(guard) {
            self.of.value.set(guard.value.take());
        }
    }
}

impl<T: 'static> fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock")
            .field("is_locked", &self.is_locked())
            .field("waiting", &self.state.line.len())
            .finish()
    }
}

impl<T: fmt::Debug + 'static> fmt::Debug for LockGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LockGuard").field(&**self).finish()
    }
}
