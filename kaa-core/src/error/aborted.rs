//! The errors of an abort: the one that the aborted get, and the one that its caller gets when it is refused.

use std::error::Error as StdError;
use std::fmt;

use super::{Error, TaskRef};

/// Somebody has aborted it, or what waited for it.
///
/// What is aborted fails with it. A coroutine on the way gets it at its `yield_!`, in place of what it waited for.
///
/// ```
/// use kaa_core::{InProgress, InProgressAborted};
///
/// let (promise, work) = InProgress::<()>::new();
/// promise.on_abort(|_| println!("stopping"));
/// drop(work.abort());
/// let error = work.take_result().unwrap().unwrap_err();
/// assert_eq!(error.downcast_ref::<InProgressAborted>().unwrap().origin().name(), "promise");
/// assert!(error.is_aborted());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InProgressAborted {
    origin: TaskRef,
    inprogress: TaskRef,
}

impl InProgressAborted {
    pub(crate) fn new(origin: TaskRef, inprogress: TaskRef) -> Self {
        InProgressAborted { origin, inprogress }
    }

    /// What `abort` was called on: the same all the way down and up again.
    #[must_use]
    pub fn origin(&self) -> &TaskRef {
        &self.origin
    }

    /// In a coroutine what it waited for, else what was aborted.
    #[must_use]
    pub fn inprogress(&self) -> &TaskRef {
        &self.inprogress
    }
}

impl fmt::Display for InProgressAborted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.origin.id() == self.inprogress.id() {
            write!(f, "aborted: {}", self.inprogress)
        } else {
            write!(f, "aborted: {}, by an abort of {}", self.inprogress, self.origin)
        }
    }
}

impl StdError for InProgressAborted {}

/// An abort was refused, and has changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAbortable {
    because: Refusal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Finished,
    Protected,
    NobodyToTell,
    Vetoed,
}

impl NotAbortable {
    pub(crate) fn new(because: Refusal) -> Self {
        NotAbortable { because }
    }

    /// Whether there was nothing to abort any more. Such a refusal is not reported when nobody looks at it.
    #[must_use]
    pub fn was_finished(&self) -> bool {
        self.because == Refusal::Finished
    }
}

impl fmt::Display for NotAbortable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.because {
            Refusal::Finished => "not aborted: it has finished already",
            Refusal::Protected => "not aborted: it is `noabort`; abort what it protects, or let it finish",
            Refusal::NobodyToTell => {
                "not aborted: its promise cannot be; connect `Promise::on_abort`, or call `set_abortable(true)`"
            }
            Refusal::Vetoed => "not aborted: its promise has vetoed it; try again later",
        })
    }
}

impl StdError for NotAbortable {}

impl Error {
    /// Whether it says that somebody has aborted it: it is an [`InProgressAborted`].
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.is::<InProgressAborted>()
    }

    /// Whether an abort is among its causes. Of a coroutine whose errors are texts it may be left as a text, that of an abort of
    /// `origin`.
    pub(crate) fn is_of_abort(&self, origin: Option<&TaskRef>) -> bool {
        let is_text = |origin: &TaskRef| {
            let text = self.to_string();
            text.contains(&format!("aborted: {origin}"))
                || text.contains(&format!("by an abort of {origin}"))
        };
        self.chain().any(<dyn StdError>::is::<InProgressAborted>) || origin.is_some_and(is_text)
    }
}
