//! Policies: what becomes of a call while earlier ones have not finished. And intervals, and statuses.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa::prelude::*;
use kaa::{InProgressStatus, driver, main, report};

thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn note<T: ToString + ?Sized>(line: &T) {
    TRACE.with_borrow_mut(|trace| trace.push(line.to_string()));
}

fn take() -> Vec<String> {
    TRACE.take()
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

fn taken<T: 'static>(ip: &InProgress<T>) -> T {
    ip.take_result().expect("finished").expect("no failure")
}

struct Guard(String);

impl Drop for Guard {
    fn drop(&mut self) {
        note(&format!("drop {}", self.0));
    }
}

#[kaa::coroutine(policy = synchronized)]
fn one_by_one(n: u32, until: InProgress<()>) -> kaa::Result<u32> {
    let _guard = Guard(format!("{n}"));
    note(&format!("in {n}"));
    yield_!(until)?;
    note(&format!("out {n}"));
    Ok(n)
}

/// So many promises, and their calls.
fn calls(number: u32) -> (Vec<Promise<()>>, Vec<InProgress<u32>>) {
    let start = |n| {
        let (promise, until) = InProgress::new();
        (promise, one_by_one(n, until))
    };
    (0..number).map(start).unzip()
}

#[test]
fn s_47_synchronized_calls_run_one_after_the_other_well_or_badly() {
    let (promises, calls) = calls(3);
    assert_eq!(take(), ["in 0"]);
    let mut promises = promises.into_iter();
    promises.next().unwrap().finish(());
    run();
    assert_eq!(take(), ["out 0", "drop 0", "in 1"]);
    promises.next().unwrap().throw(std::fmt::Error);
    run();
    assert_eq!(take(), ["drop 1", "in 2"]);
    promises.next().unwrap().finish(());
    run();
    assert_eq!(take(), ["out 2", "drop 2"]);
    assert_eq!((taken(&calls[0]), taken(&calls[2])), (0, 2));
    assert!(calls[1].take_result().unwrap().unwrap_err().is::<std::fmt::Error>());
}

#[test]
fn s_48_a_queued_call_that_is_aborted_never_runs_and_lets_nobody_in() {
    let (promises, calls) = calls(3);
    let over = calls[1].abort();
    run();
    assert!(over.is_finished() && !over.is_failed());
    assert!(calls[1].take_result().unwrap().unwrap_err().is_aborted());
    assert_eq!(take(), ["in 0"]);
    let mut promises = promises.into_iter();
    promises.next().unwrap().finish(());
    run();
    assert_eq!(take(), ["out 0", "drop 0", "in 2"]);
    promises.next_back().unwrap().finish(());
    run();
    assert_eq!(taken(&calls[2]), 2);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn when_the_running_call_is_aborted_the_next_one_starts() {
    let (_promises, calls) = calls(2);
    drop(calls[0].abort());
    run();
    assert_eq!(take(), ["in 0", "drop 0", "in 1"]);
    drop(calls[1].abort());
    run();
    take();
}

#[test]
fn a_call_that_waits_for_a_synchronized_one_passes_its_abort_on() {
    #[kaa::coroutine]
    fn outer(until: InProgress<()>) -> kaa::Result<u32> {
        yield_!(one_by_one(7, until))
    }
    let (_promise, until) = InProgress::new();
    let call = outer(until);
    drop(call.abort());
    run();
    assert_eq!(take(), ["in 7", "drop 7"]);
    assert!(call.take_result().unwrap().unwrap_err().is_aborted());
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn one_that_finishes_at_once_leaves_nothing_behind() {
    for n in 0..3 {
        assert_eq!(taken(&one_by_one(n, InProgress::finished(()))), n);
    }
    assert_eq!(take().len(), 9);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn a_thousand_queued_calls_run_in_order_whoever_is_aborted() {
    let (promises, calls) = calls(1000);
    for call in calls.iter().skip(1).step_by(2) {
        drop(call.abort());
    }
    promises.into_iter().for_each(|promise| promise.finish(()));
    run();
    let order: Vec<String> = take().into_iter().filter(|line| line.starts_with("in")).collect();
    assert_eq!(order, (0..1000).step_by(2).map(|n| format!("in {n}")).collect::<Vec<_>>());
    assert_eq!(driver::tasks(), 0);
}

#[kaa::coroutine(policy = singleton)]
fn once_at_a_time(n: u32, until: InProgress<()>) -> kaa::Result<String> {
    note(&format!("in {n}"));
    yield_!(until)?;
    Ok(format!("{n}"))
}

#[test]
fn s_49_a_singleton_is_the_call_before_until_that_has_finished() {
    let (promise, until) = InProgress::new();
    let (one, other) = (once_at_a_time(1, until.clone()), once_at_a_time(2, until));
    assert_eq!(take(), ["in 1"]);
    promise.finish(());
    run();
    // Each of them gets a clone.
    assert_eq!((taken(&one), taken(&other)), ("1".to_owned(), "1".to_owned()));
    let third = once_at_a_time(3, InProgress::finished(()));
    assert_eq!(taken(&third), "3");
    assert_eq!(take(), ["in 3"]);
}

#[test]
fn an_abort_stops_before_a_singleton_that_somebody_else_waits_for() {
    #[kaa::coroutine]
    fn user(until: InProgress<()>) -> kaa::Result<String> {
        yield_!(once_at_a_time(1, until))
    }
    let (promise, until) = InProgress::new();
    let (one, other) = (user(until.clone()), user(until));
    drop(one.abort());
    run();
    assert!(one.take_result().unwrap().unwrap_err().is_aborted());
    promise.finish(());
    run();
    assert_eq!(taken(&other), "1");

    let (_promise, until) = InProgress::new();
    let (one, other) = (user(until.clone()), user(until));
    drop((one.abort(), other.abort()));
    run();
    assert_eq!(driver::tasks(), 0);
    take();
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

#[kaa::coroutine(policy = singleton)]
fn calls_itself() -> kaa::Result<u32> {
    DEPTH.set(DEPTH.get() + 1);
    let me = calls_itself();
    yield_!()?;
    assert!(!me.is_finished());
    Ok(DEPTH.get())
}

#[test]
fn a_singleton_that_calls_itself_is_that_call() {
    let call = calls_itself();
    run();
    assert_eq!(taken(&call), 1);
}

#[kaa::coroutine(policy = pass_last)]
fn knows_the_one_before(n: u32, last: Option<InProgress<u32>>) -> kaa::Result<u32> {
    yield_!()?;
    match last {
        Some(last) => Ok(10 * yield_!(last)? + n),
        None => Ok(n),
    }
}

#[test]
fn pass_last_tells_each_call_of_the_youngest_that_has_not_finished() {
    let calls: Vec<_> = (1..=3).map(knows_the_one_before).collect();
    run();
    assert_eq!(taken(&calls[2]), 123);
    let alone = knows_the_one_before(4);
    run();
    assert_eq!(taken(&alone), 4);
}

struct Lamp {
    name: &'static str,
}

impl Lamp {
    #[kaa::coroutine(policy = synchronized)]
    fn blink(self: Rc<Self>, until: InProgress<()>) -> kaa::Result<()> {
        note(&format!("{} on", self.name));
        yield_!(until)?;
        note(&format!("{} off", self.name));
        Ok(())
    }

    #[kaa::coroutine(policy = synchronized, group = "wire")]
    fn pull(self: Rc<Self>) -> u32 {
        note(&format!("{} pulled", self.name));
        let _ = yield_!();
        note(&format!("{} is out", self.name));
        1
    }

    /// It never waits by itself.
    #[kaa::coroutine(policy = synchronized, group = "wire")]
    fn push(self: Rc<Self>) -> Option<&'static str> {
        note(&format!("{} pushed", self.name));
        Some(self.name)
    }
}

#[test]
fn methods_have_a_policy_for_each_object() {
    let (a, b) = (Rc::new(Lamp { name: "a" }), Rc::new(Lamp { name: "b" }));
    let (promise, until) = InProgress::new();
    let until = until.shared();
    let all = [&a, &b, &a].map(|lamp| lamp.clone().blink(until.clone()));
    assert_eq!(take(), ["a on", "b on"]);
    promise.finish(());
    run();
    assert_eq!(take(), ["a off", "b off", "a on", "a off"]);
    assert!(all.iter().all(InProgress::is_finished));
}

#[test]
fn a_group_counts_several_methods_together() {
    let lamp = Rc::new(Lamp { name: "a" });
    let (out, pushed) = (lamp.clone().pull(), lamp.clone().push());
    assert_eq!(take(), ["a pulled"]);
    run();
    assert_eq!(take(), ["a is out", "a pushed"]);
    assert_eq!((taken(&out), taken(&pushed)), (1, Some("a")));
    assert_eq!(Rc::strong_count(&lamp), 1);
    assert_eq!(Rc::weak_count(&lamp), 0);
}

#[kaa::coroutine(policy = synchronized, group = "files")]
fn read() -> kaa::Result<()> {
    note("reads");
    yield_!()?;
    note("has read");
    Ok(())
}

#[kaa::coroutine(group = "files", policy = synchronized)]
fn write() -> kaa::Result<()> {
    note("writes");
    yield_!()?;
    note("has written");
    Ok(())
}

#[test]
fn a_group_counts_several_functions_together() {
    let both = [read(), write(), read()];
    run();
    assert_eq!(take(), ["reads", "has read", "writes", "has written", "reads", "has read"]);
    both.iter().for_each(taken);
}

mod groups {
    #[kaa::coroutine(policy = singleton, group = "mixed")]
    pub(super) fn number() -> kaa::Result<u32> {
        yield_!()?;
        Ok(1)
    }

    #[kaa::coroutine(policy = singleton, group = "mixed")]
    pub(super) fn text() -> kaa::Result<&'static str> {
        yield_!()?;
        Ok("text")
    }
}

#[test]
fn a_singleton_of_another_type_in_the_same_group_fails_and_says_so() {
    let number = groups::number();
    let error = groups::text().take_result().unwrap().unwrap_err();
    assert!(error.to_string().contains("another type"), "{error}");
    run();
    assert_eq!(taken(&number), 1);
    let text = groups::text();
    run();
    assert_eq!(taken(&text), "text");
}

#[kaa::coroutine(policy = synchronized)]
fn generic<T: ToString + 'static>(value: T) -> String {
    note(&format!("in {}", value.to_string()));
    let _ = yield_!();
    value.to_string()
}

#[test]
fn the_instances_of_a_generic_one_are_one_after_the_other_too() {
    let (number, text) = (generic(1), generic("a"));
    assert_eq!(take(), ["in 1"]);
    run();
    assert_eq!(take(), ["in a"]);
    assert_eq!((taken(&number), taken(&text)), ("1".to_owned(), "a".to_owned()));
}

#[kaa::coroutine(progress)]
fn copies(progress: Rc<InProgressStatus>, files: u64) -> kaa::Result<u64> {
    for n in 0..files {
        progress.set(n, files);
        yield_!()?;
    }
    progress.set(files, files);
    Ok(files)
}

#[test]
fn a_status_is_filled_in_and_shown() {
    let copying = copies(4);
    assert_eq!(copying.progress().unwrap().to_string(), "0/4 (0%)");
    driver::run_ready(2);
    assert_eq!(copying.progress().unwrap().to_string(), "2/4 (50%)");
    run();
    assert_eq!(copying.progress().unwrap().to_string(), "4/4 (100%)");
    assert_eq!(taken(&copying), 4);
    assert_eq!(copies(0).progress().unwrap().to_string(), "0/0 (0%)");
}

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[kaa::coroutine(interval = every)]
fn at_intervals(every: Duration, waits: InProgress<()>) -> kaa::Result<Vec<Instant>> {
    let mut times = vec![main::now()];
    yield_!()?;
    times.push(main::now());
    yield_!(InProgress::finished(()))?;
    times.push(main::now());
    yield_!(waits)?;
    times.push(main::now());
    Ok(times)
}

#[kaa::test]
fn s_46_an_interval_follows_each_wait_and_no_value_that_is_there() -> kaa::Result<()> {
    let start = main::now();
    let times = yield_!(at_intervals(millis(50), kaa::delay(millis(80))))?;
    let times: Vec<Duration> = times.into_iter().map(|time| time - start).collect();
    assert_eq!(times, [millis(0), millis(50), millis(50), millis(130)]);
    Ok(())
}

#[kaa::coroutine(interval = Duration::from_secs(3600))]
fn slow() -> kaa::Result<()> {
    let outcome = yield_!();
    note(&outcome.unwrap_err().is_aborted());
    Ok(())
}

#[kaa::test]
fn an_abort_does_not_wait_for_the_interval() -> kaa::Result<()> {
    let start = main::now();
    let slow = slow();
    yield_!(kaa::delay(millis(1)))?;
    yield_!(slow.abort())?;
    assert_eq!(take(), ["true"]);
    assert!(slow.take_result().unwrap().unwrap_err().is_aborted());
    assert_eq!(main::now() - start, millis(1));
    Ok(())
}

#[kaa::coroutine(interval = every)]
fn never_waits(every: Duration) -> Duration {
    every
}

#[test]
fn what_never_waits_needs_no_clock() {
    assert_eq!(taken(&never_waits(millis(5))), millis(5));
}

#[test]
fn all_of_it_at_once() {
    struct Disk {
        every: Duration,
    }
    impl Disk {
        #[kaa::coroutine(policy = pass_last, group = "all", interval = self.every, progress)]
        fn check(
            self: Rc<Self>,
            progress: Rc<InProgressStatus>,
            sectors: u64,
            last: Option<InProgress<u64>>,
        ) -> kaa::Result<u64> {
            let before = match last {
                Some(last) => yield_!(last)?,
                None => 0,
            };
            progress.set(1, sectors);
            yield_!()?;
            Ok(sectors + before)
        }
    }
    let disk = Rc::new(Disk { every: Duration::from_millis(1) });
    let (first, second) = (disk.clone().check(10), disk.clone().check(20));
    assert_eq!(second.wait().unwrap(), 30);
    assert_eq!(first.progress().unwrap().to_string(), "1/10 (10%)");
}

#[test]
fn calls_that_wait_for_their_turn_end_with_the_loop() {
    let log = Rc::new(RefCell::new(0));
    let reports = log.clone();
    report::set_reporter(Some(Rc::new(move |_: &report::Report| *reports.borrow_mut() += 1)));
    let (_promises, calls) = calls(3);
    driver::abandon_all();
    assert!(
        calls.iter().all(|call| call.take_result().unwrap().unwrap_err().is::<kaa::Abandoned>())
    );
    assert_eq!(take(), ["in 0", "drop 0"]);
    assert_eq!((driver::tasks(), *log.borrow()), (0, 0));
}
