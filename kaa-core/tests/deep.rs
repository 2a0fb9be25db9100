//! Long chains and wide crowds: they finish, fail, are aborted and dropped in constant stack, and nothing of them is kept. One
//! test, on a thread of 2 MiB: what is held is counted for the whole process.
//!
//! `cargo test --release -p kaa-core --test deep` has chains of 1,000,000.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use kaa_core::private::{Resume, Step, Witness, plain};
use kaa_core::{Error, InProgress, Promise, Queue, Signal, all, any, driver, inprogress, report};

#[path = "support/counting.rs"]
mod counting;
#[path = "support/machines.rs"]
mod machines;

use machines::{SITE, wait_then};

#[cfg(debug_assertions)]
const LONG: u32 = 20_000;
#[cfg(not(debug_assertions))]
const LONG: u32 = 1_000_000;

const MANY_WAITERS: u32 = 100_000;
const MANY_MEMBERS: u32 = 10_000;

type Link = fn(InProgress<u32>) -> InProgress<u32>;

/// What becomes of a chain.
type End = fn(Link);

fn by_coroutines(end: InProgress<u32>) -> InProgress<u32> {
    fn coroutine(left: u32, end: InProgress<u32>) -> InProgress<u32> {
        let (yield1, mut end) = (Witness::new(), Some(end));
        kaa_core::private::result::coroutine(
            &SITE,
            |error: Error| error,
            move |resume: &mut Resume| {
                let Some(end) = end.take() else {
                    return kaa_core::private::result::finished(resume.output(yield1));
                };
                resume.wait(1, yield1, if left == 0 { end } else { coroutine(left - 1, end) });
                kaa_core::private::result::suspended()
            },
        )
    }
    coroutine(LONG, end)
}

/// Each made by `link` of the one before.
fn chain(end: InProgress<u32>, link: Link) -> InProgress<u32> {
    (0..LONG).fold(end, |last, _| link(last))
}

fn by_waitfor(end: InProgress<u32>) -> InProgress<u32> {
    chain(end, |last| {
        let (promise, link) = InProgress::new();
        promise.waitfor(last);
        link
    })
}

fn by_noabort(end: InProgress<u32>) -> InProgress<u32> {
    chain(end, |last| last.noabort())
}

/// A coroutine that waits for an All of one, and so on.
fn by_all(end: InProgress<u32>) -> InProgress<u32> {
    chain(end, |last| {
        wait_then(
            move || inprogress(all([last])),
            |outcomes| outcomes?.pop().expect("it has one member"),
        )
    })
}

fn by_any(end: InProgress<u32>) -> InProgress<u32> {
    chain(end, |last| wait_then(move || inprogress(any([last])), |first| first?.1))
}

fn by_futures(end: InProgress<u32>) -> InProgress<u32> {
    chain(end, |last| wait_then(move || inprogress(async move { last.await }), |outcome| outcome?))
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

fn leaf() -> (Promise<u32>, InProgress<u32>) {
    let (promise, end) = InProgress::new();
    promise.on_abort(|_| ());
    (promise, end)
}

fn finishes(make: Link) {
    let (promise, end) = leaf();
    let first = make(end);
    run();
    promise.finish(4);
    run();
    assert_eq!(first.take_result().unwrap().unwrap(), 4);
}

fn fails(make: Link) {
    let (promise, end) = leaf();
    let first = make(end);
    run();
    promise.throw(Error::message("far away"));
    run();
    assert_eq!(first.take_result().unwrap().unwrap_err().to_string(), "far away");
}

fn is_aborted(make: Link) {
    let (promise, end) = leaf();
    let first = make(end);
    run();
    let over = first.abort();
    run();
    assert!(first.take_result().unwrap().unwrap_err().is_aborted());
    assert!(matches!(over.take_result(), Some(Ok(()))));
    assert!(!promise.is_wanted());
    drop(promise);
}

fn refuses_the_abort(make: Link) {
    let (promise, end) = leaf();
    let first = make(end);
    assert!(first.abort().take_result().unwrap().is_err());
    promise.finish(4);
    assert_eq!(first.take_result().unwrap().unwrap(), 4);
}

/// A future is aborted by dropping it: what it awaits goes on.
fn stops_at_the_future(make: Link) {
    let (promise, end) = leaf();
    let first = make(end);
    run();
    drop(first.abort());
    run();
    assert!(first.take_result().unwrap().unwrap_err().is_aborted());
    promise.finish(4);
    run();
}

/// The handle goes first, then the promise.
fn is_dropped(make: Link) {
    let (promise, end) = leaf();
    drop(make(end));
    drop(promise);
    run();
}

fn is_abandoned(make: Link) {
    let (promise, end) = leaf();
    let first = make(end);
    run();
    driver::abandon_all();
    drop((promise, first));
}

fn crowd_of_coroutines() {
    let (promise, ip) = InProgress::<u32>::new();
    let ip = ip.shared();
    let woken = Rc::new(Cell::new(0));
    for _ in 0..MANY_WAITERS {
        let (ip, woken) = (ip.clone(), woken.clone());
        drop(wait_then(
            move || ip,
            move |n| {
                woken.set(woken.get() + n?);
                Ok(())
            },
        ));
    }
    promise.finish(1);
    run();
    assert_eq!(woken.get(), MANY_WAITERS);
}

fn crowd_of_links_and_callbacks() {
    let (promise, ip) = InProgress::<u32>::new();
    let told = Rc::new(Cell::new(0));
    let mut links = Vec::new();
    let mut connections = Vec::new();
    for _ in 0..MANY_WAITERS {
        let told = told.clone();
        connections.push(ip.connect(move |n| told.set(told.get() + n)));
        links.push(ip.noabort());
    }
    // From the middle, in any order.
    for connection in connections.into_iter().step_by(2) {
        assert!(ip.disconnect(connection));
    }
    links.truncate(MANY_WAITERS as usize / 2);
    promise.finish(1);
    assert_eq!(told.get(), MANY_WAITERS / 2);
    assert!(links.iter().all(InProgress::is_finished));
}

fn crowd_that_is_aborted_one_by_one() {
    let (promise, ip) = leaf();
    let waiters: Vec<_> = (0..MANY_WAITERS)
        .map(|_| {
            let ip = ip.clone();
            wait_then(move || ip, Ok)
        })
        .collect();
    waiters.iter().for_each(|waiter| drop(waiter.abort()));
    run();
    assert!(waiters.iter().all(|waiter| waiter.take_result().unwrap().is_err()));
    assert!(ip.take_result().unwrap().unwrap_err().is_aborted());
    drop(promise);
}

fn members() -> (Vec<Promise<u32>>, Vec<InProgress<u32>>) {
    (0..MANY_MEMBERS).map(|_| leaf()).unzip()
}

fn all_of_many_finishes() {
    let (promises, members) = members();
    let every = inprogress(all(members));
    (0..).zip(promises).for_each(|(n, promise)| promise.finish(n));
    let sum: u32 = every.take_result().unwrap().unwrap().into_iter().map(|n| n.unwrap()).sum();
    assert_eq!(sum, MANY_MEMBERS * (MANY_MEMBERS - 1) / 2);
}

fn any_of_many_finishes() {
    let (mut promises, members) = members();
    let first = inprogress(any(&members));
    promises.pop().unwrap().finish(7);
    let (index, value) = first.take_result().unwrap().unwrap();
    assert_eq!((index, value.unwrap()), (MANY_MEMBERS as usize - 1, 7));
}

fn gathered_are_aborted() {
    for is_any in [false, true] {
        let (promises, members) = members();
        let over = if is_any {
            inprogress(any(members)).abort()
        } else {
            inprogress(all(members)).abort()
        };
        assert!(matches!(over.take_result(), Some(Ok(()))));
        assert!(promises.iter().all(|promise| !promise.is_wanted()));
    }
}

fn one_that_is_a_member_many_times() {
    let (promise, ip) = leaf();
    let every = inprogress(all((0..MANY_MEMBERS).map(|_| &ip)));
    let watched = ip.noabort();
    drop(every.abort());
    assert!(every.take_result().unwrap().unwrap_err().is_aborted());
    assert!(!watched.is_finished());
    promise.finish(1);
}

fn gathered_are_dropped() {
    let (promises, members) = members();
    drop((inprogress(all(&members)), inprogress(any(&members))));
    drop(members);
    assert!(promises.iter().all(|promise| !promise.is_wanted()));
}

fn a_queue_of_many() {
    let queue = Queue::bounded(1);
    let pops: Vec<_> = (0..MANY_WAITERS).map(|_| queue.pop()).collect();
    (0..MANY_WAITERS).for_each(|n| assert!(queue.push(n).is_finished()));
    let popped: Vec<_> = pops.iter().map(|pop| pop.take_result().unwrap().unwrap()).collect();
    assert_eq!(popped.last(), Some(&Some(MANY_WAITERS - 1)));
    let pops: Vec<_> = (0..MANY_WAITERS).map(|_| queue.pop()).collect();
    drop(pops);
    assert_eq!(queue.try_push(1), Ok(()));
}

fn a_signal_of_many() {
    let signal = Signal::<u32>::new();
    let nexts: Vec<_> = (0..MANY_WAITERS).map(|_| inprogress(&signal)).collect();
    signal.emit(&3);
    assert!(nexts.iter().all(|next| next.take_result().unwrap().unwrap() == 3));
    assert!(signal.is_empty());
}

fn coroutines_that_hold_each_other() {
    let (promise, end) = InProgress::<u32>::new();
    let holds = |inner: InProgress<u32>| {
        let (yield1, mut held) = (Witness::new(), Some(inner));
        plain::coroutine(&SITE, move |resume: &mut Resume| match held.take() {
            Some(inner) => {
                resume.wait(1, yield1, inner);
                Step::Suspended
            }
            None => Step::Finished(resume.output(yield1).unwrap_or(0)),
        })
    };
    let last = (0..LONG).fold(end, |inner, _| holds(inner));
    drop(last);
    promise.finish(1);
    run();
}

#[test]
fn nothing_is_too_deep_and_nothing_is_kept() {
    report::set_reporter(Some(Rc::new(|report: &report::Report| {
        assert_eq!(report.heading, report::UNHANDLED, "{report}");
    })));
    let chains: [(&str, Link); 6] = [
        ("coroutines", by_coroutines),
        ("waitfor", by_waitfor),
        ("noabort", by_noabort),
        ("all", by_all),
        ("any", by_any),
        ("futures", by_futures),
    ];
    let ends: [(&str, End); 5] = [
        ("finishes", finishes),
        ("fails", fails),
        ("is aborted", is_aborted),
        ("is dropped", is_dropped),
        ("is abandoned", is_abandoned),
    ];
    for (chain, make) in chains {
        for (what, end) in ends {
            let end = match (chain, what) {
                ("noabort", "is aborted") => refuses_the_abort,
                ("futures", "is aborted") => stops_at_the_future,
                _ => end,
            };
            check(&format!("a chain of {chain} {what}"), || end(make));
        }
    }
    let crowds: [(&str, fn()); 11] = [
        ("a crowd of coroutines", crowd_of_coroutines),
        ("a crowd of links and callbacks", crowd_of_links_and_callbacks),
        ("a crowd that is aborted", crowd_that_is_aborted_one_by_one),
        ("all of many", all_of_many_finishes),
        ("any of many", any_of_many_finishes),
        ("many members, aborted", gathered_are_aborted),
        ("many members, dropped", gathered_are_dropped),
        ("one that is a member many times", one_that_is_a_member_many_times),
        ("a queue", a_queue_of_many),
        ("a signal", a_signal_of_many),
        ("coroutines that hold each other", coroutines_that_hold_each_other),
    ];
    for (what, crowd) in crowds {
        check(what, crowd);
    }
}

/// Twice: the second time nothing more may be held than before.
fn check(what: &str, scenario: impl Fn()) {
    let start = Instant::now();
    scenario();
    let (_, bytes, ()) = counting::cost(&scenario);
    assert_eq!((bytes, driver::tasks()), (0, 0), "kept by {what}");
    println!("{what}: {:?}", start.elapsed());
}
