//! The life of an `InProgress`: who is told of its outcome and in what order, and what happens when callbacks meddle.

#![allow(clippy::unit_arg, reason = "`Ok(note(..))` is the shortest machine that notes")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use kaa_core::{
    Abandoned, InProgress, InUse, NotFinished, Promise, ResultTaken, WaitsForItself, driver,
    inprogress,
};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::wait_then;
use trace::{Guard, note, note_reports, run, take};

fn taken<T: 'static>(ip: &InProgress<T>) -> T {
    ip.take_result().expect("finished").expect("no failure")
}

#[test]
fn it_is_pending_until_it_is_finished() {
    let (promise, ip) = InProgress::new();
    assert!(!ip.is_finished() && ip.take_result().is_none());
    promise.finish(1);
    assert!(ip.is_finished() && !ip.is_failed());
    assert_eq!(taken(&ip), 1);
}

#[test]
fn it_stays_finished_after_the_outcome_was_taken() {
    let ip = InProgress::finished(1);
    taken(&ip);
    assert!(ip.is_finished());
    assert!(ip.clone().is_finished());
}

#[test]
fn the_outcome_is_taken_once_through_whichever_handle() {
    let ip = InProgress::finished(1);
    let other = ip.clone();
    assert_eq!(taken(&other), 1);
    assert!(ip.take_result().unwrap().unwrap_err().is::<ResultTaken>());
}

#[test]
fn a_dropped_promise_fails_as_abandoned() {
    let (promise, ip) = InProgress::<()>::new();
    drop(promise);
    assert!(ip.is_failed());
    assert!(ip.take_result().unwrap().unwrap_err().is::<Abandoned>());
}

#[test]
fn callbacks_and_links_come_in_order_then_coroutines() {
    let (promise, ip) = InProgress::new();
    let first = ip.clone();
    let _coroutine = wait_then(move || first, |n| Ok(note(format_args!("coroutine {}", n?))));
    ip.connect(|n| note(format_args!("first {n}")));
    let (linked, link) = InProgress::new();
    linked.waitfor(ip.clone());
    link.connect(|n| note(format_args!("link {n}")));
    ip.connect(|n| note(format_args!("last {n}")));
    promise.finish(1);
    note("announced");
    run();
    assert_eq!(take(), ["first 1", "link 1", "last 1", "announced", "coroutine 1"]);
}

#[test]
fn only_one_of_value_and_exception_callbacks_is_called() {
    let connect = |ip: &InProgress<u8>| {
        ip.connect(|n| note(format_args!("value {n}")));
        ip.exception().connect(|error| note(format_args!("error {error}")));
    };
    let (good, one) = InProgress::new();
    let (bad, two) = InProgress::new();
    connect(&one);
    connect(&two);
    good.finish(1);
    bad.throw(kaa_core::Error::message("broken"));
    assert_eq!(take(), ["value 1", "error broken"]);
}

#[test]
fn a_late_callback_is_served_before_connect_returns() {
    let ip = InProgress::finished(1);
    ip.connect(|n| note(format_args!("value {n}")));
    let failed = InProgress::<u8>::failed(kaa_core::Error::message("broken"));
    failed.exception().connect(|error| note(format_args!("error {error}")));
    assert_eq!(take(), ["value 1", "error broken"]);
}

#[test]
fn a_late_callback_for_what_was_taken_is_reported() {
    note_reports();
    let ip = InProgress::finished(1);
    taken(&ip);
    ip.exception().connect(|error| note(format_args!("error {}", error.is::<ResultTaken>())));
    ip.connect(|_| note("never"));
    let report = format!("Unhandled asynchronous exception: {ResultTaken}");
    assert_eq!(take(), ["error true".to_owned(), report]);
}

#[test]
fn a_late_callback_for_the_value_of_what_failed_is_silent_though_that_was_taken() {
    note_reports();
    let failed = InProgress::<u8>::failed(kaa_core::Error::message("broken"));
    assert!(failed.take_result().unwrap().is_err());
    failed.connect(|_| note("never"));
    assert_eq!(take(), [""; 0]);
}

#[test]
fn the_value_cannot_be_taken_while_it_is_lent() {
    let (promise, ip) = InProgress::new();
    let inside = ip.clone();
    ip.connect(move |n: &i32| {
        assert!(inside.take_result().unwrap().unwrap_err().is::<InUse>());
        note(n);
    });
    promise.finish(1);
    assert_eq!(take(), ["1"]);
    assert_eq!(taken(&ip), 1);
}

#[test]
fn a_disconnected_callback_is_dropped_and_not_called() {
    let (promise, ip) = InProgress::new();
    let guard = Guard("callback");
    let connection = ip.connect(move |_: &i32| drop(guard));
    assert!(ip.disconnect(connection));
    assert_eq!(take(), ["drop callback"]);
    assert!(!ip.disconnect(connection));
    promise.finish(1);
}

#[test]
fn a_connection_of_another_disconnects_nothing() {
    let ((one, ip), (other, another)) = (InProgress::new(), InProgress::new());
    let connection = ip.connect(|n: &i32| note(n));
    another.connect(|n: &i32| note(n));
    assert!(!another.disconnect(connection));
    one.finish(1);
    other.finish(2);
    assert_eq!(take(), ["1", "2"]);
}

#[test]
fn a_callback_disconnects_a_later_one() {
    let (promise, ip) = InProgress::new();
    let later = Rc::new(Cell::new(None));
    let (handle, connection) = (ip.clone(), later.clone());
    ip.connect(move |_: &i32| assert!(handle.disconnect(connection.get().unwrap())));
    later.set(Some(ip.connect(|_| note("never"))));
    ip.connect(|_| note("last"));
    promise.finish(1);
    assert_eq!(take(), ["last"]);
}

#[test]
fn a_callback_connected_by_a_callback_is_served_at_once() {
    let (promise, ip) = InProgress::new();
    let handle = ip.clone();
    ip.connect(move |_: &i32| {
        note("outer");
        handle.connect(|_| note("inner"));
        note("connected");
    });
    ip.connect(|_| note("last"));
    promise.finish(1);
    assert_eq!(take(), ["outer", "inner", "connected", "last"]);
}

#[test]
fn a_panic_in_a_callback_is_reported_and_the_others_run() {
    note_reports();
    let (promise, ip) = InProgress::new();
    ip.connect(|_: &i32| panic!("oops"));
    ip.connect(|n| note(n));
    promise.finish(1);
    assert_eq!(take(), ["Panic in a callback: panicked: oops", "1"]);
    assert_eq!(taken(&ip), 1);
}

#[test]
fn callbacks_may_drop_the_last_handle() {
    let (promise, ip) = InProgress::new();
    let cell = Rc::new(RefCell::new(None));
    let inside = cell.clone();
    ip.connect(move |_: &Guard| drop(inside.take()));
    ip.connect(|_| note("last"));
    *cell.borrow_mut() = Some(ip);
    promise.finish(Guard("value"));
    assert_eq!(take(), ["last", "drop value"]);
}

#[test]
fn callbacks_may_finish_other_promises() {
    let ((first, one), (second, two)) = (InProgress::new(), InProgress::new());
    two.connect(|n: &i32| note(n));
    one.connect(move |n: &i32| second.finish(n + 1));
    one.connect(|n| note(n));
    first.finish(1);
    assert_eq!(take(), ["2", "1"]);
}

#[test]
fn what_is_waited_for_shares_its_outcome() {
    let (inner, ip) = InProgress::new();
    let (promise, link) = InProgress::new();
    promise.waitfor(ip.clone());
    inner.finish(1);
    assert_eq!(taken(&link), 1);
    assert!(ip.take_result().unwrap().unwrap_err().is::<ResultTaken>());
}

#[test]
fn waiting_for_what_has_finished_finishes_at_once() {
    let (promise, link) = InProgress::new();
    link.connect(|n: &i32| note(n));
    promise.waitfor(InProgress::finished(1));
    assert_eq!(take(), ["1"]);
}

#[test]
fn a_promise_that_waits_for_itself_fails() {
    let (promise, ip) = InProgress::<()>::new();
    promise.waitfor(ip.clone());
    assert!(ip.take_result().unwrap().unwrap_err().is::<WaitsForItself>());
}

#[test]
fn a_link_that_nobody_looks_at_lets_go() {
    let (inner, ip) = InProgress::<()>::new();
    let (promise, link) = InProgress::new();
    promise.waitfor(ip);
    assert!(inner.is_wanted());
    drop(link);
    assert!(!inner.is_wanted());
    inner.finish(());
}

#[test]
fn a_link_with_a_callback_stays_without_a_handle() {
    let (inner, ip) = InProgress::new();
    let (promise, link) = InProgress::new();
    promise.waitfor(ip);
    link.connect(|n: &i32| note(n));
    drop(link);
    assert!(inner.is_wanted());
    inner.finish(1);
    assert_eq!(take(), ["1"]);
}

#[test]
fn a_promise_is_wanted_while_somebody_holds_or_waits() {
    let (promise, ip) = InProgress::<()>::new();
    let other = ip.clone();
    drop(ip);
    assert!(promise.is_wanted());
    other.connect(|()| ());
    drop(other);
    assert!(promise.is_wanted());
    promise.finish(());
}

#[test]
fn the_exception_is_an_in_progress() {
    let (promise, ip) = InProgress::<()>::new();
    let error = inprogress(ip.exception());
    promise.throw(kaa_core::Error::message("broken"));
    assert_eq!(taken(&error).to_string(), "broken");
    let late = inprogress(ip.exception());
    assert_eq!(taken(&late).to_string(), "broken");
}

#[test]
fn the_exception_of_what_does_not_fail_is_abandoned_in_silence() {
    note_reports();
    let (promise, ip) = InProgress::new();
    let error = inprogress(ip.exception());
    promise.finish(());
    assert!(error.is_failed());
    drop(error);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn the_exception_of_a_failure_that_was_taken_says_so() {
    let ip = InProgress::<()>::failed(kaa_core::Error::message("broken"));
    assert!(ip.take_result().unwrap().is_err());
    let error = inprogress(ip.exception());
    assert!(error.take_result().unwrap().unwrap_err().is::<ResultTaken>());
}

#[test]
fn the_exception_that_nobody_looks_at_lets_go() {
    let (promise, ip) = InProgress::<()>::new();
    let error = inprogress(ip.exception());
    drop(ip);
    assert!(promise.is_wanted());
    drop(error);
    assert!(!promise.is_wanted());
    promise.finish(());
}

#[test]
fn a_turn_finishes_in_the_order_of_the_queue() {
    let turn = inprogress(NotFinished);
    turn.connect(|()| note("turn"));
    let later = inprogress(NotFinished);
    assert!(!later.is_finished());
    driver::run_ready(1);
    assert_eq!(take(), ["turn"]);
    assert!(!later.is_finished());
    driver::run_ready(1);
    assert!(later.is_finished());
}

#[test]
fn a_value_is_dropped_with_the_last_handle() {
    let ip = InProgress::finished(Guard("value"));
    let other = ip.clone();
    drop(ip);
    assert_eq!(take(), [""; 0]);
    drop(other);
    assert_eq!(take(), ["drop value"]);
}

#[test]
fn a_promise_may_be_finished_from_the_drop_of_its_own_callback() {
    struct Finisher(Option<Promise<i32>>);
    impl Drop for Finisher {
        fn drop(&mut self) {
            self.0.take().unwrap().finish(2);
        }
    }
    let (second, two) = InProgress::new();
    let (first, one) = InProgress::new();
    let finisher = Finisher(Some(second));
    two.connect(|n: &i32| note(n));
    one.connect(move |n: &i32| {
        let _finisher = finisher;
        note(n);
    });
    first.finish(1);
    assert_eq!(take(), ["1", "2"]);
}

#[test]
fn it_prints_its_state_and_what_makes_it() {
    let (promise, ip) = InProgress::new();
    let printed = format!("{ip:?} {promise:?}");
    assert!(printed.starts_with("InProgress(pending: `promise` at "), "{printed}");
    assert!(printed.ends_with(") Promise(wanted)"), "{printed}");
    promise.finish(());
    let printed = format!("{:?}", ip.exception());
    assert!(printed.starts_with("Exception(InProgress(finished: `promise` at "), "{printed}");
    // Whatever the value is. It has no block before somebody looks closer.
    let held = InProgress::finished(|| ());
    assert_eq!(
        format!("{:?} {held:?}", held.exception()),
        "Exception(InProgress(finished)) InProgress(finished)"
    );
}
