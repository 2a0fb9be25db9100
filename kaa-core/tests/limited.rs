//! Links that are cut when the time is up.

#![allow(clippy::unit_arg, reason = "`Ok(note(..))` is the shortest machine that notes")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa_core::{Driver, Error, InProgress, Panicked, TimeoutException, TimerId, driver, limited};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::wait_then;
use trace::{Bad, note, note_reports, run, take};

/// Notes what it is asked for.
struct Loop {
    start: Instant,
    timers: RefCell<Vec<TimerId>>,
    ready: Cell<u32>,
}

impl Driver for Loop {
    fn now(&self) -> Instant {
        self.start
    }
    fn wake_at(&self, deadline: Instant, timer: TimerId) {
        note(format_args!("wake after {:?}", deadline - self.start));
        self.timers.borrow_mut().push(timer);
    }
    fn cancel(&self, timer: TimerId) {
        note("cancel");
        self.timers.borrow_mut().retain(|other| *other != timer);
    }
    fn waker(&self) -> std::task::Waker {
        std::task::Waker::noop().clone()
    }
    fn ready(&self) {
        self.ready.set(self.ready.get() + 1);
    }
}

fn install() -> Rc<Loop> {
    let timers = RefCell::default();
    let installed = Rc::new(Loop { start: Instant::now(), timers, ready: Cell::new(0) });
    driver::install(installed.clone());
    note_reports();
    installed
}

impl Loop {
    /// All that it was asked for has come.
    fn time_is_up(&self) {
        for timer in self.timers.take() {
            driver::expired(timer);
        }
    }

    fn limit<T>(&self, of: &InProgress<T>) -> InProgress<T> {
        let duration = Duration::from_secs(3);
        limited(of, self.start + duration, move || TimeoutException::after(duration).into())
    }
}

#[test]
fn what_finishes_in_time_is_shared_and_the_timer_cancelled() {
    let turning = install();
    let (promise, ip) = InProgress::new();
    let limited = turning.limit(&ip);
    promise.finish(1);
    assert_eq!(take(), ["wake after 3s", "cancel"]);
    assert_eq!(limited.take_result().unwrap().unwrap(), 1);
    assert!(ip.take_result().unwrap().is_err());
}

#[test]
fn what_is_late_fails_and_the_work_goes_on() {
    let turning = install();
    let (promise, ip) = InProgress::new();
    let limited = turning.limit(&ip);
    turning.time_is_up();
    let error = limited.take_result().unwrap().unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "timed out after 3s");
    promise.finish(1);
    assert_eq!(ip.take_result().unwrap().unwrap(), 1);
    assert_eq!(take(), ["wake after 3s"]);
}

#[test]
fn when_cut_the_source_may_be_wanted_by_nobody() {
    let turning = install();
    let (promise, ip) = InProgress::<()>::new();
    let limited = turning.limit(&ip);
    drop(ip);
    assert!(promise.is_wanted());
    turning.time_is_up();
    assert!(!promise.is_wanted());
    assert!(limited.take_result().unwrap().is_err());
    promise.finish(());
}

#[test]
fn dropping_the_last_handle_cancels_and_unlinks_at_once() {
    let turning = install();
    let (promise, ip) = InProgress::<()>::new();
    let limited = turning.limit(&ip);
    drop(ip);
    let other = limited.clone();
    drop(limited);
    assert_eq!(take(), ["wake after 3s"]);
    drop(other);
    assert_eq!(take(), ["cancel"]);
    assert!(!promise.is_wanted());
    turning.time_is_up();
    promise.finish(());
}

#[test]
fn one_with_a_callback_runs_without_a_handle() {
    let turning = install();
    let (promise, ip) = InProgress::<()>::new();
    turning.limit(&ip).exception().connect(|error| note(error));
    turning.time_is_up();
    assert_eq!(take(), ["wake after 3s", "timed out after 3s"]);
    promise.finish(());
}

#[test]
fn a_coroutine_that_waits_is_told() {
    let turning = install();
    let (promise, ip) = InProgress::<()>::new();
    let limited = turning.limit(&ip);
    drop(wait_then(move || limited, |outcome| Ok(note(outcome.unwrap_err()))));
    turning.time_is_up();
    assert_eq!(turning.ready.get(), 1);
    run();
    assert_eq!(take(), ["wake after 3s", "timed out after 3s"]);
    promise.finish(());
}

#[test]
fn abandoning_the_coroutine_that_waits_cancels() {
    let turning = install();
    let (promise, ip) = InProgress::<()>::new();
    let limited = turning.limit(&ip);
    drop(wait_then(move || limited, Ok));
    driver::abandon_all();
    assert_eq!(take(), ["wake after 3s", "cancel"]);
    promise.finish(());
}

#[test]
fn links_of_links_are_cut_and_let_go_like_others() {
    let turning = install();
    let (promise, ip) = InProgress::<()>::new();
    let inner = turning.limit(&ip);
    let outer = turning.limit(&inner);
    drop((ip, inner));
    take();
    drop(outer);
    assert_eq!(take(), ["cancel", "cancel"]);
    assert!(!promise.is_wanted());
    promise.finish(());
}

#[test]
fn what_has_finished_needs_no_timer() {
    let turning = install();
    let limited = turning.limit(&InProgress::finished(1));
    assert_eq!(limited.take_result().unwrap().unwrap(), 1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn ids_that_are_not_known_are_ignored() {
    let turning = install();
    let (promise, ip) = InProgress::new();
    let limited = turning.limit(&ip);
    let timer = turning.timers.borrow()[0];
    promise.finish(1);
    driver::expired(timer);
    driver::expired(timer);
    assert_eq!(limited.take_result().unwrap().unwrap(), 1);
}

#[test]
fn the_error_may_drop_the_last_handle_and_finish_the_source() {
    let turning = install();
    let (promise, ip) = InProgress::new();
    let cell = Rc::new(RefCell::new(None));
    let inside = cell.clone();
    let limited = limited(&ip, turning.start, move || {
        promise.finish(1);
        drop(inside.take());
        note("asked");
        Error::message("late")
    });
    *cell.borrow_mut() = Some(limited);
    turning.time_is_up();
    let report = "Unhandled asynchronous exception: late";
    assert_eq!(take(), ["wake after 0ns", "asked", report]);
    assert_eq!(ip.take_result().unwrap().unwrap(), 1);
}

#[test]
fn a_panic_in_the_error_is_the_error() {
    let turning = install();
    let (promise, ip) = InProgress::<()>::new();
    let limited = limited(&ip, turning.start, || panic!("oops"));
    turning.time_is_up();
    assert!(limited.take_result().unwrap().unwrap_err().is::<Panicked>());
    promise.finish(());
}

#[test]
fn a_panic_when_the_error_is_dropped_harms_nobody_else() {
    let turning = install();
    let (promise, ip) = InProgress::new();
    let limit = |bad: Bad| {
        limited(&ip, turning.start, move || {
            let _bad = &bad;
            TimeoutException::new().into()
        })
    };
    drop(limit(Bad("unwanted")));
    assert_eq!(take(), ["wake after 0ns", "cancel", "Panic in a drop: panicked: unwanted"]);

    let in_time = limit(Bad("in time"));
    ip.connect(|n: &i32| note(n));
    let coroutine = wait_then(move || in_time, Ok);
    promise.finish(1);
    run();
    let report = "Panic in a drop: panicked: in time";
    assert_eq!(take(), ["wake after 0ns", "cancel", report, "1"]);
    assert!(coroutine.is_finished());
}

#[test]
fn without_a_loop_it_fails_and_says_so() {
    let (promise, ip) = InProgress::<()>::new();
    let limited = limited(&ip, Instant::now(), || TimeoutException::new().into());
    let error = limited.take_result().unwrap().unwrap_err();
    assert!(error.to_string().starts_with("no loop is installed on this thread"));
    promise.finish(());
}

#[test]
fn the_loop_is_told_when_the_queue_is_not_empty_any_more() {
    let turning = install();
    let _turns = machines::turns(3, |_| ());
    assert_eq!(turning.ready.get(), 1);
    let _more = machines::turns(3, |_| ());
    run();
    assert_eq!(turning.ready.get(), 1);
    assert!(driver::uninstall().is_some());
    let _others = machines::turns(3, |_| ());
    assert_eq!(turning.ready.get(), 1);
    assert!(driver::has_ready());
}
