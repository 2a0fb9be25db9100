//! What every InProgress and coroutine does, one scenario a test. The numbers are those of the list that kaa was made from;
//! others of them stand beside the tests of aborts, Any and All, policies, and generators.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{Error, all, driver, report};

thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn note(line: impl Into<String>) {
    TRACE.with_borrow_mut(|trace| trace.push(line.into()));
}

fn take() -> Vec<String> {
    TRACE.take()
}

/// From now on reports are noted.
fn note_reports() {
    report::set_reporter(Some(Rc::new(|report: &report::Report| {
        note(report.to_string().lines().next().unwrap_or_default());
    })));
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

fn broken() -> Error {
    Error::new(fmt::Error)
}

fn unhandled() -> String {
    format!("{}: {}", report::UNHANDLED, fmt::Error)
}

fn taken<T: 'static>(ip: &InProgress<T>) -> T {
    ip.take_result().expect("finished").expect("no failure")
}

/// Notes the value that it is told.
fn connect(ip: &InProgress<u32>, name: &'static str) {
    ip.connect(move |n| note(format!("{name}({n})")));
}

#[test]
fn s_01_callbacks_are_called_in_order_before_finish_returns() {
    let (promise, ip) = InProgress::new();
    connect(&ip, "A");
    connect(&ip, "B");
    promise.finish(1);
    assert_eq!(take(), ["A(1)", "B(1)"]);
    assert!(ip.is_finished() && !ip.is_failed());
    assert_eq!(taken(&ip), 1);
}

#[test]
fn s_02_late_callbacks_are_all_called_while_they_are_connected() {
    let ip = InProgress::finished(1);
    connect(&ip, "A");
    assert_eq!(take(), ["A(1)"]);
    connect(&ip, "B");
    assert_eq!(take(), ["B(1)"]);
}

#[test]
fn s_03_a_late_callback_is_called_although_others_were() {
    let (promise, ip) = InProgress::new();
    connect(&ip, "A");
    promise.finish(1);
    connect(&ip, "B");
    assert_eq!(take(), ["A(1)", "B(1)"]);
}

#[test]
fn s_05_a_callback_that_panics_is_reported_and_the_others_are_called() {
    note_reports();
    let (promise, ip) = InProgress::new();
    ip.connect(|_| panic!("A"));
    connect(&ip, "B");
    promise.finish(1);
    assert_eq!(take(), ["Panic in a callback: panicked: A", "B(1)"]);
}

#[test]
fn s_06_what_a_callback_needs_besides_is_captured() {
    let (promise, ip) = InProgress::<u32>::new();
    let bound = HashMap::from([("key", 1)]);
    ip.connect(move |n| note(format!("A({n}, x, key={})", bound["key"])));
    promise.finish(7);
    assert_eq!(take(), ["A(7, x, key=1)"]);
}

#[test]
fn s_07_a_failure_goes_to_the_exception_callbacks_alone() {
    note_reports();
    let (promise, ip) = InProgress::new();
    connect(&ip, "A");
    ip.exception().connect(|error| note(format!("X({error})")));
    promise.throw(broken());
    assert_eq!(take(), [format!("X({})", fmt::Error)]);
    assert!(ip.is_finished() && ip.is_failed());
    assert!(ip.take_result().unwrap().unwrap_err().is::<fmt::Error>());
}

#[test]
fn s_08_a_late_exception_callback_is_called_and_handles_it() {
    note_reports();
    let (promise, ip) = InProgress::<u32>::new();
    promise.throw(broken());
    ip.exception().connect(|error| note(format!("X({error})")));
    drop(ip);
    assert_eq!(take(), [format!("X({})", fmt::Error)]);
}

#[test]
fn s_09_nobody_looked_is_reported_once_and_not_before_the_drop() {
    note_reports();
    let (promise, ip) = InProgress::<u32>::new();
    promise.throw(broken());
    assert_eq!(take(), [""; 0]);
    drop(ip);
    assert_eq!(take(), [unhandled()]);
}

#[test]
fn s_10_and_11_reading_the_error_handles_it_and_asking_whether_it_failed_does_not() {
    note_reports();
    let (promise, ip) = InProgress::<u32>::new();
    promise.throw(broken());
    assert_eq!(ip.with_result(|outcome| outcome.is_err()), Some(true));
    drop(ip);
    assert_eq!(take(), [""; 0]);
    let (promise, ip) = InProgress::<u32>::new();
    promise.throw(broken());
    assert!(ip.is_failed());
    drop(ip);
    assert_eq!(take(), [unhandled()]);
}

#[test]
fn s_12_who_follows_answers_for_the_failure() {
    note_reports();
    let ((first, a), (second, b)) = (InProgress::<u32>::new(), InProgress::new());
    second.waitfor(a.clone());
    first.throw(broken());
    drop(a);
    assert_eq!(take(), [""; 0]);
    drop(b);
    assert_eq!(take(), [unhandled()]);
}

#[test]
fn s_13_following_a_pending_one_takes_over_its_value_or_error() {
    note_reports();
    let ((outer, ip), (inner, other)) = (InProgress::new(), InProgress::new());
    connect(&ip, "A");
    outer.waitfor(other);
    assert!(!ip.is_finished());
    inner.finish(5);
    assert_eq!(take(), ["A(5)"]);

    let ((outer, ip), (inner, other)) = (InProgress::<u32>::new(), InProgress::new());
    outer.waitfor(other);
    inner.throw(broken());
    assert!(ip.take_result().unwrap().unwrap_err().is::<fmt::Error>());
    drop(ip);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn s_14_following_a_finished_one_finishes_at_once() {
    let ((outer, ip), (inner, other)) = (InProgress::new(), InProgress::new());
    connect(&other, "Z");
    inner.finish(5);
    outer.waitfor(other);
    assert_eq!(taken(&ip), 5);
    assert_eq!(take(), ["Z(5)"]);
}

#[test]
fn s_15_a_link_is_told_in_its_turn() {
    let ((first, a), (second, b)) = (InProgress::new(), InProgress::new());
    connect(&a, "A1");
    connect(&b, "B");
    second.waitfor(a.clone());
    connect(&a, "A2");
    first.finish(0);
    assert_eq!(take(), ["A1(0)", "B(0)", "A2(0)"]);
}

#[test]
fn s_16_execute_gives_the_value_or_the_error_and_waitfor_another_outcome() {
    assert_eq!(taken(&InProgress::execute(|| Ok(3))), 3);
    let failed = InProgress::<u32>::execute(|| Err(broken()));
    assert!(failed.take_result().unwrap().unwrap_err().is::<fmt::Error>());
    let ((promise, ip), (inner, other)) = (InProgress::new(), InProgress::new());
    promise.waitfor(other);
    assert!(!ip.is_finished());
    inner.finish(3);
    assert_eq!(taken(&ip), 3);
}

#[kaa::test]
fn s_22_when_the_time_is_up_the_link_fails_and_the_work_goes_on() -> kaa::Result<()> {
    let (promise, ip) = InProgress::new();
    let t = ip.timeout_with(Duration::from_millis(20), || note("C"));
    let error = yield_!(&t).unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(take(), ["C"]);
    assert!(!ip.is_finished());
    promise.finish(1);
    assert_eq!(yield_!(ip)?, 1);
    Ok(())
}

#[kaa::test]
fn s_24_a_timeout_that_is_not_needed_leaves_no_timer() -> kaa::Result<()> {
    let start = kaa::main::now();
    let (promise, ip) = InProgress::new();
    let t = ip.timeout(Duration::from_secs(5));
    promise.finish(1);
    assert_eq!(yield_!(t)?, 1);
    // Time would go on to that of a timer that was left.
    assert_eq!(kaa::main::now(), start);
    Ok(())
}

#[kaa::test]
fn s_35_a_second_limited_wait_for_all_counts_no_member_twice() {
    let ms = Duration::from_millis;
    let (_never, c) = InProgress::<()>::new();
    let every = kaa::inprogress(all([kaa::delay(ms(50)), kaa::delay(ms(150)), c]));
    assert!(every.wait_timeout(ms(100)).unwrap_err().is_timeout());
    assert!(every.wait_timeout(ms(100)).unwrap_err().is_timeout());
    assert!(!every.is_finished());
}

struct Guard(&'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        note(self.0);
    }
}

#[kaa::coroutine]
fn two_parts() -> u32 {
    note("a");
    let _ = yield_!();
    note("b");
    42
}

#[test]
fn s_38_a_call_runs_to_the_first_wait() {
    let ip = two_parts();
    assert_eq!(take(), ["a"]);
    run();
    assert_eq!(take(), ["b"]);
    assert_eq!(taken(&ip), 42);
}

#[kaa::coroutine]
fn waits(for_it: InProgress<u32>) -> kaa::Result<u32> {
    let _guard = Guard("finally");
    let n = yield_!(for_it)?;
    note(format!("got {n}"));
    Ok(n)
}

#[test]
fn s_39_nobody_is_resumed_inside_of_finish() {
    let (promise, ip) = InProgress::new();
    let waiting = waits(ip);
    note("pre");
    promise.finish(9);
    note("post");
    run();
    assert_eq!(take(), ["pre", "post", "got 9", "finally"]);
    assert_eq!(taken(&waiting), 9);
}

#[kaa::coroutine]
fn three_parts(name: &'static str) {
    for part in 0..3 {
        note(format!("{name}{part}"));
        let _ = yield_!();
    }
}

#[test]
fn s_40_coroutines_that_give_a_turn_take_turns() {
    let both = [three_parts("A"), three_parts("B")];
    run();
    assert_eq!(take(), ["A0", "B0", "A1", "B1", "A2", "B2"]);
    assert!(both.iter().all(InProgress::is_finished));
}

#[kaa::coroutine]
fn in_a_row(times: u32) -> kaa::Result<u32> {
    let mut done = 0;
    for _ in 0..times {
        done += yield_!(InProgress::finished(1))?;
    }
    note("done");
    Ok(done)
}

#[test]
fn s_41_what_is_there_already_is_gone_through_in_a_loop() {
    let ip = in_a_row(5_000);
    assert_eq!(take(), [""; 0]);
    let mut turns = 0;
    while driver::run_ready(1) {
        turns += 1;
    }
    assert_eq!(take(), ["done"]);
    assert_eq!(taken(&ip), 5_000);
    assert!((30..50).contains(&turns), "{turns} turns");
}

#[test]
fn s_42_a_body_is_dropped_before_its_end_is_told() {
    let (promise, ip) = InProgress::new();
    connect(&waits(ip), "L");
    promise.finish(1);
    run();
    assert_eq!(take(), ["got 1", "finally", "L(1)"]);
}

#[kaa::coroutine]
fn fails(turns: u32) -> Result<u32, fmt::Error> {
    for _ in 0..turns {
        let _ = yield_!();
    }
    Err(fmt::Error)
}

#[test]
fn s_43_an_error_fails_the_in_progress_however_early() {
    note_reports();
    for turns in [0, 1] {
        let failing = fails(turns);
        run();
        assert!(failing.is_failed());
        assert_eq!(take(), [""; 0]);
        drop(failing);
        assert_eq!(take(), [unhandled()]);
    }
}

#[kaa::coroutine]
fn catches(of: InProgress<u32>) -> &'static str {
    match yield_!(of) {
        Ok(_) => "value",
        Err(_) => "caught",
    }
}

#[test]
fn s_44_an_error_that_is_caught_is_handled_early_or_late() {
    note_reports();
    let (promise, ip) = InProgress::new();
    let early = catches(ip);
    promise.throw(broken());
    run();
    assert_eq!(taken(&early), "caught");
    assert_eq!(taken(&catches(InProgress::failed(broken()))), "caught");
    assert_eq!(take(), [""; 0]);
}

#[kaa::coroutine]
fn chain(left: u32, end: InProgress<u32>) -> kaa::Result<u32> {
    if left == 0 { yield_!(end) } else { yield_!(chain(left - 1, end)) }
}

#[test]
fn s_45_a_deep_chain_finishes() {
    let (promise, end) = InProgress::new();
    let outermost = chain(10_000, end);
    run();
    promise.finish(1);
    run();
    assert_eq!(taken(&outermost), 1);
}

/// CPython #117379, and its like: a task that nobody holds vanishes in the middle.
#[test]
fn a_coroutine_that_nobody_holds_runs_to_its_end() {
    let (promise, ip) = InProgress::new();
    drop(waits(ip));
    drop(two_parts());
    run();
    promise.finish(1);
    run();
    assert_eq!(take(), ["a", "b", "got 1", "finally"]);
    assert_eq!(driver::tasks(), 0);
}
