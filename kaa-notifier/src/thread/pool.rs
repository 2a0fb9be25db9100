//! Threads that are kept for the next piece of work.

mod jobs;
mod named;

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use kaa_core::{InProgress, Result};

use super::{Worker, begin};
use jobs::{Job, Jobs};

/// A few threads that work is queued for.
///
/// Work of a higher priority goes first, and what came first of one priority. What is running is never
/// interrupted. Threads are started when there is work for them, up to the size of the pool, and end when they
/// have been idle for a while. All clones are the same pool; when the last one goes, what is queued is still
/// done.
///
/// ```
/// use kaa_notifier::{ThreadPool, Wait};
///
/// let pool = ThreadPool::new("hashing", 2);
/// let first = pool.run(|| Ok("first"));
/// let urgent = pool.run_with_priority(9, || Ok("urgent"));
/// assert_eq!(first.wait()?, "first");
/// assert_eq!(urgent.wait()?, "urgent");
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ThreadPool {
    handle: Arc<Handle>,
}

/// Hung up with the last handle, which ends the pool.
struct Handle {
    /// One for each queued job. Which job it is for is decided when it is taken.
    tickets: Sender<()>,
    pool: Arc<Pool>,
}

/// What the threads of a pool share. They hold no `Handle`: it is the users' who keep a pool going.
struct Pool {
    name: Arc<str>,
    jobs: Mutex<Jobs>,
    tickets: Receiver<()>,
}

impl ThreadPool {
    /// A pool of up to `size` threads, at least one, that are called `name`.
    #[must_use]
    pub fn new(name: &str, size: usize) -> ThreadPool {
        let (sender, tickets) = unbounded();
        let pool = Arc::new(Pool { name: name.into(), jobs: Mutex::new(Jobs::new(size)), tickets });
        ThreadPool { handle: Arc::new(Handle { tickets: sender, pool }) }
    }

    /// Does `work` in a thread of the pool, and brings its outcome back to this one.
    ///
    /// As with [`thread`](crate::thread()), what waits for it runs here, while the loop does, and a panic fails it
    /// with [`Panicked`](kaa_core::Panicked).
    #[track_caller]
    pub fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> InProgress<T> {
        self.run_with_priority(0, work)
    }

    /// The same, before all work of a lower priority that is still queued.
    #[track_caller]
    pub fn run_with_priority<T: Send + 'static>(
        &self,
        priority: i32,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> InProgress<T> {
        let worker = Worker::Pool(Arc::clone(&self.handle.pool.name));
        self.queue(worker, priority, Location::caller(), work)
    }

    fn queue<T: Send + 'static>(
        &self,
        worker: Worker,
        priority: i32,
        asked_at: &'static Location<'static>,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> InProgress<T> {
        let begun = begin(worker, asked_at);
        begun.map_or_else(InProgress::failed, |(ip, ticket)| {
            let token = ticket.token.clone();
            let run = Box::new(move |started: Result<()>| match started {
                Ok(()) => ticket.run(work),
                Err(error) => ticket.deliver(Err(error)),
            });
            self.handle.add(priority, token, run);
            ip
        })
    }

    /// Lets it have up to `size` threads, at least one. Threads that are too many end when they are idle.
    pub fn set_size(&self, size: usize) {
        self.handle.pool.jobs().set_size(size);
    }

    /// Ends threads that have been idle for so long; 30 s if nothing else is said.
    pub fn set_idle_limit(&self, limit: Duration) {
        self.handle.pool.jobs().idle_limit = limit;
    }

    /// How many jobs no thread has begun yet.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.handle.pool.jobs().queued()
    }

    /// How many threads there are at the moment.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.handle.pool.jobs().threads
    }
}

impl fmt::Debug for ThreadPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (jobs, name) = (self.handle.pool.jobs(), &self.handle.pool.name);
        write!(f, "ThreadPool({name}: {} threads, {} queued)", jobs.threads, jobs.queued())
    }
}

/// Looks a name up in a pool of its own. Look-ups may hang, so nobody waits for them.
#[track_caller]
pub(crate) fn look_ups<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> InProgress<T> {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    let pool = POOL.get_or_init(|| ThreadPool::new("kaa-look-up", 16));
    pool.queue(Worker::LookUp, 0, Location::caller(), work)
}

impl Handle {
    fn add(&self, priority: i32, token: super::AbortToken, run: jobs::Run) {
        let mut jobs = self.pool.jobs();
        let sequence = jobs.push(priority, token, run);
        let spawns = jobs.wants_a_thread();
        if spawns {
            jobs.threads += 1;
        }
        drop(jobs);
        if spawns && let Err(error) = self.spawn() {
            self.not_spawned(sequence, &error);
        }
        // The receiver is in `pool`.
        let _ = self.tickets.send(());
    }

    fn spawn(&self) -> std::io::Result<()> {
        let pool = Arc::clone(&self.pool);
        let name = pool.name.replace('\0', "");
        Builder::new().name(name).spawn(move || pool.work()).map(drop)
    }

    /// If there is no other thread, nobody would do the job.
    fn not_spawned(&self, sequence: u64, error: &std::io::Error) {
        let mut jobs = self.pool.jobs();
        jobs.threads -= 1;
        let job = (jobs.threads == 0).then(|| jobs.remove(sequence)).flatten();
        drop(jobs);
        if let Some(job) = job {
            let name = &self.pool.name;
            let text = format!("cannot start a thread of the pool `{name}`: {error}");
            (job.run)(Err(std::io::Error::new(error.kind(), text).into()));
        }
    }
}

impl Pool {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        // No code of the user's runs under the lock, so nothing is half done.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a thread of the pool does.
    fn work(&self) {
        let mut idle_limit = self.jobs().begin_idle();
        loop {
            let ticket = self.tickets.recv_timeout(idle_limit);
            let mut jobs = self.jobs();
            let ends = match ticket {
                Ok(()) => false,
                Err(RecvTimeoutError::Disconnected) => true,
                Err(RecvTimeoutError::Timeout) => jobs.queued() == 0,
            };
            if ends {
                return jobs.end_thread();
            }
            if ticket.is_err() {
                continue; // The ticket is on its way.
            }
            jobs.idle -= 1;
            let job = jobs.pop();
            drop(jobs);
            if let Some(job) = job {
                run(job);
            }
            let mut jobs = self.jobs();
            if jobs.has_too_many_threads() {
                jobs.threads -= 1;
                return;
            }
            idle_limit = jobs.begin_idle();
        }
    }
}

/// A job that was aborted before it was begun is dropped.
fn run(job: Job) {
    let Job { token, run, .. } = job;
    if !token.is_aborted() {
        token.run(|| run(Ok(())));
    }
}

#[cfg(test)]
mod tests;
