//! Under every interleaving of the threads, up to three preemptions: no post is lost, and no wake-up is missed.

use loom::model::Builder;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;
use wake_ups::{Handle, Loop};

fn check(run: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(run);
}

fn count(handle: &Handle, counter: &Arc<AtomicUsize>) -> bool {
    let counter = Arc::clone(counter);
    handle.post(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    })
}

#[test]
fn two_threads_post_two_each_and_all_are_run() {
    check(|| {
        let (main_loop, ran) = (Loop::new(), Arc::new(AtomicUsize::new(0)));
        // So that no poster is the last to go, which would wake the loop as well.
        let kept = main_loop.handle();
        let posters = [main_loop.handle(), main_loop.handle()].map(|handle| {
            let ran = Arc::clone(&ran);
            thread::spawn(move || assert!(count(&handle, &ran) && count(&handle, &ran)))
        });
        while ran.load(Ordering::Relaxed) < 4 {
            main_loop.turn();
        }
        posters.into_iter().for_each(|poster| poster.join().unwrap());
        assert!(!main_loop.is_deserted());
        drop(kept);
        assert!(main_loop.is_deserted());
    });
}

#[test]
fn a_loop_that_waits_for_a_flag_is_woken_for_it() {
    check(|| {
        let (main_loop, flag) = (Loop::new(), Arc::new(AtomicUsize::new(0)));
        let (handle, set) = (main_loop.handle(), Arc::clone(&flag));
        let other = thread::spawn(move || {
            set.store(1, Ordering::Release);
            handle.wake();
        });
        while flag.load(Ordering::Acquire) == 0 {
            main_loop.turn();
        }
        other.join().unwrap();
    });
}

#[test]
fn the_last_handle_to_go_ends_a_wait_that_counts_on_it() {
    check(|| {
        let main_loop = Loop::new();
        let handle = main_loop.handle();
        let copy = handle.clone();
        let threads = [handle, copy].map(|handle| thread::spawn(move || drop(handle)));
        while !main_loop.is_deserted() {
            main_loop.turn();
        }
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn what_is_posted_while_the_loop_goes_is_run_or_refused_and_always_dropped() {
    check(|| {
        let (main_loop, owned) = (Loop::new(), Arc::new(AtomicUsize::new(0)));
        let (handle, held) = (main_loop.handle(), Arc::clone(&owned));
        let poster = thread::spawn(move || (count(&handle, &held), count(&handle, &held)));
        if !main_loop.is_deserted() {
            main_loop.turn();
        }
        drop(main_loop);
        let (first, second) = poster.join().unwrap();
        assert!(first || !second, "the second was taken after the first was refused");
        assert_eq!(Arc::strong_count(&owned), 1);
    });
}
