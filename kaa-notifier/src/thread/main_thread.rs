//! Reaching the loop of a thread from other threads.

use std::fmt;
use std::panic::Location;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, ThreadId};

use kaa_core::{Error, InProgress, Result};

use super::{Worker, begin};
use crate::current::current;
use crate::error::LoopError;
use crate::wake::Poster;

/// A handle to the loop of a thread, for other threads.
///
/// As long as one exists the loop counts on being posted to: a [`wait`](crate::Wait::wait) for something that
/// nobody can finish is not refused.
///
/// ```
/// use kaa_notifier::{MainThread, main};
///
/// let home = MainThread::current()?;
/// let worker = std::thread::spawn(move || {
///     home.post(|| println!("posted"))?;
///     home.post(main::stop)
/// });
/// main::run()?;
/// worker.join().expect("the worker does not panic")?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone)]
pub struct MainThread {
    poster: Poster,
    thread: ThreadId,
}

impl MainThread {
    /// The loop of this thread; made now if there is none yet.
    ///
    /// # Errors
    ///
    /// With [`LoopError::Ended`] at the end of the thread, and with the system's error when the loop cannot be
    /// reached from other threads for want of a descriptor.
    pub fn current() -> Result<MainThread> {
        let poster = current()?.poster()?;
        Ok(MainThread { poster, thread: thread::current().id() })
    }

    /// Whether it is that of this thread.
    #[must_use]
    pub fn is_current(&self) -> bool {
        thread::current().id() == self.thread
    }

    /// Has the loop call `f`, in the order in which one thread posts.
    ///
    /// # Errors
    ///
    /// With [`LoopError::Ended`] if the loop has gone; then `f` was dropped. When it goes before `f` had its turn,
    /// `f` is dropped unheard.
    #[track_caller]
    pub fn post(&self, f: impl FnOnce() + Send + 'static) -> Result<(), LoopError> {
        if self.poster.post(Box::new(f)) { Ok(()) } else { Err(LoopError::Ended) }
    }

    /// Has the loop call `f`, and brings the outcome to the calling thread, whose loop it is waited for by.
    ///
    /// A panic fails it with [`Panicked`](kaa_core::Panicked); if the other loop goes before, it fails with
    /// [`Abandoned`](kaa_core::Abandoned). In the loop's own thread `f` is called at once.
    ///
    /// ```
    /// use kaa_notifier::{MainThread, Wait, thread};
    ///
    /// let home = MainThread::current()?;
    /// let name = || Ok(std::thread::current().name().map(str::to_owned));
    /// let of_home = name()?;
    /// let seen_from_afar = thread(move || home.call(name).wait());
    /// assert_eq!(seen_from_afar.wait()?, of_home);
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    pub fn call<T: Send + 'static>(
        &self,
        f: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> InProgress<T> {
        if self.is_current() {
            let outcome = catch_unwind(AssertUnwindSafe(f));
            let outcome = outcome.unwrap_or_else(|payload| Err(Error::panicked(payload)));
            return outcome.map_or_else(InProgress::failed, InProgress::finished);
        }
        let begun = begin(Worker::Loop, Location::caller());
        begun.map_or_else(InProgress::failed, |(ip, ticket)| {
            // If that loop has gone, the ticket is dropped with this.
            self.poster.post(Box::new(move || ticket.run(f)));
            ip
        })
    }

    /// Ends the sleep of the loop, if it sleeps; else its next one.
    pub fn wakeup(&self) {
        self.poster.wake();
    }
}

impl fmt::Debug for MainThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MainThread({:?})", self.thread)
    }
}
