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
        ticket.deliver(outcome.unwrap_or_else(|payload| Err(Error::panicked(payload))));
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use kaa_core::{Error, InProgress, Panicked};

    use super::run_in_thread;
    use crate::{LoopError, Wait, delay};

    #[test]
    fn outcomes_come_home() {
        let value = run_in_thread("test", || Ok(4));
        let failure = run_in_thread("test", || Err::<(), _>(Error::message("no")));
        let panic = run_in_thread::<()>("test", || panic!("on purpose"));
        assert_eq!(value.wait().unwrap(), 4);
        assert_eq!(failure.wait().unwrap_err().to_string(), "no");
        assert!(panic.wait().unwrap_err().is::<Panicked>());
    }

    #[test]
    fn a_wait_counts_on_threads_only_while_they_work() {
        let (go_on, told) = channel();
        let work = run_in_thread("test", move || Ok(told.recv()?));
        assert!(work.timeout(Duration::from_millis(5)).wait().unwrap_err().is_timeout());
        go_on.send(4).unwrap();
        let (promise, never) = InProgress::<()>::new();
        let error = never.wait().unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
        assert_eq!(work.wait().unwrap(), 4);
        promise.finish(());
    }

    #[test]
    fn nobody_waits_for_a_thread_that_hangs() {
        let (_held, told) = channel::<()>();
        let home = std::thread::spawn(move || {
            let work = run_in_thread("test", move || Ok(told.recv()?));
            work.connect(|()| unreachable!());
            delay(Duration::from_millis(1)).wait().unwrap();
        });
        home.join().unwrap();
    }
}
