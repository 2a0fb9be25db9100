//! The ways into and out of [`Error`]; through all but `String` it comes back as itself.

use std::any::Any;
use std::error::Error as StdError;
use std::{fmt, io};

use super::{Error, TimeoutException};

/// An [`Error`] where a `std::error::Error` is asked for; the way back unwraps it.
struct Carrier(Error);

/// The text with its causes, which a `main` that returns a `Box<dyn std::error::Error>` prints.
impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl StdError for Carrier {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

/// The `Error` that is carried by a std error: directly, or as what an `io::Error` wraps.
fn carried(error: &(dyn StdError + 'static)) -> Option<Error> {
    if let Some(carrier) = error.downcast_ref::<Carrier>() {
        return Some(carrier.0.clone());
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    inner.downcast_ref::<Carrier>().map(|carrier| carrier.0.clone())
}

pub(super) fn unboxed(error: Box<dyn StdError + Send + Sync>) -> Error {
    carried(&*error).unwrap_or_else(|| Error::shared(error))
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        let carried = (&error as &dyn Any).downcast_ref::<io::Error>().and_then(|e| carried(e));
        carried.unwrap_or_else(|| Error::shared(Box::new(error)))
    }
}

impl From<Error> for Box<dyn StdError + Send + Sync> {
    fn from(error: Error) -> Self {
        Box::new(Carrier(error))
    }
}

impl From<Error> for Box<dyn StdError> {
    fn from(error: Error) -> Self {
        Box::new(Carrier(error))
    }
}

/// The kind is that of the `io::Error` that it was, `TimedOut` for a timeout, else `Other`.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error.downcast_ref::<io::Error>() {
            Some(error) => error.kind(),
            None if error.is::<TimeoutException>() => io::ErrorKind::TimedOut,
            None => io::ErrorKind::Other,
        };
        io::Error::new(kind, Carrier(error))
    }
}

/// Only the text goes on, with the causes.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        format!("{error:#}")
    }
}

#[cfg(feature = "anyhow")]
impl From<Error> for anyhow::Error {
    fn from(error: Error) -> Self {
        anyhow::Error::new(Carrier(error))
    }
}

#[cfg(feature = "anyhow")]
impl Error {
    /// An error made of one of `anyhow`; one that was made of an `Error` gives that `Error` back.
    ///
    /// ```
    /// use kaa_core::Error;
    ///
    /// let error = Error::from_anyhow(anyhow::Error::new(std::fmt::Error).context("while printing"));
    /// assert_eq!(error.to_string(), "while printing");
    /// ```
    #[must_use]
    pub fn from_anyhow(error: anyhow::Error) -> Self {
        // Not by `downcast`, which looks through contexts and would lose them.
        carried(error.as_ref()).unwrap_or_else(|| Error::boxed(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error() -> Error {
        Error::message("once")
    }

    #[test]
    fn it_stays_itself_through_io_error() {
        let error = error();
        let through: io::Error = error.clone().into();
        assert_eq!(through.to_string(), "once");
        assert!(Error::from(through).is_same(&error));
    }

    #[test]
    fn it_stays_itself_through_a_box() {
        let error = error();
        let through: Box<dyn StdError + Send + Sync> = error.clone().into();
        assert_eq!(format!("{through} {through:?}"), "once once");
        assert!(Error::boxed(through).is_same(&error));
    }

    #[test]
    fn it_stays_itself_through_a_boxed_io_error() {
        let error = error();
        let through: Box<dyn StdError + Send + Sync> = Box::new(io::Error::from(error.clone()));
        assert!(Error::boxed(through).is_same(&error));
    }

    #[cfg(feature = "anyhow")]
    #[test]
    fn it_stays_itself_through_anyhow() {
        let error = error();
        assert!(Error::from_anyhow(error.clone().into()).is_same(&error));
    }

    #[cfg(feature = "anyhow")]
    #[test]
    fn a_context_that_anyhow_added_is_kept() {
        let through = anyhow::Error::from(error()).context("twice");
        assert_eq!(format!("{:#}", Error::from_anyhow(through)), "twice: once");
    }

    #[test]
    fn through_string_its_text_stays() {
        assert_eq!(Error::message(String::from(error())).to_string(), "once");
    }

    #[test]
    fn an_io_error_keeps_its_kind() {
        let refused = Error::new(io::Error::from(io::ErrorKind::ConnectionRefused));
        assert_eq!(io::Error::from(refused).kind(), io::ErrorKind::ConnectionRefused);
        let late = Error::new(TimeoutException::new());
        assert_eq!(io::Error::from(late).kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn the_alternate_form_prints_the_causes() {
        #[derive(Debug)]
        struct Outer(io::Error);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("outer")
            }
        }
        impl StdError for Outer {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(&self.0)
            }
        }
        let error = Error::new(Outer(io::Error::other("inner")));
        assert_eq!(error.to_string(), "outer");
        assert_eq!(format!("{error:#}"), "outer: inner");
        assert_eq!(error.chain().count(), 2);
        assert!(error.source().is_some_and(|cause| cause.to_string() == "inner"));
    }
}
