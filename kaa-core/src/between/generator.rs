//! [`Generator`]: a coroutine that produces many values, each when it is asked for.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::rc::{Rc, Weak};

use crate::error::Error;
use crate::in_progress::InProgress;
use crate::line::{Line, TakesBack};
use crate::progress::InProgressStatus;
use crate::promise::Promise;
use crate::report;
use crate::site::{Origin, Site};
use crate::waiter::{Lent, Wants};

/// The consumer's handle of a `#[kaa::generator]`: it is asked for one value after the other.
///
/// The body runs up to its first `emit_!` at once, and from there on whenever a value was taken: it is at most one value ahead.
/// When it has ended, [`next`](Generator::next) gives `None`. If it fails, that is what `next` fails with, once, after all
/// values; a failure that nobody asks for is reported.
///
/// Dropping it stops no work that is under way: the body goes on to its next `emit_!`, and is aborted there.
/// [`abort`](Generator::abort) stops it where it is.
///
/// With the feature `futures` it is a `futures_core::Stream`.
#[must_use = "a generator produces one value, and nothing more before that is taken"]
#[doc(alias = "Stream")]
pub struct Generator<T: 'static> {
    state: Rc<State<T>>,
    body: InProgress<()>,
    #[cfg(feature = "futures")]
    asked: Option<crate::future::InProgressFuture<Option<T>>>,
}

struct State<T: 'static> {
    site: &'static Site,
    /// What was handed out and came back, as nobody took it.
    back: RefCell<VecDeque<T>>,
    emitted: RefCell<VecDeque<(T, Promise<()>)>>,
    /// Empty while there is a value.
    asking: Line<Option<T>>,
    end: RefCell<End>,
    /// The body, once nobody can ask any more.
    unwanted: RefCell<Option<InProgress<()>>>,
}

/// Whether the body has ended.
enum End {
    No,
    /// It has failed, and nobody was told yet.
    Failed(Error),
    Over,
}

/// The producer's side of a generator.
pub struct Emitter<T: 'static> {
    state: Rc<State<T>>,
}

/// The producer's side; the consumer's comes with the body.
#[must_use]
pub fn emitter<T: 'static>(site: &'static Site) -> Emitter<T> {
    let state = State {
        site,
        back: RefCell::default(),
        emitted: RefCell::default(),
        asking: Line::new("generator"),
        end: RefCell::new(End::No),
        unwanted: RefCell::default(),
    };
    Emitter { state: Rc::new(state) }
}

/// What `emit_!` waits for: somebody has taken `value`.
#[track_caller]
pub fn emit<T: 'static>(emitter: &Emitter<T>, value: T) -> InProgress<()> {
    let state = &emitter.state;
    let Err(Some(value)) = state.asking.serve(Some(value)) else {
        return InProgress::finished(());
    };
    let unwanted = state.unwanted.borrow().clone();
    if let Some(body) = unwanted {
        // It takes effect when the body waits for what is made below.
        drop(body.abort());
    }
    let (promise, taken) = InProgress::new();
    state.emitted.borrow_mut().push_back((value, promise));
    taken
}

impl<T: 'static> Clone for Emitter<T> {
    fn clone(&self) -> Self {
        Emitter { state: self.state.clone() }
    }
}

impl<T: 'static> Emitter<T> {
    /// The consumer's side of it: `body` emits, and was just called.
    pub fn generator(self, body: InProgress<()>) -> Generator<T> {
        let state = self.state.clone();
        // It looks on, and sees to it that a failure is told.
        body.add(Wants::Over, move |lent| {
            state.end(match lent {
                Lent::Failed(error) => Some(error.clone()),
                Lent::Value(_) | Lent::Gone(_) => None,
            });
        });
        body.block().erased().mark_handled();
        Generator {
            state: self.state,
            body,
            #[cfg(feature = "futures")]
            asked: None,
        }
    }
}

impl<T: 'static> State<T> {
    fn take(&self) -> Option<T> {
        let back = self.back.borrow_mut().pop_front();
        back.or_else(|| {
            let (value, promise) = self.emitted.borrow_mut().pop_front()?;
            promise.finish(());
            Some(value)
        })
    }

    /// The body has ended, because of the error if there is one.
    fn end(&self, error: Option<Error>) {
        let untold = error.and_then(|error| self.asking.fail(error).err());
        self.end.replace(untold.map_or(End::Over, End::Failed));
        while self.asking.serve(None).is_ok() {}
        let unwanted = self.unwanted.take();
        if unwanted.is_some() {
            self.report();
        }
    }

    /// Nobody will ask any more.
    fn report(&self) {
        let end = self.end.replace(End::Over);
        match end {
            End::Failed(error) => report::unhandled(error, Some(Origin::Coroutine(self.site))),
            End::No | End::Over => {}
        }
    }
}

impl<T: 'static> Drop for State<T> {
    /// Nobody waits for these any more.
    fn drop(&mut self) {
        for (value, taken) in self.emitted.take() {
            taken.finish(());
            report::dropped(value, Some(Origin::Coroutine(self.site)));
        }
    }
}

impl<T: 'static> TakesBack<Option<T>> for State<T> {
    fn take_back(&self, value: Option<T>, (): &()) {
        if let Some(value) = value
            && let Err(Some(value)) = self.asking.serve(Some(value))
        {
            self.back.borrow_mut().push_front(value);
        }
    }
}

impl<T: 'static> Generator<T> {
    /// Asks for the next value: `None` when the body has ended.
    ///
    /// One that is aborted, dropped, or whose `timeout` is over has taken nothing: the value goes to whoever asks next. Whoever
    /// has asked before is served before.
    ///
    /// # Errors
    ///
    /// Fails with what the body has failed with, once; from then on it gives `None`.
    #[track_caller]
    #[allow(clippy::should_implement_trait, reason = "it gives an `InProgress`")]
    pub fn next(&self) -> InProgress<Option<T>> {
        let state = &self.state;
        let back: Weak<State<T>> = Rc::downgrade(state);
        if let Some(value) = state.take() {
            return state.asking.pass(Some(value), (), Some(back));
        }
        let end = state.end.replace(End::Over);
        match end {
            End::No => {
                state.end.replace(End::No);
                state.asking.wait((), Some(back))
            }
            End::Failed(error) => InProgress::failed(error),
            End::Over => InProgress::finished(None),
        }
    }

    /// Stops the body, as an abort stops a coroutine: what it waits for is aborted, and it cleans up. Values that were
    /// emitted already can still be taken.
    ///
    /// # Errors
    ///
    /// As [`InProgress::abort`].
    #[track_caller]
    pub fn abort(&self) -> InProgress<()> {
        self.body.abort()
    }

    /// Whether the body has ended. There may be a value still.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.body.is_finished()
    }

    /// How far it is, if the attribute has the argument `progress`.
    #[must_use]
    pub fn progress(&self) -> Option<&InProgressStatus> {
        self.body.progress()
    }
}

impl<T: 'static> Drop for Generator<T> {
    fn drop(&mut self) {
        if self.body.is_finished() {
            return self.state.report();
        }
        self.state.unwanted.replace(Some(self.body.clone()));
        if !self.state.emitted.borrow().is_empty() {
            drop(self.body.abort());
        }
    }
}

impl<T: 'static> fmt::Debug for Generator<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Generator({:?})", self.body)
    }
}

impl<T: 'static> fmt::Debug for Emitter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Emitter(of `{}`)", self.state.site.name)
    }
}

#[cfg(feature = "futures")]
mod stream {
    use std::future::{Future as _, IntoFuture as _};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use super::Generator;
    use crate::error::Result;

    /// There is nothing pinned in it.
    impl<T: 'static> Unpin for Generator<T> {}

    /// Its values; after a failure it ends.
    impl<T: 'static> futures_core::Stream for Generator<T> {
        type Item = Result<T>;

        fn poll_next(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<T>>> {
            let mut asked = self.asked.take().unwrap_or_else(|| self.next().into_future());
            match Pin::new(&mut asked).poll(context) {
                Poll::Ready(outcome) => Poll::Ready(outcome.transpose()),
                Poll::Pending => {
                    self.asked = Some(asked);
                    Poll::Pending
                }
            }
        }
    }
}
