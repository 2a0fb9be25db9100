//! Posts: what other threads have the loop's thread run.
//!
//! Posts collect in a vector that the loop swaps out whole. Only the post that finds it empty wakes the
//! loop, so a burst costs one wake-up.

use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::{Mailbox, Poster};
    use crate::sys::poll::Poll;

    fn post(poster: &Poster, counter: &Arc<AtomicUsize>) {
        let counter = Arc::clone(counter);
        poster.post(Box::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        }));
    }

    #[test]
    fn every_post_of_every_thread_arrives() {
        const THREADS: usize = 4;
        const POSTS: usize = 1000;
        let poll = Poll::new().unwrap();
        let mailbox = Mailbox::new(poll.waker());
        let ran = Arc::new(AtomicUsize::new(0));
        for _ in 0..THREADS {
            let (poster, ran) = (mailbox.poster(), Arc::clone(&ran));
            thread::spawn(move || (0..POSTS).for_each(|_| post(&poster, &ran)));
        }
        // A wake-up that is lost makes this wait for ever.
        while !mailbox.is_deserted() {
            poll.wait(None, &mut Vec::new()).unwrap();
            mailbox.take().into_iter().for_each(|post| (post.run)());
        }
        assert_eq!(ran.load(Ordering::Relaxed), THREADS * POSTS);
    }

    #[test]
    fn a_burst_wakes_once_and_the_last_poster_once_more() {
        let poll = Poll::new().unwrap();
        let mailbox = Mailbox::new(poll.waker());
        let (poster, ran) = (mailbox.poster(), Arc::new(AtomicUsize::new(0)));
        (0..3).for_each(|_| post(&poster, &ran));
        poll.wait(None, &mut Vec::new()).unwrap();
        assert_eq!(mailbox.take().len(), 3);
        assert!(!mailbox.has_posts() && !mailbox.is_deserted());
        drop(poster.clone());
        drop(poster);
        poll.wait(None, &mut Vec::new()).unwrap();
        assert!(mailbox.is_deserted());
        poll.wait(Some(Duration::from_millis(1)), &mut Vec::new()).unwrap();
    }

    #[test]
    fn what_comes_after_the_end_is_dropped_where_it_was_posted() {
        let poll = Poll::new().unwrap();
        let mailbox = Mailbox::new(poll.waker());
        let (poster, owned) = (mailbox.poster(), Arc::new(AtomicUsize::new(0)));
        post(&poster, &owned);
        drop(mailbox);
        post(&poster, &owned);
        assert_eq!((Arc::strong_count(&owned), owned.load(Ordering::Relaxed)), (1, 0));
    }
}
