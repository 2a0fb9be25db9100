//! Futures on the loop: who wakes it for them, and when a wait for one is in vain.

use std::cell::Cell;
use std::future::{pending, poll_fn, ready};
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};
use std::task::{Poll, Waker};
use std::time::Duration;

use kaa_core::{InProgress, InProgressAborted};
use kaa_notifier::{LoopError, OneShotTimer, Wait, delay, main, spawn};

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Is over when it is polled for the second time; its waker goes to whoever listens.
fn woken_once(to: Sender<Waker>) -> impl Future<Output = u32> + use<> {
    let mut polls = 0;
    poll_fn(move |cx| {
        polls += 1;
        if polls == 2 {
            return Poll::Ready(polls);
        }
        to.send(cx.waker().clone()).unwrap();
        Poll::Pending
    })
}

#[test]
fn another_thread_ends_the_sleep_of_the_loop() {
    let (send, wakers) = channel();
    let other = std::thread::spawn(move || {
        let waker: Waker = wakers.recv().unwrap();
        std::thread::sleep(millis(20));
        waker.wake();
    });
    assert_eq!(spawn(woken_once(send)).wait().unwrap(), 2);
    other.join().unwrap();
}

#[test]
fn many_threads_wake_many_futures() {
    let (send, wakers) = channel();
    let futures: Vec<_> = (0..1000).map(|_| spawn(woken_once(send.clone()))).collect();
    let wakers: Vec<Waker> = wakers.try_iter().collect();
    let threads: Vec<_> = wakers
        .chunks(250)
        .map(|wakers| {
            let wakers = wakers.to_vec();
            std::thread::spawn(move || wakers.iter().for_each(Waker::wake_by_ref))
        })
        .collect();
    drop(wakers);
    futures.into_iter().for_each(|future| assert_eq!(future.wait().unwrap(), 2));
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_timer_wakes_one() {
    let (send, wakers) = channel();
    let future = spawn(woken_once(send));
    let waker: Waker = wakers.try_recv().unwrap();
    OneShotTimer::new().start(millis(1), move || waker.wake());
    assert_eq!(future.wait().unwrap(), 2);
}

#[test]
fn one_that_nobody_can_wake_is_not_waited_for() {
    let error = spawn(pending::<()>()).wait().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
    // Its last waker goes while it is waited for.
    let (send, wakers) = channel();
    let future = spawn(woken_once(send));
    let other = std::thread::spawn(move || {
        let waker: Waker = wakers.recv().unwrap();
        std::thread::sleep(millis(20));
        drop(waker);
    });
    let error = future.wait().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
    other.join().unwrap();
}

#[test]
fn async_code_waits_for_what_the_loop_gives() {
    let work = spawn(async {
        delay(millis(1)).await?;
        let (_promise, never) = InProgress::<()>::new();
        let error = never.timeout(millis(1)).await.unwrap_err();
        Ok::<_, kaa_core::Error>(error.is_timeout())
    });
    assert!(work.wait().unwrap().unwrap());
    assert_eq!(spawn(ready(4)).wait().unwrap(), 4);
}

#[test]
fn an_abort_drops_it() {
    struct Witness(Rc<Cell<bool>>);
    impl Drop for Witness {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let dropped = Rc::new(Cell::new(false));
    let witness = Witness(Rc::clone(&dropped));
    let work = spawn(async move {
        let _witness = witness;
        pending::<()>().await;
    });
    work.abort().wait().unwrap();
    assert!(dropped.get() && work.wait().unwrap_err().is::<InProgressAborted>());
}

#[test]
fn it_keeps_neither_timers_nor_the_end_of_the_run_waiting() {
    // Always ready.
    drop(spawn(poll_fn(|cx| -> Poll<()> {
        cx.waker().wake_by_ref();
        Poll::Pending
    })));
    OneShotTimer::new().start(millis(5), main::stop);
    main::run().unwrap();
}

#[test]
fn the_end_of_the_thread_drops_it_and_refuses_more() {
    struct Last(Sender<bool>);
    impl Drop for Last {
        fn drop(&mut self) {
            let refused = spawn(ready(4)).take_result().unwrap().unwrap_err();
            self.0.send(refused.downcast_ref() == Some(&LoopError::Ended)).unwrap();
        }
    }
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let last = Last(tell);
        drop(spawn(async move {
            let _last = last;
            pending::<()>().await;
        }));
    })
    .join()
    .unwrap();
    assert_eq!(told.recv(), Ok(true));
}
