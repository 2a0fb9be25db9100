//! Chains of any length: they start, finish and drop in constant stack. Tests run on a thread of 2 MiB.

use std::cell::RefCell;

use kaa_core::private::{Resume, Step, Witness, plain};
use kaa_core::{InProgress, Promise, Signal, driver, inprogress};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::SITE;
use trace::{note_reports, run, take};

const LONG: u32 = 100_000;

#[cfg(debug_assertions)]
const LONGEST: u32 = 300_000;
#[cfg(not(debug_assertions))]
const LONGEST: u32 = 1_000_000;

/// Each waits for the next, the last for `end`.
fn coroutines(left: u32, end: InProgress<u32>) -> InProgress<u32> {
    let (yield1, mut end) = (Witness::new(), Some(end));
    plain::coroutine(&SITE, move |resume: &mut Resume| {
        let Some(end) = end.take() else {
            return Step::Finished(resume.output(yield1).map_or(0, |n| n + 1));
        };
        resume.wait(1, yield1, if left == 0 { end } else { coroutines(left - 1, end) });
        Step::Suspended
    })
}

/// Each promise waits for the one before.
fn links(length: u32) -> (Promise<u32>, InProgress<u32>) {
    let (promise, mut last) = InProgress::new();
    for _ in 0..length {
        let (linked, link) = InProgress::new();
        linked.waitfor(last);
        last = link;
    }
    (promise, last)
}

/// Each emits the one before, in a handler that `connect` has connected.
fn signals(length: u32, connect: impl Fn(&Signal<u8>, Signal<u8>)) -> Signal<u8> {
    (0..length).fold(Signal::new(), |inner, _| {
        let outer = Signal::new();
        connect(&outer, inner);
        outer
    })
}

struct Nested(Option<Box<InProgress<Nested>>>);

#[test]
fn coroutines_start_and_finish() {
    let (promise, end) = InProgress::new();
    let first = coroutines(LONGEST, end);
    run();
    assert_eq!(driver::tasks(), LONGEST as usize + 1);
    promise.finish(0);
    run();
    assert_eq!(first.take_result().unwrap().unwrap(), LONGEST + 1);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn coroutines_that_never_wait_finish() {
    let first = coroutines(LONG, InProgress::finished(0));
    run();
    assert_eq!(first.take_result().unwrap().unwrap(), LONG + 1);
}

#[test]
fn coroutines_are_abandoned() {
    note_reports();
    let (promise, end) = InProgress::new();
    let first = coroutines(LONG, end);
    run();
    driver::abandon_all();
    assert!(first.is_failed());
    assert_eq!((driver::tasks(), take().len()), (0, 0));
    promise.finish(0);
}

#[test]
fn coroutines_are_dropped_with_their_thread() {
    let thread = std::thread::spawn(|| {
        note_reports();
        let (promise, end) = InProgress::new();
        let first = coroutines(LONG, end);
        run();
        drop((first, promise));
    });
    assert!(thread.join().is_ok());
}

#[test]
fn coroutines_fail_when_the_end_is_abandoned() {
    let (promise, end) = InProgress::new();
    let first = coroutines(LONG, end);
    run();
    drop(promise);
    run();
    assert_eq!(first.take_result().unwrap().unwrap(), LONG);
}

#[test]
fn links_finish() {
    let (promise, last) = links(LONGEST);
    promise.finish(1);
    assert_eq!(last.take_result().unwrap().unwrap(), 1);
}

#[test]
fn links_that_were_built_from_the_end_finish() {
    let (first, mut waiting) = InProgress::new();
    let (mut promise, last) = (first, waiting.clone());
    for _ in 0..LONG {
        let (next, ip) = InProgress::new();
        promise.waitfor(ip.clone());
        (promise, waiting) = (next, ip);
    }
    drop(waiting);
    promise.finish(1);
    assert_eq!(last.take_result().unwrap().unwrap(), 1);
}

#[test]
fn links_that_nobody_looks_at_let_go() {
    let (promise, last) = links(LONGEST);
    assert!(promise.is_wanted());
    drop(last);
    assert!(!promise.is_wanted());
    promise.finish(1);
}

#[test]
fn links_are_dropped_when_their_promise_goes() {
    let (promise, last) = links(LONG);
    drop(promise);
    assert!(last.take_result().unwrap().is_err());
}

#[test]
fn values_that_hold_values_in_blocks_are_dropped() {
    let mut value = Nested(None);
    for _ in 0..LONGEST {
        let ip = InProgress::finished(value);
        value = Nested(Some(Box::new(ip.clone())));
    }
    assert!(value.0.is_some());
    drop(value);
}

#[test]
fn values_that_hold_values_inline_are_dropped() {
    let mut value = Nested(None);
    for _ in 0..LONGEST {
        value = Nested(Some(Box::new(InProgress::finished(value))));
    }
    drop(value);
}

#[test]
fn signals_that_own_signals_are_dropped() {
    drop(signals(LONGEST, |outer, inner| _ = outer.connect(move |n| inner.emit(n))));
    note_reports();
    drop(signals(LONG, |outer, inner| {
        inprogress(outer).connect(move |n| _ = inner.emit(n));
    }));
    // Each was connected for its value alone.
    let reports = take();
    assert!(reports.iter().all(|report| report.contains("abandoned")));
    assert_eq!(reports.len(), LONG as usize);
}

#[test]
fn exceptions_of_exceptions_finish_and_let_go() {
    let exceptions = |ip: &InProgress<u8>| {
        let first = inprogress(ip.exception());
        (1..LONG).fold(first, |last, _| inprogress(last.exception()))
    };
    let (promise, ip) = InProgress::new();
    let last = exceptions(&ip);
    promise.finish(1);
    // By turns: there was no error, and that is the error of which the next is the exception.
    assert!(last.is_finished());

    let (promise, ip) = InProgress::new();
    let last = exceptions(&ip);
    drop((ip, last));
    assert!(!promise.is_wanted());
    promise.finish(1);
}

#[test]
fn a_coroutine_that_holds_a_chain_of_handles_drops_it() {
    thread_local! {
        static KEPT: RefCell<Option<InProgress<Nested>>> = const { RefCell::new(None) };
    }
    let mut value = Nested(None);
    for _ in 0..LONG {
        value = Nested(Some(Box::new(InProgress::finished(value))));
    }
    KEPT.set(Some(InProgress::finished(value)));
    let kept = KEPT.take();
    let coroutine = machines::turns(2, move |_| assert!(kept.is_some()));
    run();
    assert!(coroutine.is_finished());
}
