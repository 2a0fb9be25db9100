//! Work done in a thread, and its outcome brought home.
//!
//! A promise cannot leave its thread. It stays behind in a table, and the thread gets a ticket for it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::Builder;

use kaa_core::{Error, InProgress, Promise, Result};

use crate::current::{current, existing};
use crate::wake::Poster;

/// The promises that other threads hold tickets for, by age.
#[derive(Default)]
pub(crate) struct Outstanding {
    /// Each is a `Promise<T>`, and the ticket knows of which `T`.
    promises: RefCell<BTreeMap<u64, Box<dyn Any>>>,
    next_number: Cell<u64>,
}

impl Outstanding {
    fn insert(&self, promise: Box<dyn Any>) -> u64 {
        let number = self.next_number.get();
        self.next_number.set(number + 1);
        self.promises.borrow_mut().insert(number, promise);
        number
    }

    fn remove<T: 'static>(&self, number: u64) -> Option<Promise<T>> {
        let promise = self.promises.borrow_mut().remove(&number)?;
        promise.downcast().ok().map(|promise| *promise)
    }

    /// The youngest promise, to be dropped.
    pub(crate) fn take_newest(&self) -> Option<Box<dyn Any>> {
        self.promises.borrow_mut().pop_last().map(|(_, promise)| promise)
    }
}

/// Runs `work` in a thread of its own, which nobody waits for when the process or this thread ends.
///
/// If it panics, that is what the `InProgress` fails with.
pub(crate) fn run_in_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> InProgress<T> {
    match start(name, work) {
        Ok(ip) => ip,
        Err(error) => InProgress::failed(error),
    }
}

fn start<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<InProgress<T>> {
    let main_loop = current()?;
    let poster = main_loop.poster()?;
    let (promise, ip) = InProgress::new();
    let number = main_loop.outstanding.insert(Box::new(promise));
    let ticket = Ticket { poster, number };
    let spawned = Builder::new().name(name.to_owned()).spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(work));
        ticket.deliver(outcome.unwrap_or_else(|payload| Err(Error::panicked(&*payload))));
    });
    if let Err(error) = spawned
        && let Some(promise) = main_loop.outstanding.remove::<T>(number)
    {
        promise.throw(error);
    }
    Ok(ip)
}

/// Stands for a promise that stayed at home.
struct Ticket {
    poster: Poster,
    number: u64,
}

impl Ticket {
    fn deliver<T: Send + 'static>(self, outcome: Result<T>) {
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
