//! Aborts of coroutines: what is told, in what order, and what a clean-up may do.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use kaa::prelude::*;
use kaa::{Error, InProgressAborted, Panicked, Result, driver};

#[path = "../kaa-core/tests/support/trace.rs"]
mod trace;

use trace::{Guard, note, note_reports, run, take};

/// A promise that notes that it was aborted.
fn leaf(name: &'static str) -> (Promise<u8>, InProgress<u8>) {
    let (promise, ip) = InProgress::new();
    promise.on_abort(move |_| note(format_args!("abort {name}")));
    (promise, ip)
}

fn note_abort(who: &str, error: &Error) {
    let aborted = error.downcast_ref::<InProgressAborted>().expect("an abort");
    let (origin, inprogress) = (aborted.origin().name(), aborted.inprogress().name());
    note(format_args!("{who}: {inprogress} by {origin}"));
}

fn error_of<T: 'static>(ip: &InProgress<T>) -> Error {
    ip.take_result().expect("finished").err().expect("failed")
}

/// Notes how its wait ends.
#[kaa::coroutine]
fn waits(name: &'static str, on: InProgress<u8>) -> Result<u8> {
    let _guard = Guard(name);
    match yield_!(on) {
        Ok(n) => Ok(n),
        Err(error) => {
            note_abort(name, &error);
            Err(error)
        }
    }
}

#[test]
fn s_50_what_is_waited_for_first_then_the_coroutine() {
    note_reports();
    let (_promise, ip) = leaf("leaf");
    let work = waits("work", ip);
    let over = work.abort();
    assert_eq!(take(), ["abort leaf"]);
    assert!(!over.is_finished());
    run();
    assert!(matches!(over.take_result(), Some(Ok(()))));
    note_abort("outcome", &error_of(&work));
    assert_eq!(take(), ["work: promise by waits", "drop work", "outcome: waits by waits"]);
}

/// Goes on as if nothing had happened.
#[kaa::coroutine]
fn catches(on: InProgress<u8>) -> Result<u8> {
    let waited_for = on.clone();
    match yield_!(on) {
        Ok(n) => Ok(n),
        Err(error) => {
            note_abort("caught", &error);
            note(waited_for.is_finished());
            Ok(1)
        }
    }
}

#[test]
fn s_51_it_ends_aborted_whatever_it_returns() {
    let (_promise, ip) = leaf("leaf");
    let work = catches(ip);
    let over = work.abort();
    run();
    assert!(matches!(over.take_result(), Some(Ok(()))));
    assert!(error_of(&work).is_aborted());
    assert_eq!(take(), ["abort leaf", "caught: promise by catches", "true"]);
}

#[kaa::coroutine]
fn yields_again(on: InProgress<u8>, again: Option<InProgress<u8>>) -> Result<u8> {
    let _outer = Guard("outer");
    let first = yield_!(on);
    let _inner = Guard("inner");
    match again {
        Some(again) => yield_!(again)?,
        None => {
            yield_!()?;
            0
        }
    };
    note("never");
    first
}

#[test]
fn s_52_a_yield_in_the_clean_up_ends_it_there() {
    let (_promise, ip) = leaf("leaf");
    let work = yields_again(ip, None);
    drop(work.abort());
    run();
    assert!(error_of(&work).is_aborted());
    assert_eq!(take(), ["abort leaf", "drop inner", "drop outer"]);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn a_pending_yield_in_the_clean_up_drops_the_locals_in_order() {
    let ((_promise, ip), (never, again)) = (leaf("leaf"), leaf("again"));
    let work = yields_again(ip, Some(again));
    drop(work.abort());
    run();
    assert!(error_of(&work).is_aborted());
    assert_eq!(take(), ["abort leaf", "drop inner", "drop outer"]);
    assert!(!never.is_wanted());
    never.finish(1);
}

#[test]
fn what_is_there_already_may_be_yielded_in_the_clean_up() {
    let (_promise, ip) = leaf("leaf");
    let work = yields_again(ip, Some(InProgress::finished(3)));
    drop(work.abort());
    run();
    assert!(error_of(&work).is_aborted());
    assert_eq!(take(), ["abort leaf", "never", "drop inner", "drop outer"]);
}

#[kaa::coroutine]
fn cleans_up(on: InProgress<u8>, connection: InProgress<()>) -> Result<u8> {
    let outcome = yield_!(on);
    note("closing");
    yield_!(connection.noabort())?;
    note("closed");
    outcome
}

#[test]
fn a_clean_up_may_wait_for_noabort_and_the_abort_waits_for_it() {
    let ((_promise, ip), (close, closing)) = (leaf("leaf"), InProgress::new());
    let work = cleans_up(ip, closing);
    let over = work.abort();
    run();
    assert_eq!(take(), ["abort leaf", "closing"]);
    let second = work.abort();
    assert!(!over.is_finished() && !second.is_finished());
    close.finish(());
    run();
    assert!(over.is_finished() && !second.is_failed());
    assert!(error_of(&work).is_aborted());
    assert_eq!(take(), ["closed"]);
}

#[test]
fn s_53_innermost_first_each_with_what_it_waited_for() {
    let (_promise, ip) = leaf("leaf");
    let inner = waits("inner", ip);
    let middle = waits("middle", inner);
    let outer = waits("outer", middle);
    drop(outer.abort());
    run();
    assert!(error_of(&outer).is_aborted());
    let trace = [
        "abort leaf",
        "inner: promise by waits",
        "drop inner",
        "middle: waits by waits",
        "drop middle",
        "outer: waits by waits",
        "drop outer",
    ];
    assert_eq!(take(), trace);
}

#[test]
fn s_54_what_another_waits_for_is_left_alone() {
    let (_promise, ip) = leaf("leaf");
    let task = waits("task", ip);
    let a = waits("a", task.clone());
    let b = waits("b", task.clone());
    drop(task);
    drop(a.abort());
    run();
    assert!(error_of(&a).is_aborted());
    assert_eq!(take(), ["a: waits by waits", "drop a"]);
    drop(b.abort());
    run();
    let rest = ["abort leaf", "task: promise by waits", "drop task", "b: waits by waits", "drop b"];
    assert_eq!(take(), rest);
}

#[test]
fn s_55_what_is_noabort_goes_on() {
    let (promise, ip) = leaf("leaf");
    let task = waits("task", ip);
    let a = waits("a", task.noabort());
    let over = a.abort();
    run();
    assert!(over.is_finished());
    assert!(error_of(&a).is_aborted());
    promise.finish(4);
    run();
    assert_eq!(task.take_result().unwrap().unwrap(), 4);
    assert_eq!(take(), ["a: noabort by waits", "drop a", "drop task"]);
}

#[kaa::coroutine]
fn goes_on(on: InProgress<u8>) -> Result<&'static str> {
    match yield_!(on) {
        Ok(_) => Ok("finished"),
        Err(error) => {
            note_abort("top", &error);
            yield_!()?;
            Ok("went on")
        }
    }
}

#[test]
fn s_56_who_waits_for_what_is_aborted_is_not_aborted() {
    let (_promise, ip) = leaf("leaf");
    let middle = waits("middle", ip);
    let top = goes_on(middle.clone());
    drop(middle.abort());
    run();
    assert_eq!(top.take_result().unwrap().unwrap(), "went on");
    let trace = ["abort leaf", "middle: promise by waits", "drop middle", "top: waits by waits"];
    assert_eq!(take(), trace);
}

#[kaa::coroutine]
fn aborts_itself(me: Rc<RefCell<Option<InProgress<u8>>>>, waits: bool) -> Result<u8> {
    let _guard = Guard("guard");
    yield_!()?;
    drop(me.take().expect("its own handle").abort());
    note("still here");
    if waits {
        let outcome = yield_!();
        note_abort("told", &outcome.unwrap_err());
    }
    Ok(1)
}

#[test]
fn an_abort_of_its_own_takes_effect_at_the_next_suspension() {
    for waits in [true, false] {
        let me = Rc::new(RefCell::new(None));
        let work = aborts_itself(me.clone(), waits);
        *me.borrow_mut() = Some(work.clone());
        run();
        let outcome = work.take_result().unwrap();
        if waits {
            assert!(outcome.unwrap_err().is_aborted());
            let told = "told: aborts_itself by aborts_itself";
            assert_eq!(take(), ["still here", told, "drop guard"]);
        } else {
            // There was no next suspension.
            assert_eq!(outcome.unwrap(), 1);
            assert_eq!(take(), ["still here", "drop guard"]);
        }
    }
}

#[kaa::coroutine]
fn aborts_what_waits_for_it(
    outer: Rc<RefCell<Option<InProgress<u8>>>>,
    on: InProgress<u8>,
) -> Result<u8> {
    yield_!()?;
    drop(outer.take().expect("what waits for it").abort());
    let outcome = yield_!(on);
    note_abort("inner", outcome.as_ref().unwrap_err());
    outcome
}

#[test]
fn an_abort_that_comes_from_inside_reaches_what_runs_when_it_suspends() {
    let (_promise, ip) = leaf("leaf");
    let cell = Rc::new(RefCell::new(None));
    let outer = waits("outer", aborts_what_waits_for_it(cell.clone(), ip));
    *cell.borrow_mut() = Some(outer.clone());
    run();
    assert!(error_of(&outer).is_aborted());
    let trace = [
        "abort leaf",
        "inner: promise by waits",
        "outer: aborts_what_waits_for_it by waits",
        "drop outer",
    ];
    assert_eq!(take(), trace);
}

#[test]
fn one_that_is_queued_and_never_ran_is_dropped_unrun() {
    // From the 65th nested start on, they are queued.
    fn nest(left: u32, made: &RefCell<Vec<InProgress<u8>>>, on: &InProgress<u8>) {
        if left > 0 {
            let inner = Rc::new(RefCell::new(Vec::new()));
            let (made_inside, on) = (inner.clone(), on.clone());
            drop(start(move || nest(left - 1, &made_inside, &on)));
            made.borrow_mut().append(&mut inner.borrow_mut());
        } else {
            made.borrow_mut().push(waits("never", on.clone()));
        }
    }
    #[kaa::coroutine]
    fn start(body: impl FnOnce() + 'static) {
        body();
    }
    let (promise, ip) = leaf("leaf");
    let made = RefCell::new(Vec::new());
    nest(64, &made, &ip);
    let queued = made.take().pop().unwrap();
    assert!(!queued.is_finished() && promise.is_wanted());
    let over = queued.abort();
    assert!(over.is_finished());
    assert!(error_of(&queued).is_aborted());
    run();
    drop(ip);
    assert!(!promise.is_wanted());
    promise.finish(1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn one_that_is_about_to_be_resumed_gets_the_abort() {
    let (promise, ip) = leaf("leaf");
    let work = waits("work", ip);
    promise.finish(1);
    let over = work.abort();
    assert!(!over.is_finished());
    run();
    assert!(error_of(&work).is_aborted());
    assert_eq!(take(), ["work: promise by waits", "drop work"]);
}

#[kaa::coroutine]
fn fails_in_the_clean_up(on: InProgress<u8>, panics: bool) -> Result<u8> {
    drop(yield_!(on));
    assert!(!panics, "in the clean-up");
    Err(std::fmt::Error.into())
}

#[test]
fn what_goes_wrong_in_the_clean_up_is_reported() {
    note_reports();
    for panics in [false, true] {
        let (_promise, ip) = leaf("leaf");
        let work = fails_in_the_clean_up(ip, panics);
        drop(work.abort());
        run();
        let error = error_of(&work);
        assert!(error.is_aborted() && !error.is::<Panicked>());
        let report = take().pop().unwrap();
        assert!(report.starts_with("Unhandled asynchronous exception: "), "{report}");
        assert_eq!(report.contains("in the clean-up"), panics);
    }
}

#[kaa::coroutine]
fn fails_with_a_text(on: InProgress<u8>) -> Result<u8, String> {
    Ok(yield_!(on)?)
}

#[test]
fn an_abort_that_comes_back_as_a_text_is_no_news() {
    note_reports();
    let (_promise, ip) = leaf("leaf");
    drop(fails_with_a_text(ip).abort());
    run();
    assert_eq!(take(), ["abort leaf"]);
}

#[kaa::coroutine]
fn fails_with_another_text(on: InProgress<u8>) -> Result<u8, String> {
    drop(yield_!(on));
    Err("transaction aborted: deadlock".to_owned())
}

#[test]
fn a_text_that_only_looks_like_an_abort_is_reported() {
    note_reports();
    let (_promise, ip) = leaf("leaf");
    drop(fails_with_another_text(ip).abort());
    run();
    let report = take().pop().unwrap();
    assert!(report.contains("transaction aborted: deadlock"), "{report}");
}

#[test]
fn a_callback_that_is_told_may_run_the_queue() {
    let (_promise, ip) = leaf("leaf");
    let inner = waits("inner", ip);
    inner.on_abort(|_| {
        note("told");
        run();
    });
    let outer = waits("outer", inner);
    drop(outer.abort());
    run();
    assert!(error_of(&outer).is_aborted());
    let trace = [
        "told",
        "abort leaf",
        "inner: promise by waits",
        "drop inner",
        "outer: waits by waits",
        "drop outer",
    ];
    assert_eq!(take(), trace);
}

#[test]
fn the_end_of_the_loop_is_stronger_than_a_clean_up() {
    let ((_promise, ip), (_never, closing)) = (leaf("leaf"), InProgress::<()>::new());
    let work = cleans_up(ip, closing);
    let over = work.abort();
    run();
    driver::abandon_all();
    assert!(over.is_finished());
    assert!(error_of(&work).is::<kaa::Abandoned>());
    assert_eq!(take(), ["abort leaf", "closing"]);
}

/// CPython #86296 and #95704: an abort that comes when the wait is over was swallowed there.
#[test]
fn an_abort_that_comes_with_the_value_is_not_swallowed() {
    let (promise, ip) = leaf("leaf");
    let work = waits("work", ip.clone());
    let aborts = work.clone();
    ip.connect(move |_| drop(aborts.abort()));
    promise.finish(1);
    run();
    assert!(error_of(&work).is_aborted());
    assert_eq!(take(), ["work: promise by waits", "drop work"]);
}

/// twisted #4632: an abort that did not reach what was waited for.
#[test]
fn an_abort_reaches_what_is_waited_for_through_links() {
    let (_promise, ip) = leaf("leaf");
    let (linked, link) = InProgress::new();
    linked.waitfor(waits("inner", ip));
    let outer = waits("outer", link);
    drop(outer.abort());
    run();
    assert!(error_of(&outer).is_aborted());
    let trace = [
        "abort leaf",
        "inner: promise by waits",
        "drop inner",
        "outer: promise by waits",
        "drop outer",
    ];
    assert_eq!(take(), trace);
}

#[test]
fn s_58_a_delay_is_aborted_and_never_fires() {
    let delay = kaa::delay(std::time::Duration::from_millis(1));
    drop(delay.abort());
    assert!(error_of(&delay).is_aborted());
    let fired = Rc::new(Cell::new(false));
    let fires = fired.clone();
    delay.connect(move |()| fires.set(true));
    kaa::delay(std::time::Duration::from_millis(5)).wait().unwrap();
    assert!(!fired.get());
}

#[test]
fn s_57_a_coroutine_that_is_timed_out_cleans_up_before_its_waiter_is_told() {
    let (_promise, ip) = leaf("leaf");
    let work = waits("work", ip);
    let limit = std::time::Duration::from_millis(2);
    let user = tells_of_the_time(work.timeout_abort(limit));
    user.wait().unwrap();
    assert_eq!(take(), ["abort leaf", "work: promise by timeout", "drop work", "too late"]);
}

#[kaa::coroutine]
fn tells_of_the_time(on: InProgress<u8>) {
    let error = yield_!(on).unwrap_err();
    assert!(error.is_timeout());
    note("too late");
}
