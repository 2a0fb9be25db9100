//! Chains of coroutines that wait for each other: however long, they start, end and go in constant stack.
//!
//! Each runs on a thread of 2 MiB. What needs a frame or two for each coroutine does not get through.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{Abandoned, Error, OneShotTimer, Result, driver};

const LENGTH: u32 = 100_000;

/// 1 + 2 + .. + LENGTH, and the 1 that the innermost gives.
const SUM: u64 = 1 + LENGTH as u64 * (LENGTH as u64 + 1) / 2;

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the innermost waits for, and what finishes it when the loop runs.
type End = fn() -> InProgress<u64>;

fn finished() -> InProgress<u64> {
    InProgress::finished(1)
}

fn finished_later() -> InProgress<u64> {
    let (promise, end) = InProgress::new();
    OneShotTimer::new().start(Duration::from_millis(1), move || promise.finish(1));
    end
}

fn failed() -> InProgress<u64> {
    InProgress::failed(Error::message("out of paper"))
}

fn failed_later() -> InProgress<u64> {
    let (promise, end) = InProgress::new();
    let fail = move || promise.throw(Error::message("out of paper"));
    OneShotTimer::new().start(Duration::from_millis(1), fail);
    end
}

/// Each waits for the next, and adds its place.
#[kaa::coroutine]
fn sum(place: u32, end: InProgress<u64>) -> Result<u64> {
    if place == 0 {
        return yield_!(end);
    }
    let below = yield_!(sum(place - 1, end))?;
    Ok(below + u64::from(place))
}

/// Counts its drops, for whoever looks from another thread, too.
struct Counted(Drops);

type Drops = Arc<AtomicU32>;

fn count(drops: &Drops) -> u32 {
    drops.load(Relaxed)
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Each holds something over its wait, which the machine drops.
#[kaa::coroutine]
fn hold(place: u32, end: InProgress<u64>, drops: Drops) -> Result<u64> {
    let held = Counted(Arc::clone(&drops));
    let below = if place == 0 { end } else { hold(place - 1, end, Arc::clone(&drops)) };
    let below = yield_!(below)?;
    drop(held);
    Ok(below)
}

/// Runs it where stack is short.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(2 << 20).spawn(test);
    assert!(thread.unwrap().join().is_ok());
}

/// Runs the ready coroutines until they all wait. There is no loop yet, so no timer can interfere.
fn settle() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

fn check_finishes(end: End) {
    on_a_small_stack(move || {
        let chain = sum(LENGTH, end());
        assert_eq!(chain.timeout(PATIENCE).wait().unwrap(), SUM);
        assert_eq!(driver::tasks(), 0);
    });
}

fn check_fails(end: End) {
    on_a_small_stack(move || {
        let chain = sum(LENGTH, end());
        let error = chain.timeout(PATIENCE).wait().unwrap_err();
        assert_eq!(error.to_string(), "out of paper");
        assert_eq!(driver::tasks(), 0);
    });
}

#[test]
fn the_innermost_finishes_at_once() {
    check_finishes(finished);
}

#[test]
fn the_innermost_finishes_later() {
    check_finishes(finished_later);
}

#[test]
fn the_innermost_fails_at_once() {
    check_fails(failed);
}

#[test]
fn the_innermost_fails_later() {
    check_fails(failed_later);
}

#[test]
fn the_innermost_is_abandoned() {
    on_a_small_stack(|| {
        let (promise, end) = InProgress::new();
        let chain = sum(LENGTH, end);
        settle();
        drop(promise);
        let error = chain.timeout(PATIENCE).wait().unwrap_err();
        assert!(error.is::<Abandoned>(), "{error}");
        assert_eq!(driver::tasks(), 0);
    });
}

#[test]
fn a_dropped_handle_stops_nothing() {
    on_a_small_stack(|| {
        let drops = Arc::default();
        let (promise, end) = InProgress::new();
        drop(hold(LENGTH, end, Arc::clone(&drops)));
        settle();
        assert_eq!((driver::tasks(), count(&drops)), (LENGTH as usize + 1, 0));
        promise.finish(1);
        settle();
        assert_eq!((driver::tasks(), count(&drops)), (0, LENGTH + 1));
    });
}

/// The loop ends: here as a loop that abandons its coroutines, below with its thread.
#[test]
fn an_abandoned_loop_drops_it_unfinished() {
    on_a_small_stack(|| {
        let drops = Arc::default();
        let (promise, end) = InProgress::new();
        let chain = hold(LENGTH, end, Arc::clone(&drops));
        settle();
        driver::abandon_all();
        assert_eq!((driver::tasks(), count(&drops)), (0, LENGTH + 1));
        assert!(chain.take_result().unwrap().unwrap_err().is::<Abandoned>());
        drop(promise);
    });
}

#[test]
fn an_abandoned_loop_drops_what_was_never_run() {
    on_a_small_stack(|| {
        let drops = Arc::default();
        let chain = hold(LENGTH, finished(), Arc::clone(&drops));
        // All but the first few wait in the ready queue for their start.
        assert!(!chain.is_finished());
        driver::abandon_all();
        assert_eq!(driver::tasks(), 0);
        assert_eq!(Arc::strong_count(&drops), 1);
    });
}

#[test]
fn the_end_of_the_thread_drops_it_unfinished() {
    let drops = Arc::default();
    let of_the_thread = Arc::clone(&drops);
    on_a_small_stack(|| {
        let (promise, end) = InProgress::new();
        drop(hold(LENGTH, end, of_the_thread));
        kaa::delay(Duration::ZERO).wait().unwrap();
        settle();
        assert_eq!(driver::tasks(), LENGTH as usize + 1);
        // The loop holds it to the end.
        OneShotTimer::new().start(PATIENCE, move || promise.finish(1));
    });
    assert_eq!(count(&drops), LENGTH + 1);
}
