//! The errors that the core itself makes.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::Error;

/// The promise was dropped unfinished, or the loop that a coroutine lived on has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abandoned;

impl fmt::Display for Abandoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "abandoned: dropped before it was finished; call `finish` or `throw` on every path",
        )
    }
}

impl StdError for Abandoned {}

/// The result was taken before: an outcome is handed out once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResultTaken;

impl fmt::Display for ResultTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the result was taken already; take it in one place, or let each taker have a clone, by `shared()`",
        )
    }
}

impl StdError for ResultTaken {}

/// The result is lent to a callback at this moment, so it cannot be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InUse;

impl fmt::Display for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the result is lent to a callback; take it after the callback has returned")
    }
}

impl StdError for InUse {}

/// A coroutine panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    message: String,
}

impl Panicked {
    /// The panic that `catch_unwind` has caught.
    pub(crate) fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Panicked { message: text.unwrap_or("of no text").to_owned() }
    }

    /// What the panic said.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "panicked: {}", self.message)
    }
}

impl StdError for Panicked {}

/// The time was up before the outcome was there.
///
/// ```
/// use kaa_core::{Error, TimeoutException};
/// use std::time::Duration;
///
/// let error = Error::new(TimeoutException::after(Duration::from_secs(3)));
/// assert!(error.is_timeout());
/// assert_eq!(error.to_string(), "timed out after 3s");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeoutException {
    after: Option<Duration>,
}

impl TimeoutException {
    /// The time was up at a fixed moment.
    #[must_use]
    pub fn new() -> Self {
        TimeoutException { after: None }
    }

    /// The time was up after so long.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        TimeoutException { after: Some(duration) }
    }

    /// How long it was waited, where that is known.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.after
    }
}

impl fmt::Display for TimeoutException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.after {
            Some(duration) => write!(f, "timed out after {duration:?}"),
            None => f.write_str("timed out"),
        }
    }
}

impl StdError for TimeoutException {}

/// What an error says of a coroutine, or of anything else behind an `InProgress`. It is no handle: it keeps nothing alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRef {
    id: u64,
    name: &'static str,
    file: &'static str,
    line: u32,
}

impl TaskRef {
    pub(crate) fn new(id: u64, name: &'static str, file: &'static str, line: u32) -> Self {
        TaskRef { id, name, file, line }
    }

    /// A number that no other running task of the thread has.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The coroutine's name, or what kind of thing it is: `promise`, `timeout`, `any`, ..
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The file and line where it rested, or where it was made.
    #[must_use]
    pub fn place(&self) -> (&'static str, u32) {
        (self.file, self.line)
    }
}

impl fmt::Display for TaskRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)?;
        if self.line > 0 {
            write!(f, " at {}:{}", self.file, self.line)?;
        }
        Ok(())
    }
}

/// Something was told to wait for itself, which would never end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitsForItself {
    task: Option<TaskRef>,
}

impl WaitsForItself {
    pub(crate) fn coroutine(task: TaskRef) -> Self {
        WaitsForItself { task: Some(task) }
    }

    pub(crate) fn promise() -> Self {
        WaitsForItself { task: None }
    }

    /// The coroutine, unless it was a promise.
    #[must_use]
    pub fn task(&self) -> Option<&TaskRef> {
        self.task.as_ref()
    }
}

impl fmt::Display for WaitsForItself {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.task {
            Some(task) => write!(f, "coroutine {task} waits for itself; give it another handle"),
            None => f.write_str("a promise waits for its own handle; give it another one"),
        }
    }
}

impl StdError for WaitsForItself {}

impl Error {
    /// A panic that `catch_unwind` has caught, as a [`Panicked`]. That the payload may panic once more when it is dropped is
    /// nobody's business.
    ///
    /// ```
    /// let payload = std::panic::catch_unwind(|| panic!("too late")).unwrap_err();
    /// assert!(kaa_core::Error::panicked(payload).is::<kaa_core::Panicked>());
    /// ```
    #[cold]
    #[must_use]
    pub fn panicked(payload: Box<dyn Any + Send>) -> Self {
        let error = Error::new(Panicked::from_payload(&*payload));
        if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(second);
        }
        error
    }
}
