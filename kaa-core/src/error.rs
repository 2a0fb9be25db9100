//! [`Error`]: what an `InProgress` fails with.

mod aborted;
mod convert;
mod kinds;
mod traceback;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

pub(crate) use aborted::Refusal;
pub use aborted::{InProgressAborted, NotAbortable};
pub use kinds::{
    Abandoned, InUse, Panicked, ResultTaken, TaskRef, TimeoutException, WaitsForItself,
};
pub use traceback::Traceback;

/// A `Result` whose error is [`Error`] unless another is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error, shared: a clone is the same error and costs a count.
///
/// Every `std::error::Error` that is `Send + Sync` converts into it with `?`. It is no `std::error::Error` itself,
/// for then it could not be made from all of them; it converts into `Box<dyn std::error::Error>` and
/// [`std::io::Error`], also with `?`, and stays itself on the way there and back.
///
/// `{}` prints the error, `{:#}` also its causes, joined by `: `.
///
/// ```
/// use kaa_core::Error;
///
/// fn port(text: &str) -> kaa_core::Result<u16> {
///     Ok(text.parse::<u16>()?)
/// }
///
/// let error = port("many").unwrap_err();
/// assert!(error.is::<std::num::ParseIntError>());
/// assert_eq!(error.to_string(), "invalid digit found in string");
/// assert_eq!(Error::message("no such host").to_string(), "no such host");
/// ```
#[derive(Clone)]
pub struct Error(Arc<Shared>);

/// What clones of an error share, as long as they go the same way.
#[derive(Clone)]
struct Shared {
    error: Arc<dyn StdError + Send + Sync>,
    traceback: Traceback,
}

impl Error {
    /// An error made of any `std::error::Error`; the same as `Error::from`.
    pub fn new(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::from(error)
    }

    /// An error that is a text.
    ///
    /// ```
    /// let error = kaa_core::Error::message(format!("no answer from {}", "host"));
    /// assert_eq!(error.to_string(), "no answer from host");
    /// ```
    pub fn message(text: impl Into<String>) -> Self {
        let text: String = text.into();
        Self::shared(text.into())
    }

    /// An error made of a boxed one, which remains what it is: a box that was made of an `Error` gives that `Error` back.
    ///
    /// ```
    /// let boxed: Box<dyn std::error::Error + Send + Sync> = Box::new(std::fmt::Error);
    /// assert!(kaa_core::Error::boxed(boxed).is::<std::fmt::Error>());
    /// ```
    #[must_use]
    pub fn boxed(error: Box<dyn StdError + Send + Sync>) -> Self {
        convert::unboxed(error)
    }

    fn shared(error: Box<dyn StdError + Send + Sync>) -> Self {
        Error(Arc::new(Shared { error: error.into(), traceback: Traceback::default() }))
    }

    /// The error itself as an `E`, if it is one.
    #[must_use]
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.error.downcast_ref()
    }

    /// Whether the error itself is an `E`.
    #[must_use]
    pub fn is<E: StdError + 'static>(&self) -> bool {
        self.0.error.is::<E>()
    }

    /// What the error says is its cause.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.error.source()
    }

    /// The error, its cause, the cause of that, and so on.
    ///
    /// ```
    /// use std::io;
    ///
    /// let cause = io::Error::other(std::fmt::Error);
    /// let texts: Vec<String> = kaa_core::Error::new(cause).chain().map(ToString::to_string).collect();
    /// assert_eq!(texts[0], std::fmt::Error.to_string());
    /// ```
    pub fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        let first: &(dyn StdError + 'static) = &*self.0.error;
        std::iter::successors(Some(first), |error| (*error).source())
    }

    /// Whether it says that the time was up: it is a [`TimeoutException`].
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.is::<TimeoutException>()
    }

    /// Whether both are clones of one error.
    #[cfg(test)]
    fn is_same(&self, other: &Error) -> bool {
        Arc::ptr_eq(&self.0.error, &other.0.error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.error)?;
        if f.alternate() {
            for cause in self.chain().skip(1) {
                write!(f, ": {cause}")?;
            }
        }
        Ok(())
    }
}

/// The text with its causes: it is what `unwrap` and a failing `main` print.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}
