//! Posts: what other threads have the loop's thread run.
//!
//! Posts collect in a vector that the loop swaps out whole. Only the post that finds it empty wakes the
//! loop, so a burst costs one wake-up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::sys::poll::Waker;

/// What runs on the loop's thread.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// The loop's end of it.
pub(crate) struct Mailbox {
    shared: Arc<Shared>,
}

/// The other threads' end. While one exists the loop counts on being posted to.
pub(crate) struct Poster {
    shared: Arc<Shared>,
}

struct Shared {
    posts: Mutex<Posts>,
    waker: Waker,
}

struct Posts {
    /// Not empty exactly when the loop has been woken and has not looked since.
    jobs: Vec<Job>,
    posters: usize,
    /// The loop is gone; nothing is taken any more.
    closed: bool,
}

impl Mailbox {
    pub(crate) fn new(waker: Waker) -> Mailbox {
        let posts = Mutex::new(Posts { jobs: Vec::new(), posters: 0, closed: false });
        Mailbox { shared: Arc::new(Shared { posts, waker }) }
    }

    pub(crate) fn poster(&self) -> Poster {
        Poster::new(&self.shared)
    }

    /// Everything that has been posted since the last call, oldest first.
    pub(crate) fn take(&self) -> Vec<Job> {
        std::mem::take(&mut self.shared.lock().jobs)
    }

    /// Whether nothing has been posted and nobody is left who could.
    pub(crate) fn is_deserted(&self) -> bool {
        let posts = self.shared.lock();
        posts.jobs.is_empty() && posts.posters == 0
    }

    /// Whether `take` would give something.
    pub(crate) fn has_posts(&self) -> bool {
        !self.shared.lock().jobs.is_empty()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let jobs = {
            let mut posts = self.shared.lock();
            posts.closed = true;
            std::mem::take(&mut posts.jobs)
        };
        // What a job owns is dropped without the lock, so that it may post again, in vain.
        drop(jobs);
    }
}

impl Poster {
    fn new(shared: &Arc<Shared>) -> Poster {
        shared.lock().posters += 1;
        Poster { shared: Arc::clone(shared) }
    }

    /// Has the loop's thread run `job`; if the loop is gone it is dropped here.
    pub(crate) fn post(&self, job: Job) {
        let mut posts = self.shared.lock();
        if posts.closed {
            drop(posts);
            return; // `job` is dropped without the lock.
        }
        let first = posts.jobs.is_empty();
        posts.jobs.push(job);
        drop(posts);
        if first {
            self.shared.waker.wake();
        }
    }
}

impl Clone for Poster {
    fn clone(&self) -> Self {
        Poster::new(&self.shared)
    }
}

impl Drop for Poster {
    fn drop(&mut self) {
        let last = {
            let mut posts = self.shared.lock();
            posts.posters -= 1;
            posts.posters == 0
        };
        // A wait that counted on this poster has to see that it is over.
        if last {
            self.shared.waker.wake();
        }
    }
}

impl Shared {
    /// Nothing of the user's runs under this lock, so it cannot be poisoned.
    fn lock(&self) -> MutexGuard<'_, Posts> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
