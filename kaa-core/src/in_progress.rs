//! [`InProgress`]: the consumer's handle of something that will finish.

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::mem;
use std::panic::Location;

use crate::announce::{call_back, report_taken};
use crate::block::{self, Known, Settled, Typed};
use crate::error::{Error, Result, ResultTaken};
use crate::not_finished::{self, NotFinished};
use crate::report;
use crate::site::Origin;
use crate::waiter::{Callback, Connection, Lent, Waiter, Wants, next_serial};

/// The consumer's handle of something that will finish: with a value, or with an [`Error`].
///
/// It finishes once and keeps its outcome. A `yield_!` or [`take_result`](Self::take_result) *takes* the outcome, once;
/// callbacks are *lent* the value. A clone is another handle of the same; dropping handles never stops the work behind it.
/// A failure that nobody takes and no exception callback is told of is reported on stderr when its last handle goes.
///
/// ```
/// use kaa_core::InProgress;
///
/// let (promise, answer) = InProgress::new();
/// answer.connect(|n: &i32| println!("the answer is {n}"));
/// promise.finish(42);
/// assert_eq!(answer.take_result().unwrap().unwrap(), 42);
/// ```
///
/// Handles stay on their thread:
///
/// ```compile_fail,E0277
/// let answer = kaa_core::InProgress::finished(42);
/// std::thread::spawn(move || drop(answer));
/// ```
#[must_use = "dropping it stops nothing, but a failure is then only reported; connect to it, `yield_!` it, or drop it by name"]
pub struct InProgress<T: 'static> {
    /// The value, while there is no block. A value that is there already needs none; a failure has one, which knows where it
    /// was made.
    inline: Cell<Option<T>>,
    /// There is no block yet, for it is nobody's turn before somebody looks.
    turn: Cell<Option<fn() -> T>>,
    /// Made when somebody has to find the outcome through another handle.
    block: OnceCell<Typed<T>>,
}

/// An `InProgress` taken apart, by whoever waits for it.
pub(crate) enum Parts<T: 'static> {
    Value(T),
    Turn,
    Taken,
    Block(Typed<T>),
}

impl<T: 'static> InProgress<T> {
    /// One that has finished already. It allocates nothing.
    ///
    /// ```
    /// let four = kaa_core::InProgress::finished(4);
    /// assert!(four.is_finished() && !four.is_failed());
    /// ```
    #[inline]
    pub fn finished(value: T) -> Self {
        Self::without_block(Some(value), None)
    }

    /// One that has failed already.
    ///
    /// ```
    /// let broken = kaa_core::InProgress::<u8>::failed(std::fmt::Error);
    /// assert!(broken.is_failed());
    /// assert!(broken.take_result().unwrap().is_err());
    /// ```
    #[track_caller]
    pub fn failed(error: impl Into<Error>) -> Self {
        Self::settled(Err(error.into()), Origin::Code(Location::caller()))
    }

    /// Calls `body` now. What it returns is the outcome; a panic is caught, and is a failure: [`Panicked`](crate::Panicked).
    ///
    /// ```
    /// use kaa_core::InProgress;
    ///
    /// let port = InProgress::execute(|| Ok("80".parse::<u16>()?));
    /// assert_eq!(port.take_result().unwrap().unwrap(), 80);
    /// ```
    #[track_caller]
    pub fn execute(body: impl FnOnce() -> Result<T>) -> Self {
        Self::settled(report::outcome_of(body), Origin::Code(Location::caller()))
    }

    #[inline]
    pub(crate) fn settled(outcome: Result<T>, origin: Origin) -> Self {
        match outcome {
            Ok(value) => Self::finished(value),
            Err(error) => Self::of(Known::finished(Settled::new(Some(origin)), Err(error)).typed()),
        }
    }

    #[inline]
    fn turn(make: fn() -> T) -> Self {
        Self::without_block(None, Some(make))
    }

    #[inline]
    fn without_block(value: Option<T>, turn: Option<fn() -> T>) -> Self {
        InProgress { inline: Cell::new(value), turn: Cell::new(turn), block: OnceCell::new() }
    }

    #[inline]
    pub(crate) fn of(block: Typed<T>) -> Self {
        InProgress { inline: Cell::new(None), turn: Cell::new(None), block: OnceCell::from(block) }
    }

    /// The block, made now if there is none.
    pub(crate) fn block(&self) -> &Typed<T> {
        self.block.get_or_init(|| match (self.inline.take(), self.turn.take()) {
            (Some(value), _) => Known::finished(Settled::new(None), Ok(value)).typed(),
            (None, Some(make)) => not_finished::turn(make),
            (None, None) => Known::taken(Settled::new(None)).typed(),
        })
    }

    #[inline]
    pub(crate) fn into_parts(mut self) -> Parts<T> {
        if let Some(block) = self.block.take() {
            return Parts::Block(block);
        }
        match self.inline.take() {
            Some(value) => Parts::Value(value),
            None if self.turn.get().is_some() => Parts::Turn,
            None => Parts::Taken,
        }
    }

    /// The block where it matters whether it has finished: a turn is in the queue from now on.
    fn watched(&self) -> Option<&Typed<T>> {
        if self.turn.get().is_some() { Some(self.block()) } else { self.block.get() }
    }

    /// Whether the outcome is there, or was. A turn of the loop ([`NotFinished`]) goes to the ready queue when it is asked first.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.watched().is_none_or(|block| !block.header().is_pending())
    }

    /// Whether the outcome is, or was, an error. Asking does not count as handling it.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.block.get().is_some_and(|block| block.header().is_failed())
    }

    /// Moves the outcome out; none while there is none.
    ///
    /// It is handed out once: a second taker, through whichever handle, gets [`ResultTaken`], and one that comes while a
    /// callback is lent the value gets [`InUse`](crate::InUse).
    ///
    /// ```
    /// use kaa_core::{InProgress, ResultTaken};
    ///
    /// let four = InProgress::finished(4);
    /// assert_eq!(four.take_result().unwrap().unwrap(), 4);
    /// assert!(four.take_result().unwrap().unwrap_err().is::<ResultTaken>());
    /// ```
    #[must_use = "a failure that was taken is not reported any more"]
    pub fn take_result(&self) -> Option<Result<T>> {
        match self.watched() {
            Some(block) => block.take(),
            None => Some(self.inline.take().ok_or_else(|| ResultTaken.into())),
        }
    }

    /// Calls `callback` with the value, once; never if it fails.
    ///
    /// Callbacks are called in the order in which they were connected, before any coroutine that waits goes on. If the value is
    /// there already, the call is made before `connect` returns; if the value was taken, that is reported like a failure that
    /// nobody handled. While the callback runs the value is lent, and cannot be taken.
    ///
    /// Callbacks that finish each other's promises run inside each other; where such a chain may be long, write a coroutine.
    ///
    /// ```
    /// use kaa_core::InProgress;
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let seen = Rc::new(Cell::new(0));
    /// let (promise, number) = InProgress::new();
    /// let see = seen.clone();
    /// number.connect(move |n: &i32| see.set(*n));
    /// promise.finish(7);
    /// assert_eq!(seen.get(), 7);
    /// ```
    pub fn connect(&self, callback: impl FnOnce(&T) + 'static) -> Connection {
        self.add(Wants::Value, move |lent| match lent {
            Lent::Value(value) => callback(value.downcast_ref().expect("a `T` is lent")),
            Lent::Failed(_) => {}
            Lent::Gone(origin) => report_taken(origin),
        })
    }

    /// Calls one of the two, once: `ok` with the value, or `err` with the error, which is handled thereby. If the outcome was
    /// taken, that is [`ResultTaken`].
    ///
    /// ```
    /// use kaa_core::InProgress;
    ///
    /// let (promise, number) = InProgress::<u8>::new();
    /// number.connect_both(|n| println!("{n}"), |error| eprintln!("failed: {error}"));
    /// promise.throw(std::fmt::Error);
    /// ```
    pub fn connect_both(
        &self,
        ok: impl FnOnce(&T) + 'static,
        err: impl FnOnce(&Error) + 'static,
    ) -> Connection {
        self.add(Wants::Either, move |lent| lent.with(|outcome| outcome.map_or_else(err, ok)))
    }

    /// Lends the outcome, if it is there; reading an error is handling it. If it was taken it is [`ResultTaken`].
    ///
    /// While `look` runs, the outcome cannot be taken.
    ///
    /// ```
    /// use kaa_core::InProgress;
    ///
    /// let text = InProgress::finished("hello".to_owned());
    /// assert_eq!(text.with_result(|text| text.map_or(0, |text| text.len())), Some(5));
    /// assert_eq!(text.take_result().unwrap().unwrap(), "hello");
    /// ```
    pub fn with_result<R>(&self, look: impl FnOnce(Result<&T, &Error>) -> R) -> Option<R> {
        let node = self.block().erased();
        if node.header().is_pending() {
            return None;
        }
        node.mark_handled();
        let (mut look, mut answer) = (Some(look), None);
        node.lend(&mut |lent| {
            if let Some(look) = look.take() {
                answer = Some(lent.with(look));
            }
        });
        answer
    }

    /// The same, and from now on every taker gets a clone of the outcome, through whichever handle. It may be pending still.
    ///
    /// ```
    /// use kaa_core::{InProgress, all, inprogress};
    ///
    /// let name = InProgress::finished("kaa".to_owned()).shared();
    /// let both = inprogress(all([&name, &name]));
    /// assert!(both.take_result().unwrap().unwrap().iter().all(Result::is_ok));
    /// assert_eq!(name.take_result().unwrap().unwrap(), "kaa");
    /// ```
    pub fn shared(self) -> Self
    where
        T: Clone,
    {
        self.block().share(T::clone);
        self
    }

    pub(crate) fn add(&self, wants: Wants, call: impl FnOnce(Lent<'_>) + 'static) -> Connection {
        let node = self.block();
        let serial = next_serial();
        let callback = Callback { serial, wants, call: Box::new(call) };
        if node.header().is_pending() {
            let slot = node.header().add(Waiter::Callback(callback));
            return Connection::new(serial, slot);
        }
        call_back(&node.erased(), callback);
        Connection::served()
    }

    /// Takes a callback back. False if it was called already, or belongs to something else.
    ///
    /// ```
    /// let (promise, number) = kaa_core::InProgress::new();
    /// let connection = number.connect(|_: &i32| unreachable!("disconnected"));
    /// assert!(number.disconnect(connection));
    /// assert!(!number.disconnect(connection));
    /// promise.finish(7);
    /// ```
    pub fn disconnect(&self, connection: Connection) -> bool {
        let callback = self.block.get().and_then(|block| block.header().disconnect(connection));
        callback.is_some()
    }
}

impl<T: 'static> Clone for InProgress<T> {
    /// Another handle of the same outcome.
    fn clone(&self) -> Self {
        InProgress::of(self.block().clone())
    }
}

impl<T: 'static> Drop for InProgress<T> {
    #[inline]
    fn drop(&mut self) {
        if mem::needs_drop::<T>() && self.block.get().is_none() {
            self.drop_inline();
        }
    }
}

impl<T: 'static> InProgress<T> {
    /// A value may hold handles of values that hold handles: these are dropped by the list of the blocks.
    fn drop_inline(&mut self) {
        if let Some(value) = self.inline.take() {
            block::drop_flat(value);
        }
    }
}

/// Its state, and what makes it: a coroutine by its name and the line where it waits, else the kind of thing and where it was made.
///
/// ```
/// let (_promise, answer) = kaa_core::InProgress::<u8>::new();
/// assert!(format!("{answer:?}").starts_with("InProgress(pending: `promise` at "));
/// ```
impl<T: 'static> fmt::Debug for InProgress<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.block.get() {
            Some(block) if block.header().is_pending() => "pending",
            Some(block) if block.header().is_failed() => "failed",
            None if self.turn.get().is_some() => "pending",
            _ => "finished",
        };
        match self.block.get() {
            Some(block) => write!(f, "InProgress({state}: {})", block.erased().describe()),
            None => write!(f, "InProgress({state})"),
        }
    }
}

/// What turns into an [`InProgress`]: what `yield_!` takes.
///
/// ```
/// use kaa_core::{InProgress, IntoInProgress};
///
/// struct Download {
///     bytes: InProgress<usize>,
/// }
///
/// impl IntoInProgress for &Download {
///     type Output = usize;
///     fn into_inprogress(self) -> InProgress<usize> {
///         self.bytes.clone()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be yielded",
    label = "not an `InProgress`, and nothing that turns into one",
    note = "`yield_!` takes an `InProgress`, a `&InProgress`, a `&Signal` for its next emission, or a future that owns its data"
)]
pub trait IntoInProgress {
    /// What it finishes with.
    type Output: 'static;

    /// Turns it into one.
    fn into_inprogress(self) -> InProgress<Self::Output>;
}

impl<T: 'static> IntoInProgress for InProgress<T> {
    type Output = T;

    fn into_inprogress(self) -> InProgress<T> {
        self
    }
}

/// Its clone.
impl<T: 'static> IntoInProgress for &InProgress<T> {
    type Output = T;

    fn into_inprogress(self) -> InProgress<T> {
        self.clone()
    }
}

impl IntoInProgress for NotFinished {
    type Output = ();

    fn into_inprogress(self) -> InProgress<()> {
        InProgress::turn(|| ())
    }
}

/// Turns anything that is [`IntoInProgress`] into an [`InProgress`].
///
/// ```
/// let turn = kaa_core::inprogress(kaa_core::NotFinished);
/// assert!(!turn.is_finished());
/// ```
#[track_caller]
pub fn inprogress<V: 'static>(of: impl IntoInProgress<Output = V>) -> InProgress<V> {
    of.into_inprogress()
}
