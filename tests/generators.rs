//! Generators: what is emitted, when the body runs, and what becomes of it.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{Generator, InProgressStatus, driver, report};

thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn note(line: impl Into<String>) {
    TRACE.with_borrow_mut(|trace| trace.push(line.into()));
}

fn take() -> Vec<String> {
    TRACE.take()
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

fn note_reports() {
    report::set_reporter(Some(Rc::new(|report: &report::Report| {
        note(report.to_string().lines().next().unwrap_or_default());
    })));
}

fn taken<T: 'static>(ip: &InProgress<T>) -> T {
    ip.take_result().expect("finished").expect("no failure")
}

/// The next value, which is there or comes without a wait.
fn next<T: 'static>(of: &Generator<T>) -> Option<T> {
    let next = of.next();
    run();
    taken(&next)
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        note("drop");
    }
}

#[kaa::generator]
fn count(upto: u32) -> kaa::Result<u32> {
    let _guard = Guard;
    for n in 0..upto {
        note(format!("makes {n}"));
        emit_!(n)?;
    }
    note("ends");
    Ok(())
}

#[test]
fn s_81_each_value_is_asked_for_and_the_end_is_none() {
    let counting = count(3);
    assert_eq!([next(&counting), next(&counting), next(&counting)], [Some(0), Some(1), Some(2)]);
    assert_eq!([next(&counting), next(&counting)], [None, None]);
    assert!(counting.is_finished());
}

#[test]
fn the_body_is_at_most_one_value_ahead() {
    let counting = count(2);
    run();
    assert_eq!(take(), ["makes 0"]);
    assert_eq!(taken(&counting.next()), Some(0));
    assert_eq!(take(), [""; 0]);
    run();
    assert_eq!(take(), ["makes 1"]);
    assert_eq!(taken(&counting.next()), Some(1));
    run();
    assert_eq!(take(), ["ends", "drop"]);
}

#[test]
fn several_may_ask_at_once_and_are_served_in_order() {
    let counting = count(2);
    let asked = [counting.next(), counting.next(), counting.next(), counting.next()];
    run();
    assert_eq!(asked.each_ref().map(taken), [Some(0), Some(1), None, None]);
}

#[kaa::generator]
fn fails_after(values: u32) -> Result<u32, fmt::Error> {
    for n in 0..values {
        let _ = emit_!(n);
    }
    Err(fmt::Error)
}

#[test]
fn a_failure_comes_once_after_the_values() {
    let failing = fails_after(1);
    assert_eq!(next(&failing), Some(0));
    let failed = failing.next();
    run();
    assert!(failed.take_result().unwrap().unwrap_err().is::<fmt::Error>());
    assert_eq!(next(&failing), None);
    let at_once = fails_after(0);
    assert!(at_once.next().take_result().unwrap().is_err());
    assert_eq!(next(&at_once), None);
}

#[test]
fn a_failure_is_what_those_wait_for_who_asked_before() {
    let failing = fails_after(1);
    let asked = [failing.next(), failing.next(), failing.next()];
    run();
    assert_eq!(taken(&asked[0]), Some(0));
    assert!(asked[1].take_result().unwrap().is_err());
    assert_eq!(taken(&asked[2]), None);
}

#[test]
fn a_failure_that_nobody_asks_for_is_reported_once() {
    note_reports();
    let failing = fails_after(1);
    assert_eq!(next(&failing), Some(0));
    run();
    assert_eq!(take(), [""; 0]);
    drop(failing);
    assert_eq!(take(), [format!("Unhandled asynchronous exception: {}", fmt::Error)]);
}

#[test]
fn what_is_not_taken_goes_to_whoever_asks_next() {
    let counting = count(3);
    drop(counting.next());
    run();
    assert_eq!(next(&counting), Some(0));
    let asked = [counting.next(), counting.next()];
    drop(asked[1].abort());
    run();
    assert!(asked[1].take_result().unwrap().is_err());
    assert_eq!(taken(&asked[0]), Some(1));
    assert_eq!(next(&counting), Some(2));
}

#[test]
fn when_nobody_can_ask_any_more_the_body_ends_where_it_emits() {
    note_reports();
    drop(count(10));
    assert_eq!(take(), ["makes 0"]);
    run();
    assert_eq!(take(), ["drop"]);
    assert_eq!(driver::tasks(), 0);
}

#[kaa::generator]
fn works_first(until: InProgress<()>) -> kaa::Result<u32> {
    let _guard = Guard;
    yield_!(until)?;
    note("worked");
    loop {
        let emitted = emit_!(1);
        note(format!("emitted: {}", emitted.is_ok()));
    }
}

#[test]
fn work_that_is_under_way_goes_on_to_the_next_emit() {
    note_reports();
    let (promise, until) = InProgress::new();
    drop(works_first(until));
    run();
    assert_eq!(take(), [""; 0]);
    promise.finish(());
    run();
    // It may clean up, and is dropped where it emits once more.
    assert_eq!(take(), ["worked", "emitted: false", "drop"]);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn an_abort_stops_it_where_it_is() {
    let (promise, until) = InProgress::new();
    let working = works_first(until);
    let over = working.abort();
    run();
    assert!(over.is_finished() && !over.is_failed());
    assert_eq!(take(), ["drop"]);
    assert!(working.next().take_result().unwrap().unwrap_err().is_aborted());
    assert_eq!(next(&working), None);
    promise.finish(());
}

#[test]
fn a_value_that_was_emitted_before_an_abort_can_still_be_taken() {
    let counting = count(3);
    drop(counting.abort());
    run();
    assert_eq!(next(&counting), Some(0));
    assert!(counting.next().take_result().unwrap().unwrap_err().is_aborted());
}

#[kaa::generator]
fn plain() -> u8 {
    for n in 0..2 {
        let _ = emit_!(n);
    }
}

#[kaa::generator]
fn of_options() -> Option<u8> {
    let _ = emit_!(None);
    let _ = emit_!(Some(1));
}

#[kaa::generator]
fn of_nothing() -> fmt::Result {
    emit_!(()).map_err(|_| fmt::Error)?;
    Ok(())
}

#[kaa::generator]
fn empty() -> kaa::Result<u8> {
    Ok(())
}

#[kaa::generator]
fn generic<T: Clone + 'static>(value: T) -> kaa::Result<T> {
    emit_!(value.clone())?;
    emit_!(value)
}

#[test]
fn values_of_any_type_can_be_emitted() {
    let plain = plain();
    assert_eq!([next(&plain), next(&plain), next(&plain)], [Some(0), Some(1), None]);
    let options = of_options();
    assert_eq!([next(&options), next(&options)], [Some(None), Some(Some(1))]);
    assert_eq!(next(&of_nothing()), Some(()));
    assert_eq!(next(&empty()), None);
    let generic = generic("a".to_owned());
    assert_eq!([next(&generic), next(&generic)], [Some("a".to_owned()), Some("a".to_owned())]);
}

struct Book {
    pages: u32,
}

impl Book {
    #[kaa::generator(progress)]
    fn read(self: Rc<Self>, progress: Rc<InProgressStatus>, from: u32) -> kaa::Result<u32> {
        for page in from..self.pages {
            progress.set(u64::from(page), u64::from(self.pages));
            emit_!(page)?;
        }
        Ok(())
    }
}

#[test]
fn methods_generate_and_tell_how_far_they_are() {
    let reading = Rc::new(Book { pages: 10 }).read(5);
    assert_eq!(reading.progress().unwrap().to_string(), "5/10 (50%)");
    assert_eq!([next(&reading), next(&reading)], [Some(5), Some(6)]);
    assert_eq!(reading.progress().unwrap().to_string(), "7/10 (70%)");
}

#[kaa::generator]
fn twice_of(inner: Generator<u32>) -> kaa::Result<u32> {
    while let Some(n) = yield_!(inner.next())? {
        emit_!(2 * n)?;
    }
    Ok(())
}

#[test]
fn a_generator_passes_on_what_another_one_makes() {
    let doubled = twice_of(twice_of(count(3)));
    assert_eq!([next(&doubled), next(&doubled), next(&doubled)], [Some(0), Some(4), Some(8)]);
    assert_eq!(next(&doubled), None);
    let failing = twice_of(fails_after(0));
    let failed = failing.next();
    run();
    assert!(failed.take_result().unwrap().unwrap_err().is::<fmt::Error>());
}

#[test]
fn dropping_the_outermost_ends_all_of_them() {
    note_reports();
    drop(twice_of(twice_of(count(3))));
    run();
    assert_eq!(driver::tasks(), 0);
    assert_eq!(take().last().map(String::as_str), Some("drop"));
}

#[kaa::generator(interval = Duration::from_secs(1))]
fn ticks() -> kaa::Result<Duration> {
    let start = kaa::main::now();
    loop {
        yield_!()?;
        emit_!(kaa::main::now() - start)?;
    }
}

#[kaa::test]
fn a_generator_may_go_on_at_intervals() -> kaa::Result<()> {
    let ticks = ticks();
    for n in 1..=3 {
        assert_eq!(yield_!(ticks.next())?, Some(Duration::from_secs(n)));
    }
    Ok(())
}

#[test]
fn it_ends_with_its_loop() {
    note_reports();
    let counting = count(3);
    driver::abandon_all();
    assert_eq!(take(), ["makes 0", "drop"]);
    assert_eq!(next(&counting), Some(0));
    assert!(counting.next().take_result().unwrap().unwrap_err().is::<kaa::Abandoned>());
    drop(counting);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_million_values_come_in_constant_stack() {
    #[kaa::generator]
    fn many(upto: u32) -> kaa::Result<u32> {
        for n in 0..upto {
            emit_!(n)?;
        }
        Ok(())
    }
    #[kaa::coroutine]
    fn last(of: Generator<u32>) -> kaa::Result<Option<u32>> {
        let mut last = None;
        while let Some(n) = yield_!(of.next())? {
            last = Some(n);
        }
        Ok(last)
    }
    assert_eq!(last(many(1_000_000)).wait().unwrap(), Some(999_999));
}
