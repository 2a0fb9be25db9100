//! Work done in a thread, and its outcome brought home.
//!
//! A promise cannot leave its thread. It stays behind in a table, and the thread gets a ticket for it.

mod abort;
mod main_thread;
mod pool;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::thread::Builder;

use kaa_core::{Error, InProgress, Promise, Result};

use crate::current::{current, existing};
use crate::wake::Poster;

pub use abort::AbortToken;
pub use main_thread::MainThread;
pub use pool::ThreadPool;
pub(crate) use pool::look_ups;

/// Runs `work` in a thread of its own, and brings its outcome back to this one.
///
/// Callbacks and coroutines that wait for it run here, and only while the loop does. A panic fails it with
/// [`Panicked`](kaa_core::Panicked). Nobody waits for the thread when the process or this thread ends. In it,
/// [`AbortToken::current`] tells when nobody wants the outcome any more.
///
/// For many short pieces of work there is [`ThreadPool`].
///
/// ```
/// use kaa_notifier::{Wait, thread};
///
/// let sum = thread(|| Ok((1..=1000).sum::<u64>()));
/// assert_eq!(sum.wait()?, 500_500);
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[track_caller]
pub fn thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> InProgress<T> {
    let begun = begin(Worker::Thread, Location::caller());
    begun.map_or_else(InProgress::failed, |(ip, ticket)| {
        let token = ticket.token.clone();
        let number = ticket.number;
        let run = move || token.run(|| ticket.run(work));
        if let Err(error) = Builder::new().name("kaa-thread".to_owned()).spawn(run) {
            fail::<T>(number, error.into());
        }
        ip
    })
}

/// The promises that other threads hold tickets for, by age.
#[derive(Default)]
pub(crate) struct Outstanding {
    promises: RefCell<BTreeMap<u64, Waiting>>,
    next_number: Cell<u64>,
}

struct Waiting {
    /// A `Promise<T>`, and the ticket knows of which `T`.
    promise: Box<dyn Any>,
    worker: Worker,
    token: AbortToken,
    asked_at: &'static Location<'static>,
}

/// Who does the work.
#[derive(Clone)]
pub(crate) enum Worker {
    /// A thread of its own.
    Thread,
    /// A thread pool of this name. The loop's shutdown waits for it.
    Pool(Arc<str>),
    /// A look-up of a name, which may hang.
    LookUp,
    /// Another loop.
    Loop,
}

impl Outstanding {
    pub(crate) fn is_empty(&self) -> bool {
        self.promises.borrow().is_empty()
    }

    /// Whether the job of a pool is queued or running.
    pub(crate) fn has_pool_jobs(&self) -> bool {
        self.promises.borrow().values().any(|waiting| matches!(waiting.worker, Worker::Pool(_)))
    }

    /// What the jobs of pools are, the oldest first.
    pub(crate) fn pool_jobs(&self) -> Vec<String> {
        let describe = |waiting: &Waiting| match &waiting.worker {
            Worker::Pool(name) => Some(format!("a job of the pool `{name}`, {}", waiting.asked_at)),
            Worker::Thread | Worker::LookUp | Worker::Loop => None,
        };
        self.promises.borrow().values().filter_map(describe).collect()
    }

    fn insert(&self, waiting: Waiting) -> u64 {
        let number = self.next_number.get();
        self.next_number.set(number + 1);
        self.promises.borrow_mut().insert(number, waiting);
        number
    }

    fn remove<T: 'static>(&self, number: u64) -> Option<Promise<T>> {
        let waiting = self.promises.borrow_mut().remove(&number)?;
        waiting.promise.downcast().ok().map(|promise| *promise)
    }

    /// The youngest promise, to be dropped. Nobody wants its outcome any more.
    pub(crate) fn take_newest(&self) -> Option<Box<dyn Any>> {
        let (_, waiting) = self.promises.borrow_mut().pop_last()?;
        waiting.token.abort();
        Some(waiting.promise)
    }
}

/// A promise that stays here, and the ticket for it.
fn begin<T: Send + 'static>(
    worker: Worker,
    asked_at: &'static Location<'static>,
) -> Result<(InProgress<T>, Ticket<T>)> {
    let main_loop = current()?;
    let poster = main_loop.poster()?;
    let (promise, ip) = InProgress::<T>::new();
    let token = AbortToken::new();
    let told = token.clone();
    promise.on_abort(move |_| told.abort());
    let waiting = Waiting { promise: Box::new(promise), worker, token: token.clone(), asked_at };
    let number = main_loop.outstanding.insert(waiting);
    Ok((ip, Ticket { poster, number, token, is_delivered: false, of: PhantomData }))
}

/// The work could not be begun.
fn fail<T: 'static>(number: u64, error: Error) {
    if let Some(promise) = existing().and_then(|home| home.outstanding.remove::<T>(number)) {
        promise.throw(error);
    }
}

/// Stands for a promise that stayed at home. Dropped, its promise is dropped as well.
struct Ticket<T: Send + 'static> {
    poster: Poster,
    number: u64,
    token: AbortToken,
    is_delivered: bool,
    of: PhantomData<fn(T)>,
}

impl<T: Send + 'static> Ticket<T> {
    /// Does the work, and brings its outcome home.
    fn run(self, work: impl FnOnce() -> Result<T>) {
        let outcome = catch_unwind(AssertUnwindSafe(work));
        self.deliver(outcome.unwrap_or_else(|payload| Err(Error::panicked(payload))));
    }

    fn deliver(mut self, outcome: Result<T>) {
        self.is_delivered = true;
        let number = self.number;
        self.poster.post(Box::new(move || {
            let promise = existing().and_then(|home| home.outstanding.remove::<T>(number));
            match (promise, outcome) {
                (Some(promise), Ok(value)) => promise.finish(value),
                (Some(promise), Err(error)) => promise.throw(error),
                (None, _) => {} // The loop has ended.
            }
        }));
    }
}

impl<T: Send + 'static> Drop for Ticket<T> {
    fn drop(&mut self) {
        if !self.is_delivered {
            let number = self.number;
            self.poster.post(Box::new(move || {
                drop(existing().and_then(|home| home.outstanding.remove::<T>(number)));
            }));
        }
    }
}

#[cfg(test)]
mod tests;
