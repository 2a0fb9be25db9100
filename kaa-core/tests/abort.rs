//! Aborts of promises, links and whatever is no coroutine: who is told, in what order, and what is refused.

#![allow(clippy::unit_arg, reason = "`Ok(note(..))` is the shortest machine that notes")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;

use kaa_core::{
    Driver, Error, Flow, InProgress, InProgressAborted, NotAbortable, NotFinished, Promise, Signal,
    TimeoutException, TimerId, WaitsForItself, driver, inprogress, limited, limited_abort,
};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::wait_then;
use trace::{Guard, note, note_reports, run, take};

/// A promise that notes that it was aborted.
fn abortable(name: &'static str) -> (Promise<u8>, InProgress<u8>) {
    let (promise, ip) = InProgress::new();
    promise.on_abort(move |_| note(format_args!("abort {name}")));
    (promise, ip)
}

fn error_of<T: 'static>(ip: &InProgress<T>) -> Error {
    ip.take_result().expect("finished").err().expect("failed")
}

fn is_refused(over: &InProgress<()>) -> bool {
    over.is_finished() && error_of(over).is::<NotAbortable>()
}

fn is_over(over: &InProgress<()>) -> bool {
    matches!(over.take_result(), Some(Ok(())))
}

#[test]
fn s_18_a_promise_that_does_not_know_of_aborts_refuses() {
    let (mut promise, ip) = InProgress::<u8>::new();
    assert!(!ip.is_abortable() && is_refused(&ip.abort()));
    promise.set_abortable(false);
    promise.on_abort(|_| note("never"));
    assert!(!ip.is_abortable() && is_refused(&ip.abort()));
    assert!(!ip.is_finished());
    promise.finish(1);
    assert_eq!(ip.take_result().unwrap().unwrap(), 1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn s_19_callbacks_hear_of_it_while_it_is_pending_then_it_has_failed() {
    note_reports();
    let (_promise, ip) = abortable("producer");
    let inside = ip.clone();
    ip.on_abort(move |error| {
        let error = error.downcast_ref::<InProgressAborted>().unwrap();
        assert_eq!(error.origin(), error.inprogress());
        note(format_args!("consumer {}", inside.is_finished()));
    });
    ip.exception().connect(|error| note(format_args!("failed {}", error.is_aborted())));
    assert!(is_over(&ip.abort()));
    assert!(ip.is_failed());
    drop(ip);
    assert_eq!(take(), ["consumer false", "abort producer", "failed true"]);
}

/// Whether others wait for the same made a difference.
#[test]
fn a_link_to_a_link_to_what_is_noabort_is_left_alone_whoever_else_waits() {
    let (promise, ip) = abortable("never");
    let link = |of: &InProgress<u8>| {
        let (linked, link) = InProgress::new();
        linked.waitfor(of.clone());
        link
    };
    let below = link(&ip.noabort());
    let (above, _other) = (link(&below), link(&below));
    let waits = above.clone();
    let work = wait_then(move || waits, Ok);
    drop(work.abort());
    run();
    assert!(error_of(&work).is_aborted());
    assert!(!above.is_finished());
    promise.finish(4);
    assert_eq!(above.take_result().unwrap().unwrap(), 4);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn s_20_a_veto_refuses_and_harms_nothing() {
    let (promise, ip) = abortable("never");
    let objects = Rc::new(Cell::new(true));
    let objecting = objects.clone();
    promise.on_abort_veto(move || if objecting.get() { Flow::Veto } else { Flow::Continue });
    ip.on_abort(|_| note("told"));
    let refused = ip.abort();
    assert!(error_of(&refused).to_string().contains("vetoed"));
    assert!(!ip.is_finished());
    objects.set(false);
    assert!(is_over(&ip.abort()));
    assert_eq!(take(), ["told", "abort never"]);
    promise.finish(1);
    assert!(error_of(&ip).is_aborted());
}

#[test]
fn s_21_noabort_refuses_and_lets_the_outcome_through() {
    let (promise, ip) = abortable("never");
    let protected = ip.noabort();
    assert!(!protected.is_abortable() && is_refused(&protected.abort()));
    assert!(!ip.is_finished());
    promise.finish(4);
    assert_eq!(protected.take_result().unwrap().unwrap(), 4);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn what_is_noabort_can_be_aborted_itself() {
    let (_promise, ip) = abortable("task");
    let protected = ip.noabort();
    assert!(is_over(&ip.abort()));
    assert!(error_of(&protected).is_aborted());
    assert_eq!(take(), ["abort task"]);
}

#[test]
fn noabort_counts_behind_links() {
    let (promise, ip) = abortable("never");
    let (linked, link) = InProgress::new();
    linked.waitfor(ip.noabort());
    assert!(is_refused(&link.abort()));
    promise.finish(1);
    assert!(link.is_finished());
    assert_eq!(take(), [""; 0]);
}

#[test]
fn what_has_finished_is_refused_and_that_is_no_news() {
    note_reports();
    let ip = InProgress::finished(1);
    drop(ip.abort());
    let refused = ip.abort();
    assert!(error_of(&refused).downcast_ref::<NotAbortable>().unwrap().was_finished());
    assert_eq!(ip.take_result().unwrap().unwrap(), 1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn another_refusal_is_news() {
    note_reports();
    let (promise, ip) = InProgress::<u8>::new();
    drop(ip.abort());
    let reports = take();
    assert_eq!(reports.len(), 1);
    assert!(reports[0].contains("not aborted: its promise cannot be"), "{reports:?}");
    promise.finish(1);
}

#[test]
fn an_abort_is_no_unhandled_failure() {
    note_reports();
    let (promise, ip) = InProgress::<u8>::new();
    promise.on_abort(|_| ());
    drop(ip.abort());
    drop(ip);
    promise.finish(1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_second_abort_changes_nothing() {
    let (_promise, ip) = abortable("once");
    let inside = ip.clone();
    ip.on_abort(move |_| {
        let over = inside.abort();
        note(format_args!("inside: over {}", over.is_finished()));
    });
    assert!(is_over(&ip.abort()));
    assert!(is_refused(&ip.abort()));
    assert_eq!(take(), ["abort once", "inside: over true"]);
}

#[test]
fn a_producer_may_drop_or_finish_its_promise_when_it_is_told() {
    for finishes in [false, true] {
        let (promise, ip) = InProgress::<u8>::new();
        let held = Rc::new(Cell::new(None));
        let holder = held.clone();
        promise.on_abort(move |_| match holder.take() {
            Some(promise) if finishes => Promise::finish(promise, 1),
            promise => drop(promise),
        });
        held.set(Some(promise));
        drop(ip.abort());
        let outcome = ip.take_result().unwrap();
        assert_eq!(outcome.is_ok(), finishes);
        assert!(outcome.is_ok() || outcome.unwrap_err().is_aborted());
    }
}

#[test]
fn a_producer_that_comes_late_is_told_at_once() {
    let (promise, ip) = abortable("early");
    drop(ip.abort());
    promise.on_abort(|error| note(format_args!("late {}", error.is_aborted())));
    assert!(!promise.is_wanted());
    assert_eq!(take(), ["abort early", "late true"]);
    let (other, another) = InProgress::<u8>::new();
    promise.waitfor(another);
    assert!(!other.is_wanted());
    other.finish(1);
}

#[test]
fn a_panic_when_told_stops_nobody() {
    note_reports();
    let (promise, ip) = abortable("first");
    promise.on_abort(|_| panic!("second"));
    promise.on_abort(|_| note("third"));
    ip.on_abort(|_| panic!("consumer"));
    drop(ip.abort());
    assert!(error_of(&ip).is_aborted());
    let panic = |name| format!("Panic in a callback: panicked: {name}");
    let expected = [panic("consumer"), "abort first".into(), panic("second"), "third".into()];
    assert_eq!(take(), expected);
}

#[test]
fn callbacks_for_an_abort_that_never_comes_are_dropped() {
    let (promise, ip) = InProgress::new();
    let (early, late) = (Guard("early"), Guard("late"));
    ip.on_abort(move |_| drop(early));
    promise.finish(1_u8);
    assert_eq!(take(), ["drop early"]);
    ip.on_abort(move |_| drop(late));
    assert_eq!(take(), ["drop late"]);
}

#[test]
fn a_callback_for_an_abort_can_be_taken_back() {
    let (_promise, ip) = abortable("task");
    let connection = ip.on_abort(|_| note("never"));
    assert!(ip.disconnect(connection));
    drop(ip.abort());
    assert_eq!(take(), ["abort task"]);
}

#[test]
fn an_abort_goes_down_a_link_and_stops_before_what_is_shared() {
    let (_promise, ip) = abortable("task");
    let (linked, link) = InProgress::new();
    linked.waitfor(ip.clone());
    // Exception callbacks and handles do not count.
    ip.exception().connect(|error| note(format_args!("task failed {}", error.is_aborted())));
    drop(link.abort());
    assert!(error_of(&link).is_aborted());
    assert_eq!(take(), ["abort task", "task failed true"]);

    let (promise, ip) = abortable("shared");
    let (linked, link) = InProgress::new();
    linked.waitfor(ip.clone());
    ip.connect(|n| note(format_args!("value {n}")));
    drop(link.abort());
    assert!(error_of(&link).is_aborted());
    promise.finish(7);
    assert_eq!(take(), ["value 7"]);
}

#[test]
fn a_promise_that_vetoes_is_left_alone_by_an_abort_from_above() {
    let (promise, ip) = abortable("never");
    promise.on_abort_veto(|| Flow::Veto);
    let (linked, link) = InProgress::new();
    linked.waitfor(ip.clone());
    assert!(is_over(&link.abort()));
    assert!(error_of(&link).is_aborted());
    assert!(!ip.is_finished());
    promise.finish(1);
    assert_eq!(ip.take_result().unwrap().unwrap(), 1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_veto_is_asked_once_and_may_abort_itself() {
    let (promise, ip) = abortable("task");
    let inside = ip.clone();
    promise.on_abort_veto(move || {
        note(format_args!("asked, refused inside: {}", is_refused(&inside.abort())));
        Flow::Continue
    });
    let (linked, link) = InProgress::new();
    linked.waitfor(ip);
    drop(link.abort());
    assert_eq!(take(), ["asked, refused inside: true", "abort task"]);
}

#[test]
fn who_starts_to_wait_when_told_saves_what_it_waits_for() {
    let (promise, ip) = abortable("never");
    let (linked, link) = InProgress::new();
    linked.waitfor(ip.clone());
    link.on_abort(move |_| _ = ip.connect(|n| note(format_args!("saved {n}"))));
    drop(link.abort());
    assert!(error_of(&link).is_aborted());
    promise.finish(1);
    assert_eq!(take(), ["saved 1"]);
}

#[test]
fn the_view_of_an_exception_is_aborted_alone() {
    let (promise, ip) = abortable("never");
    let exception = inprogress(ip.exception());
    assert!(is_over(&exception.abort()));
    assert!(error_of(&exception).is_aborted());
    promise.finish(1);
    assert_eq!(ip.take_result().unwrap().unwrap(), 1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_turn_is_aborted() {
    let turn = inprogress(NotFinished);
    let other = turn.clone();
    assert!(is_over(&turn.abort()));
    assert!(error_of(&other).is_aborted());
    run();
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn the_next_emission_is_aborted_and_disconnected() {
    let signal = Signal::<u8>::new();
    let next = inprogress(&signal);
    assert_eq!(signal.len(), 1);
    drop(next.abort());
    assert!(error_of(&next).is_aborted());
    assert_eq!(signal.len(), 0);
}

/// Hands out its timers when it is told to.
#[derive(Default)]
struct Timers(RefCell<Vec<TimerId>>);

impl Driver for Timers {
    fn now(&self) -> Instant {
        Instant::now()
    }
    fn wake_at(&self, _: Instant, timer: TimerId) {
        self.0.borrow_mut().push(timer);
    }
    fn cancel(&self, timer: TimerId) {
        note("cancel");
        self.0.borrow_mut().retain(|other| *other != timer);
    }
    fn waker(&self) -> std::task::Waker {
        std::task::Waker::noop().clone()
    }
    fn ready(&self) {}
}

impl Timers {
    fn install() -> Rc<Self> {
        let timers = Rc::new(Timers::default());
        driver::install(timers.clone());
        timers
    }

    fn time_is_up(&self) {
        for timer in self.0.take() {
            driver::expired(timer);
        }
    }
}

fn late() -> Error {
    note("late");
    TimeoutException::new().into()
}

#[test]
fn s_23_a_time_that_is_up_aborts_the_work_then_fails() {
    let timers = Timers::install();
    let (_promise, ip) = abortable("work");
    ip.exception().connect(|error| note(format_args!("work: {}", error.is_aborted())));
    let limited = limited_abort(&ip, Instant::now(), late);
    limited.exception().connect(|error| note(format_args!("limited: {}", error.is_timeout())));
    timers.time_is_up();
    assert_eq!(take(), ["late", "abort work", "work: true", "limited: true"]);
}

#[test]
fn s_25_what_cannot_be_aborted_is_left_alone() {
    let timers = Timers::install();
    let (promise, ip) = InProgress::new();
    let limited = limited_abort(&ip, Instant::now(), late);
    timers.time_is_up();
    assert!(error_of(&limited).is_timeout());
    promise.finish(1);
    assert_eq!(ip.take_result().unwrap().unwrap(), 1);

    let (promise, ip) = abortable("shared");
    ip.connect(|n| note(n));
    let limited = limited_abort(&ip, Instant::now(), late);
    timers.time_is_up();
    assert!(error_of(&limited).is_timeout());
    promise.finish(2);
    assert_eq!(take(), ["late", "late", "2"]);
}

#[test]
fn s_26_an_abort_of_a_limit_cancels_and_goes_on() {
    let timers = Timers::install();
    let (_promise, ip) = abortable("work");
    let limited_one = limited(&ip, Instant::now(), late);
    drop(limited_one.abort());
    assert!(error_of(&limited_one).is_aborted());
    assert!(ip.is_failed());
    assert_eq!(take(), ["abort work", "cancel"]);

    let (promise, ip) = InProgress::new();
    let limited_one = limited(&ip, Instant::now(), late);
    drop(limited_one.abort());
    assert!(error_of(&limited_one).is_aborted());
    assert_eq!(take(), ["cancel"]);
    timers.time_is_up();
    promise.finish(1_u8);
    assert_eq!(ip.take_result().unwrap().unwrap(), 1);
}

#[test]
fn a_limit_waits_for_the_clean_up() {
    let timers = Timers::install();
    let (_promise, ip) = abortable("leaf");
    let (clean_up, cleaning) = InProgress::<()>::new();
    let work = wait_then(
        move || ip,
        move |outcome| {
            note(format_args!("work: {}", outcome.unwrap_err().is_aborted()));
            // A coroutine that it starts is its own, and waited for by nobody.
            cleaning.connect(|()| note("cleaned up"));
            Ok(())
        },
    );
    let limited = limited_abort(&work, Instant::now(), late);
    limited.exception().connect(|error| note(format_args!("limited: {}", error.is_timeout())));
    timers.time_is_up();
    assert!(!limited.is_finished());
    run();
    assert!(error_of(&limited).is_timeout());
    clean_up.finish(());
    assert_eq!(take(), ["late", "abort leaf", "work: true", "limited: true", "cleaned up"]);
}

#[test]
fn a_limit_that_is_up_during_an_abort_tells_nobody() {
    let timers = Timers::install();
    let (_promise, ip) = abortable("leaf");
    let work = wait_then(move || ip, |outcome| outcome);
    let limited = limited(&work, Instant::now(), late);
    drop(limited.abort());
    timers.time_is_up();
    assert!(!limited.is_finished());
    run();
    assert!(error_of(&limited).is_aborted());
    assert_eq!(take(), ["abort leaf"]);
}

#[test]
fn promises_in_a_circle_fail() {
    let ((one, first), (other, second)) = (InProgress::<u8>::new(), InProgress::new());
    let (last, third) = InProgress::new();
    one.waitfor(second.clone());
    other.waitfor(third.noabort());
    last.waitfor(first.clone());
    for ip in [first, second, third] {
        assert!(ip.is_finished());
    }
    let (promise, ip) = InProgress::<Error>::new();
    promise.waitfor(inprogress(ip.exception()));
    assert!(error_of(&ip).is::<WaitsForItself>());
}

#[test]
fn what_is_aborted_drops_what_it_held() {
    let (promise, ip) = InProgress::<u8>::new();
    let guard = Guard("callback");
    promise.on_abort(move |_| {
        let _guard = guard;
        note("told");
    });
    drop(ip.abort());
    assert_eq!(take(), ["told", "drop callback"]);
    promise.finish(1);
    let (promise, ip) = InProgress::<u8>::new();
    let guard = Guard("never told");
    promise.on_abort(move |_| drop(guard));
    promise.finish(1);
    drop(ip);
    assert_eq!(take(), ["drop never told"]);
}
