//! A failure that nobody takes, reads or is told of is reported, exactly once, when its last reference goes.

#![allow(clippy::unit_arg, reason = "`Ok(note(..))` is the shortest machine that notes")]

use kaa_core::{Error, InProgress, InUse, Signal, driver, inprogress, report};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::{repeat, wait_then};
use trace::{Guard, note_reports, run, take};

const REPORT: &str = "Unhandled asynchronous exception: broken";

fn broken() -> Error {
    Error::message("broken")
}

/// Makes a failure that has two handles, does something to it, and drops it.
fn reports(of: impl FnOnce(&InProgress<u8>)) -> Vec<String> {
    note_reports();
    let (promise, ip) = InProgress::new();
    let other = ip.clone();
    promise.throw(broken());
    of(&ip);
    drop(ip);
    assert_eq!(take(), [""; 0], "reported too early");
    drop(other);
    take()
}

#[test]
fn what_nobody_looks_at_is_reported_once() {
    assert_eq!(reports(|_| ()), [REPORT]);
}

#[test]
fn asking_whether_it_failed_is_not_handling() {
    assert_eq!(reports(|ip| assert!(ip.is_failed())), [REPORT]);
}

#[test]
fn a_callback_for_the_value_is_not_told() {
    assert_eq!(reports(|ip| _ = ip.connect(|_| ())), [REPORT]);
}

#[test]
fn taking_is_handling() {
    assert_eq!(reports(|ip| assert!(ip.take_result().unwrap().is_err())), [""; 0]);
}

#[test]
fn an_exception_callback_is_told_early_or_late() {
    assert_eq!(reports(|ip| _ = ip.exception().connect(|_| ())), [""; 0]);
    let (promise, ip) = InProgress::<()>::new();
    ip.exception().connect(|_| ());
    promise.throw(broken());
    drop(ip);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_disconnected_exception_callback_is_not_told() {
    note_reports();
    let (promise, ip) = InProgress::<()>::new();
    let connection = ip.exception().connect(|_| ());
    assert!(ip.disconnect(connection));
    promise.throw(broken());
    drop(ip);
    assert_eq!(take(), [REPORT]);
}

#[test]
fn the_exception_as_in_progress_is_told() {
    assert_eq!(reports(|ip| drop(inprogress(ip.exception()))), [""; 0]);
}

#[test]
fn a_coroutine_that_waits_is_told() {
    let taker = |ip: &InProgress<u8>| {
        let ip = ip.clone();
        drop(wait_then(move || ip, |outcome| Ok(assert!(outcome.is_err()))));
    };
    assert_eq!(reports(taker), [""; 0]);
}

#[test]
fn sharing_hands_the_duty_on() {
    note_reports();
    let (promise, ip) = InProgress::<u8>::new();
    let (linked, link) = InProgress::new();
    linked.waitfor(ip);
    promise.throw(broken());
    assert_eq!(take(), [""; 0]);
    drop(link);
    assert_eq!(take(), [REPORT]);
}

#[test]
fn being_told_through_a_link_is_handling() {
    note_reports();
    let (promise, ip) = InProgress::<u8>::new();
    let (linked, link) = InProgress::new();
    linked.waitfor(ip.clone());
    link.exception().connect(|_| ());
    promise.throw(broken());
    drop((ip, link));
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_failure_that_could_not_be_taken_is_still_reported() {
    note_reports();
    let (promise, ip) = InProgress::<u8>::new();
    let inside = ip.clone();
    ip.connect(move |_| assert!(inside.take_result().unwrap().unwrap_err().is::<InUse>()));
    promise.throw(broken());
    drop(ip);
    assert_eq!(take(), [REPORT]);
}

#[test]
fn a_coroutine_that_fails_without_a_handle_is_reported() {
    note_reports();
    drop(wait_then(|| InProgress::finished(()), |_| Err::<(), _>(broken())));
    assert_eq!(take(), [REPORT]);
    drop(wait_then(|| inprogress(kaa_core::NotFinished), |_| Err::<(), _>(broken())));
    run();
    assert_eq!(take(), [REPORT]);
}

#[test]
fn what_was_abandoned_with_the_loop_is_no_news() {
    note_reports();
    let (promise, ip) = InProgress::<()>::new();
    drop(repeat(1, move |_| ip.clone()));
    driver::abandon_all();
    drop(promise);
    let (abandoned, ip) = InProgress::<()>::new();
    drop(abandoned);
    drop(ip);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn what_was_abandoned_with_the_thread_is_no_news() {
    let (reports, reported) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        report::set_reporter(Some(std::rc::Rc::new(move |report: &report::Report| {
            reports.send(report.to_string()).unwrap();
        })));
        let ((promise, ip), (inner, _)) = (InProgress::<()>::new(), InProgress::<()>::new());
        drop(wait_then(move || ip, |_| Ok(drop(inner))));
        // Not dropped before the tasks of the thread are.
        std::mem::forget(promise);
    });
    assert!(thread.join().is_ok());
    assert_eq!(reported.iter().next(), None);
}

#[test]
fn a_reporter_that_panics_harms_nobody() {
    report::set_reporter(Some(std::rc::Rc::new(|_: &report::Report| panic!("no paper"))));
    // Many, because drops that are nested deeply are put off.
    for _ in 0..40 {
        drop(InProgress::<u8>::failed(broken()));
    }
    drop(InProgress::finished(Guard("value")).clone());
    assert_eq!(take(), ["drop value"]);
}

#[test]
fn the_text_has_heading_causes_and_origin() {
    let caused = std::io::Error::other(Chained(std::fmt::Error));
    let report = report::Report { heading: report::UNHANDLED, error: caused.into(), origin: None };
    let expected =
        format!("Unhandled asynchronous exception: outer\n  caused by: {}\n", std::fmt::Error);
    assert_eq!(report.to_string(), expected);
}

#[derive(Debug)]
struct Chained(std::fmt::Error);

impl std::fmt::Display for Chained {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("outer")
    }
}

impl std::error::Error for Chained {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn the_report_says_where_the_failure_was_made() {
    let origins = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let noted = origins.clone();
    report::set_reporter(Some(std::rc::Rc::new(move |report: &report::Report| {
        noted.borrow_mut().push(report.origin.map(|origin| origin.to_string()).unwrap());
    })));
    let signal = Signal::<u8>::new();
    let next = inprogress(&signal);
    drop((signal, next));
    drop(InProgress::<()>::failed(broken()));
    let here = line!() - 1;
    drop(wait_then(|| InProgress::finished(()), |_| Err::<(), _>(broken())));
    let coroutine = "coroutine `sample` at sample.rs:1".to_owned();
    let created = [here - 2, here].map(|line| format!("created at {}:{line}", file!()));
    assert_eq!(*origins.borrow(), [&created[..], &[coroutine]].concat());
}
