//! [`Traceback`]: the coroutines that an error has gone through.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::{Error, TaskRef};

/// So many entries are kept from either end.
const MOST: usize = 32;

/// The way of an error through coroutines: each that has failed with it, and the `yield_!` at which it rested last.
///
/// The first entry is where the error began. That is what the first coroutine waited for, if it was no coroutine itself.
/// Of a very long way the first 32 entries are kept, and the last 32.
///
/// An error that a coroutine catches and turns into another one begins anew; one that is converted and stays itself, as
/// through [`std::io::Error`], goes on.
///
/// ```
/// use kaa_core::InProgress;
///
/// let (promise, number) = InProgress::<u8>::new();
/// promise.throw(std::fmt::Error);
/// let error = number.take_result().unwrap().unwrap_err();
/// assert!(error.traceback().is_empty()); // it went through no coroutine
/// ```
#[derive(Clone, Debug, Default)]
pub struct Traceback {
    first: Vec<TaskRef>,
    last: VecDeque<TaskRef>,
    left_out: usize,
}

impl Traceback {
    /// The entries, innermost first.
    pub fn iter(&self) -> impl Iterator<Item = &TaskRef> {
        self.first.iter().chain(&self.last)
    }

    /// Whether it went through no coroutine.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// How many entries are left out in the middle.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    fn push(&mut self, through: TaskRef) {
        if self.first.len() < MOST {
            return self.first.push(through);
        }
        if self.last.len() == MOST {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(through);
    }
}

/// A line for each entry, and one for those that are left out.
impl fmt::Display for Traceback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.first {
            writeln!(f, "    {entry}")?;
        }
        if self.left_out > 0 {
            writeln!(f, "    .. {} more ..", self.left_out)?;
        }
        for entry in &self.last {
            writeln!(f, "    {entry}")?;
        }
        Ok(())
    }
}

impl Error {
    /// The coroutines that have failed with it, innermost first.
    #[must_use]
    pub fn traceback(&self) -> &Traceback {
        &self.0.traceback
    }

    /// The same error, one entry further out. Its clones do not see that: they may go another way.
    #[cold]
    pub(crate) fn through(mut self, entry: TaskRef) -> Self {
        Arc::make_mut(&mut self.0).traceback.push(entry);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(n: usize) -> TaskRef {
        TaskRef::new(n as u64, "task", "file.rs", 1)
    }

    #[test]
    fn of_a_long_way_both_ends_are_kept() {
        let error = (0..100).fold(Error::message("far"), |error, n| error.through(entry(n)));
        let ids: Vec<u64> = error.traceback().iter().map(TaskRef::id).collect();
        assert_eq!(ids, (0..32).chain(68..100).collect::<Vec<u64>>());
        assert_eq!(error.traceback().left_out(), 36);
        let text = error.traceback().to_string();
        assert_eq!(text.lines().nth(32), Some("    .. 36 more .."));
        assert_eq!(text.lines().count(), 65);
    }

    #[test]
    fn clones_go_their_own_way_and_stay_the_same_error() {
        let error = Error::message("once").through(entry(1));
        let other = error.clone().through(entry(2));
        assert_eq!((error.traceback().iter().count(), other.traceback().iter().count()), (1, 2));
        assert!(error.is_same(&other));
    }

    #[test]
    fn it_goes_with_the_error_through_an_io_error() {
        let error = Error::message("once").through(entry(1));
        let back = Error::from(std::io::Error::from(error));
        assert_eq!(back.traceback().iter().count(), 1);
    }
}
