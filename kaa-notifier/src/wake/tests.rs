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
