//! What nobody handles is told here: failures that nobody took, read or was told of, and panics in callbacks and drops.
//!
//! It goes to stderr, or to what [`set_reporter`] has put in its place. With the feature `tracing` it is an event of the level
//! `ERROR`, of the target `kaa`, besides.
//!
//! A failure is reported when the last reference to it goes. Not reported are aborts, of which somebody knows, and what is
//! [`Abandoned`] by the end of a loop.
//!
//! ```
//! use kaa_core::{InProgress, report};
//! use std::{cell::RefCell, rc::Rc};
//!
//! let seen = Rc::new(RefCell::new(String::new()));
//! let log = seen.clone();
//! report::set_reporter(Some(Rc::new(move |report: &report::Report| {
//!     log.borrow_mut().push_str(&report.to_string());
//! })));
//! drop(InProgress::<()>::failed(std::fmt::Error));
//! assert!(seen.borrow().starts_with("Unhandled asynchronous exception: an error occurred"));
//! # report::set_reporter(None);
//! ```

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::error::{Abandoned, Error, Result};
pub use crate::site::Origin;

/// The heading of a failure that nobody took, read or was told of.
pub const UNHANDLED: &str = "Unhandled asynchronous exception";

/// One report.
#[derive(Debug)]
pub struct Report {
    /// What kind of report it is: [`UNHANDLED`], or what has panicked.
    pub heading: &'static str,
    /// What failed.
    pub error: Error,
    /// What nobody waited for: where it was made, if that is known.
    pub origin: Option<Origin>,
}

/// The text as it goes to stderr: heading and error, a line for each cause, the way that the error has taken through coroutines,
/// and where that was made which nobody waited for.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.heading, self.error)?;
        for cause in self.error.chain().skip(1) {
            writeln!(f, "  caused by: {cause}")?;
        }
        let traceback = self.error.traceback();
        if !traceback.is_empty() {
            write!(f, "  asynchronous traceback, innermost first:\n{traceback}")?;
        }
        if let Some(origin) = &self.origin {
            writeln!(f, "  {origin}")?;
        }
        Ok(())
    }
}

/// What reports of a thread go to in place of stderr. One that panics has not reported: stderr has it then.
pub type Reporter = Rc<dyn Fn(&Report)>;

thread_local! {
    static REPORTER: RefCell<Option<Reporter>> = const { RefCell::new(None) };
    static LOOP_ENDED: Cell<bool> = const { Cell::new(false) };
}

/// Sends the reports of this thread to `reporter`, or to stderr again; gives back what was set before.
pub fn set_reporter(reporter: Option<Reporter>) -> Option<Reporter> {
    REPORTER.try_with(|set| set.replace(reporter)).ok().flatten()
}

/// From now on an `Abandoned` is no news on this thread: its loop has ended.
pub(crate) fn loop_ended() {
    LOOP_ENDED.set(true);
}

/// A new loop drives this thread.
pub(crate) fn loop_started() {
    LOOP_ENDED.set(false);
}

/// A failure has gone that nobody took, read or was told of. Of an abort somebody knows: whoever has asked for it.
#[cold]
pub(crate) fn unhandled(error: Error, origin: Option<Origin>) {
    if error.is_aborted() || (LOOP_ENDED.get() && error.is::<Abandoned>()) {
        return;
    }
    report(UNHANDLED, error, origin);
}

/// Reports something. For crates that make a loop.
#[doc(hidden)]
#[cold]
pub fn report(heading: &'static str, error: Error, origin: Option<Origin>) {
    let report = Report { heading, error, origin };
    emit(&report);
    let reporter = REPORTER.try_with(|set| set.borrow().clone()).ok().flatten();
    let is_told = reporter.is_some_and(|reporter| {
        catch_unwind(AssertUnwindSafe(|| reporter(&report))).map_err(Error::panicked).is_ok()
    });
    if !is_told {
        // A closed stderr is no reason to panic in the middle of a drop.
        drop(write!(std::io::stderr().lock(), "{report}"));
    }
}

#[cfg(feature = "tracing")]
fn emit(report: &Report) {
    let Report { heading, error, origin } = report;
    let (origin, traceback) =
        (origin.map(|origin| origin.to_string()), error.traceback().to_string());
    let event = || tracing::error!(target: "kaa", error = %format_args!("{error:#}"), origin, traceback, "{heading}");
    // A subscriber that panics has not logged; the report still goes its way.
    drop(catch_unwind(AssertUnwindSafe(event)).map_err(Error::panicked));
}

#[cfg(not(feature = "tracing"))]
fn emit(_: &Report) {}

/// Runs code of the user's that must not unwind into ours; a panic is reported.
pub(crate) fn caught(heading: &'static str, origin: Option<Origin>, code: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(code)) {
        report(heading, Error::panicked(payload), origin);
    }
}

/// What code of the user's comes to; a panic is a failure.
pub(crate) fn outcome_of<T>(code: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|payload| Err(Error::panicked(payload)))
}

/// Drops a value of the user's; a panic in that is reported.
pub(crate) fn dropped<T>(value: T, origin: Option<Origin>) {
    caught(PANIC_IN_DROP, origin, || drop(value));
}

pub(crate) const PANIC_IN_DROP: &str = "Panic in a drop";
pub(crate) const PANIC_IN_CALLBACK: &str = "Panic in a callback";
