//! Futures in coroutines on the main loop, woken by threads that know nothing of it.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use kaa::prelude::*;

#[derive(Default)]
struct Shared {
    value: Option<u32>,
    waker: Option<Waker>,
}

/// A future of the kind that other crates hand out: another thread works for it.
fn computed_elsewhere(n: u32) -> impl Future<Output = u32> + 'static {
    let shared = Arc::new(Mutex::new(Shared::default()));
    let theirs = shared.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(5));
        let mut shared = theirs.lock().unwrap();
        shared.value = Some(n * n);
        shared.waker.take().map(Waker::wake)
    });
    poll_fn(move |context| {
        let mut shared = shared.lock().unwrap();
        shared.waker = Some(context.waker().clone());
        shared.value.take().map_or(Poll::Pending, Poll::Ready)
    })
}

#[kaa::coroutine]
fn sum_of_squares(upto: u32) -> kaa::Result<u32> {
    let mut sum = 0;
    for n in 1..=upto {
        sum += yield_!(computed_elsewhere(n))?;
    }
    Ok(sum)
}

#[test]
fn a_coroutine_waits_for_futures_that_other_threads_wake() {
    assert_eq!(sum_of_squares(4).wait().unwrap(), 30);
}

#[test]
fn the_loop_sleeps_as_long_as_somebody_may_wake_it() {
    assert_eq!(kaa::inprogress(computed_elsewhere(7)).wait().unwrap(), 49);
}

#[test]
fn a_future_has_a_time_limit_like_anything_else() {
    let never = kaa::inprogress(std::future::pending::<()>());
    let error = never.timeout_abort(Duration::from_millis(1)).wait().unwrap_err();
    assert!(error.is_timeout());
    assert!(never.take_result().unwrap().unwrap_err().is_aborted());
}

#[test]
fn async_code_awaits_what_the_loop_finishes() {
    let waits = async {
        kaa::delay(Duration::from_millis(1)).await?;
        Ok::<u32, kaa::Error>(sum_of_squares(2).await? + 1)
    };
    assert_eq!(kaa::inprogress(waits).wait().unwrap().unwrap(), 6);
}
