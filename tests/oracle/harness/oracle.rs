//! The half that is an `async fn`: polled once a turn.

use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use kaa::{Error, InProgress};

use super::{driver, trace};

thread_local! {
    /// Whether the body waits for nothing but the next turn.
    static WANTS_TURN: Cell<bool> = const { Cell::new(false) };
}

/// What `yield_!` takes in this half.
pub(crate) trait Awaited {
    type Output;
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<kaa::Result<Self::Output>>;
}

impl<T: 'static> Awaited for InProgress<T> {
    type Output = T;

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<kaa::Result<T>> {
        if self.is_finished() {
            Poll::Ready(self.take_result().expect("taken once"))
        } else {
            Poll::Pending
        }
    }
}

/// `yield_!(x)`
pub(crate) fn outcome<X: Awaited>(mut operand: X) -> impl Future<Output = kaa::Result<X::Output>> {
    poll_fn(move |cx| operand.poll(cx))
}

/// `yield_!()`
pub(crate) fn turn_over() -> impl Future<Output = kaa::Result<()>> {
    let mut waited = false;
    poll_fn(move |_| {
        if waited {
            return Poll::Ready(Ok(()));
        }
        waited = true;
        WANTS_TURN.set(true);
        Poll::Pending
    })
}

type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

/// A body that a body calls.
pub(crate) struct Again<T>(Boxed<kaa::Result<T>>);

pub(crate) fn again<T: 'static, E: Into<Error> + 'static>(
    body: impl Future<Output = Result<T, E>> + 'static,
) -> Again<T> {
    let body: Boxed<Result<T, E>> = Box::pin(body);
    Again(Box::pin(async { body.await.map_err(Into::into) }))
}

impl<T> Awaited for Again<T> {
    type Output = T;

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<kaa::Result<T>> {
        self.0.as_mut().poll(cx)
    }
}

/// What a body gave, in the words of the machine's half.
pub(crate) struct Told<T>(pub(crate) T);

impl<T: Debug, E: Display> Told<Result<T, E>> {
    pub(crate) fn told(self) -> String {
        match self.0 {
            Ok(value) => format!("{value:?}"),
            Err(error) => format!("failed: {error}"),
        }
    }
}

/// A body whose type is no `Result`. Method lookup comes to it last.
pub(crate) trait Plain {
    fn told(&self) -> String;
}

impl<T: Debug> Plain for Told<T> {
    fn told(&self) -> String {
        format!("{:?}", self.0)
    }
}

pub(crate) struct Polled<B> {
    body: Pin<Box<B>>,
    ended: Option<Ended>,
}

enum Ended {
    Told(String),
    Panicked,
}

impl<B: Future<Output = String>> Polled<B> {
    pub(crate) fn start(body: B) -> Self {
        WANTS_TURN.set(false);
        let mut polled = Polled { body: Box::pin(body), ended: None };
        polled.poll();
        polled
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.ended.is_some()
    }

    /// Polls; unless the body waits for nothing but that, keeps a promise first, or resumes a coroutine that the body called. False if
    /// nothing was left to do.
    pub(crate) fn turn(&mut self) -> bool {
        let kept = WANTS_TURN.take() || driver::run_one() || trace::keep_one_promise();
        if !self.is_finished() {
            self.poll();
        }
        kept
    }

    fn poll(&mut self) {
        let cx = &mut Context::from_waker(Waker::noop());
        let polled = catch_unwind(AssertUnwindSafe(|| self.body.as_mut().poll(cx)));
        self.ended = match polled {
            Ok(Poll::Pending) => None,
            Ok(Poll::Ready(told)) => Some(Ended::Told(told)),
            Err(_) => Some(Ended::Panicked),
        };
    }

    /// What the body gave; `None` if it panicked.
    pub(crate) fn finish(mut self) -> Option<String> {
        while self.ended.is_none() {
            assert!(self.turn(), "nothing left to run");
        }
        match self.ended? {
            Ended::Told(told) => Some(told),
            Ended::Panicked => None,
        }
    }

    pub(crate) fn abandon(self) {
        drop(self);
        trace::break_promises();
    }
}
