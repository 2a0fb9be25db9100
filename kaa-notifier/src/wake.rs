//! Posts: what other threads have the loop's thread run.
//!
//! Posts collect in a vector that the loop swaps out whole. Only the post that finds it empty wakes the
//! loop, so a burst costs one wake-up.

use std::panic::Location;
use std::sync::PoisonError;

// By way of this crate, since `tests/wake-ups` puts those of loom in their place.
use crate::sync::{Arc, Mutex, MutexGuard};
use crate::sys::poll::Waker;

/// What another thread wants to be run on the loop's thread.
pub(crate) struct Post {
    pub(crate) run: Box<dyn FnOnce() + Send>,
    /// Where it was posted.
    pub(crate) posted_at: &'static Location<'static>,
}

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
    jobs: Vec<Post>,
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
    pub(crate) fn take(&self) -> Vec<Post> {
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

    /// Has the loop's thread run `job`. False if the loop is gone: it is dropped here, then.
    #[track_caller]
    pub(crate) fn post(&self, job: Box<dyn FnOnce() + Send>) -> bool {
        let post = Post { run: job, posted_at: Location::caller() };
        let mut posts = self.shared.lock();
        if posts.closed {
            drop(posts);
            return false; // `post` is dropped without the lock.
        }
        let first = posts.jobs.is_empty();
        posts.jobs.push(post);
        drop(posts);
        if first {
            self.shared.waker.wake();
        }
        true
    }

    /// Ends the loop's sleep.
    pub(crate) fn wake(&self) {
        self.shared.waker.wake();
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

#[cfg(test)]
#[path = "wake/tests.rs"]
mod tests;
