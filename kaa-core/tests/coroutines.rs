//! How coroutines start, wait, take turns and end.

#![allow(clippy::unit_arg, reason = "`Ok(note(..))` is the shortest machine that notes")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use kaa_core::private::{Resume, Step, Witness, plain, result};
use kaa_core::{
    Abandoned, Error, InProgress, NotFinished, Panicked, WaitsForItself, driver, inprogress,
};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::{SITE, repeat, turns, wait_then};
use trace::{Bad, Guard, note, note_reports, run, take};

#[test]
fn it_runs_at_once_up_to_its_first_wait() {
    let (promise, ip) = InProgress::new();
    let coroutine = wait_then(
        move || {
            note("started");
            ip
        },
        |n: kaa_core::Result<i32>| Ok(note(n?)),
    );
    assert_eq!(take(), ["started"]);
    promise.finish(1);
    assert_eq!(take(), [""; 0]);
    run();
    assert_eq!(take(), ["1"]);
    assert!(coroutine.is_finished());
}

#[test]
fn one_that_never_waits_has_finished_when_the_call_returns() {
    let coroutine = wait_then(|| InProgress::finished(1), |n| n);
    assert_eq!(coroutine.take_result().unwrap().unwrap(), 1);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn dropping_the_handle_stops_nothing() {
    let (promise, ip) = InProgress::new();
    drop(wait_then(move || ip, |n: kaa_core::Result<i32>| Ok(note(n?))));
    promise.finish(1);
    run();
    assert_eq!(take(), ["1"]);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn coroutines_take_turns_in_order() {
    let _both = ["a", "b"].map(|name| turns(2, move |n| note(format_args!("{name}{n}"))));
    assert_eq!(take(), ["a0", "b0"]);
    driver::run_ready(1);
    assert_eq!(take(), ["a1"]);
    run();
    assert_eq!(take(), ["b1"]);
}

#[test]
fn finished_outcomes_continue_at_once_but_128_in_a_row() {
    let coroutine = repeat(300, |n| {
        note(n);
        InProgress::finished(())
    });
    assert_eq!(take().len(), 129);
    driver::run_ready(1);
    assert_eq!(take().len(), 129);
    driver::run_ready(1);
    assert_eq!(take().len(), 42);
    assert!(coroutine.is_finished());
}

#[test]
fn what_finishes_in_the_row_is_not_lost() {
    let values = Rc::new(RefCell::new(Vec::new()));
    let seen = values.clone();
    let yield1 = Witness::new();
    let mut n = 0;
    let _coroutine = plain::coroutine(&SITE, move |resume: &mut Resume| {
        if n > 0 {
            seen.borrow_mut().push(resume.output(yield1).unwrap());
        }
        n += 1;
        if n == 400 {
            return Step::Finished(());
        }
        resume.wait(1, yield1, InProgress::finished(n));
        Step::Suspended
    });
    run();
    assert_eq!(*values.borrow(), (1..400).collect::<Vec<_>>());
}

/// Starts itself until it is `left` deep, noting what has run.
fn nested(left: usize) -> InProgress<usize> {
    note(left);
    let yield1 = Witness::new();
    let mut started = false;
    plain::coroutine(&SITE, move |resume: &mut Resume| {
        if started {
            return Step::Finished(resume.output(yield1).unwrap() + 1);
        }
        started = true;
        let next = if left == 0 { InProgress::finished(0) } else { nested(left - 1) };
        resume.wait(1, yield1, next);
        Step::Suspended
    })
}

#[test]
fn the_65th_nested_start_is_queued() {
    let shallow = nested(63);
    assert!(shallow.is_finished());
    let deep = nested(64);
    assert!(!deep.is_finished());
    run();
    assert_eq!(deep.take_result().unwrap().unwrap(), 65);
}

#[inline(never)]
fn hungry(left: usize, depth: &Rc<Cell<usize>>) -> InProgress<usize> {
    let mut stack = std::hint::black_box([0_u8; 50_000]);
    stack[left] = 1;
    depth.set(depth.get() + 1);
    let (yield1, depth) = (Witness::new(), depth.clone());
    let mut started = false;
    let ip = plain::coroutine(&SITE, move |resume: &mut Resume| {
        if started {
            return Step::Finished(resume.output(yield1).unwrap() + 1);
        }
        started = true;
        let next = if left == 0 { InProgress::finished(0) } else { hungry(left - 1, &depth) };
        resume.wait(1, yield1, next);
        Step::Suspended
    });
    std::hint::black_box(&stack);
    ip
}

#[test]
fn a_start_is_queued_when_those_around_it_use_much_stack() {
    let depth = Rc::new(Cell::new(0));
    let deep = hungry(40, &depth);
    assert!((2..=8).contains(&depth.get()), "{} starts of 50 kB", depth.get());
    run();
    assert_eq!(deep.take_result().unwrap().unwrap(), 41);
}

#[test]
fn a_panic_fails_as_panicked() {
    let started = wait_then(|| -> InProgress<()> { panic!("at {}", "once") }, |_| Ok(()));
    let error = started.take_result().unwrap().unwrap_err();
    assert_eq!(error.downcast_ref::<Panicked>().unwrap().message(), "at once");
    let later =
        wait_then(|| inprogress(NotFinished), |_| -> kaa_core::Result<()> { panic!("later") });
    run();
    assert_eq!(later.take_result().unwrap().unwrap_err().to_string(), "panicked: later");
}

#[test]
fn a_panic_in_a_body_without_a_yield_fails_as_panicked() {
    let ip =
        result::execute(&SITE, |error: Error| error, || -> kaa_core::Result<()> { panic!("oops") });
    assert!(ip.take_result().unwrap().unwrap_err().is::<Panicked>());
}

#[test]
fn the_body_is_dropped_before_the_outcome_is_announced() {
    let (promise, ip) = InProgress::<()>::new();
    let guard = Guard("local");
    let coroutine = wait_then(
        move || ip,
        move |_| {
            let _local = guard;
            note("ends");
            Ok(Guard("value"))
        },
    );
    coroutine.connect(|_| note("announced"));
    promise.finish(());
    run();
    assert_eq!(take(), ["ends", "drop local", "announced"]);
}

#[test]
fn a_panic_when_the_body_is_dropped_is_reported() {
    note_reports();
    let bad = Bad("bad");
    let coroutine = turns(1, move |_| {
        let _bad = &bad;
    });
    run();
    assert_eq!(take(), ["Panic in a drop: panicked: bad"]);
    assert_eq!(coroutine.take_result().unwrap().unwrap(), 1);
}

#[test]
fn one_that_yields_its_own_handle_fails() {
    let own = Rc::new(RefCell::new(None::<InProgress<()>>));
    let (handle, guard) = (own.clone(), Guard("local"));
    let yield1 = Witness::new();
    let mut state = 0;
    let coroutine = result::coroutine(
        &SITE,
        |error| error,
        move |resume: &mut Resume| {
            let _guard = &guard;
            state += 1;
            match state {
                1 => resume.wait(1, yield1, inprogress(NotFinished)),
                2 => {
                    resume.output(yield1)?;
                    resume.wait(2, yield1, inprogress(handle.borrow().as_ref().unwrap()));
                }
                _ => return result::finished(resume.output(yield1)),
            }
            result::suspended()
        },
    );
    *own.borrow_mut() = Some(coroutine.clone());
    run();
    let error = coroutine.take_result().unwrap().unwrap_err();
    let task = error.downcast_ref::<WaitsForItself>().unwrap().task().unwrap();
    assert_eq!((task.name(), task.place()), ("sample", ("sample.rs", 3)));
    assert_eq!((take(), driver::tasks()), (vec!["drop local".to_owned()], 0));
}

#[test]
fn two_that_wait_for_the_same_take_it_once() {
    let (promise, ip) = InProgress::new();
    let waiters = [ip.clone(), ip].map(|ip| wait_then(move || ip, |n: kaa_core::Result<i32>| n));
    promise.finish(1);
    run();
    let outcomes = waiters.map(|waiter| waiter.take_result().unwrap().is_ok());
    assert_eq!(outcomes, [true, false]);
}

#[test]
fn abandoning_drops_the_newest_first() {
    note_reports();
    let names = ["first", "second", "third"];
    let (promise, ip) = InProgress::<()>::new();
    let coroutines = names.map(|name| {
        let (ip, guard) = (ip.clone(), Guard(name));
        let waiter = wait_then(move || ip, move |_| Ok(drop(guard)));
        waiter.exception().connect(move |error| {
            assert!(error.is::<Abandoned>());
            note(format_args!("{name} failed"));
        });
        waiter
    });
    driver::abandon_all();
    let expected = ["third", "second", "first"];
    let expected = expected.map(|name| [format!("drop {name}"), format!("{name} failed")]);
    assert_eq!(take(), expected.concat());
    assert!(coroutines.iter().all(InProgress::is_failed));
    assert_eq!(driver::tasks(), 0);
    promise.finish(());
    assert!(!driver::has_ready());
}

#[test]
fn abandoning_takes_a_slot_that_is_used_again_for_the_newest() {
    let (done, first) = InProgress::<()>::new();
    let (promise, ip) = InProgress::<()>::new();
    let spawn = |name, ip: &InProgress<()>| {
        let (ip, guard) = (ip.clone(), Guard(name));
        drop(wait_then(move || ip, move |_| Ok(drop(guard))));
    };
    spawn("gone", &first);
    spawn("old", &ip);
    done.finish(());
    run();
    spawn("new", &ip);
    take();
    driver::abandon_all();
    assert_eq!(take(), ["drop new", "drop old"]);
    promise.finish(());
}

#[test]
fn abandoning_ends_what_a_drop_has_started() {
    struct Starts;
    impl Drop for Starts {
        fn drop(&mut self) {
            drop(turns(2, |_| note("started")));
        }
    }
    let starts = Starts;
    let _coroutine = turns(2, move |_| {
        let _starts = &starts;
    });
    driver::abandon_all();
    assert_eq!(take(), ["started"]);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn abandoning_ends_although_something_always_starts_anew() {
    struct Restarts;
    impl Drop for Restarts {
        fn drop(&mut self) {
            start_anew();
        }
    }
    fn start_anew() {
        let restarts = Restarts;
        drop(turns(2, move |_| {
            let _restarts = &restarts;
        }));
    }
    note_reports();
    start_anew();
    driver::abandon_all();
    let report = "Coroutines were leaked: 1 coroutines start anew whenever they are dropped";
    assert_eq!((take(), driver::tasks()), (vec![report.to_owned()], 0));
}

#[test]
fn a_panic_when_the_awaited_value_is_dropped_is_reported() {
    note_reports();
    let (yield1, mut n) = (Witness::new(), 0);
    let coroutine = plain::coroutine(&SITE, move |resume: &mut Resume| -> Step<()> {
        if n > 0 {
            std::mem::forget(resume.output(yield1));
        }
        n += 1;
        // The last of a row is there, but is not handed out before the next turn.
        resume.wait(1, yield1, InProgress::finished(Bad("awaited")));
        Step::Suspended
    });
    driver::abandon_all();
    assert!(coroutine.is_failed());
    assert_eq!((take(), driver::tasks()), (vec!["Panic in a drop: panicked: awaited".into()], 0));
}

#[test]
fn a_panic_after_another_of_the_awaited_value_is_reported() {
    note_reports();
    for turns in 0..2 {
        let (yield1, yield2, mut n) = (Witness::new(), Witness::new(), 0);
        let coroutine = plain::coroutine(&SITE, move |resume: &mut Resume| -> Step<()> {
            n += 1;
            if n > turns {
                resume.wait(2, yield2, InProgress::finished(Bad("awaited")));
                panic!("before it is suspended");
            }
            resume.wait(1, yield1, inprogress(NotFinished));
            Step::Suspended
        });
        run();
        let error = coroutine.take_result().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "panicked: before it is suspended");
        assert_eq!(take(), ["Panic in a drop: panicked: awaited"]);
    }
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn abandoning_within_an_announcement_takes_no_callback_away() {
    let ((other, first), (promise, second)) = (InProgress::new(), InProgress::new());
    first.connect(|()| ());
    // So it waits in the second place; then for something that has finished, at the end of a row.
    let awaited = second.clone();
    let coroutine = repeat(200, move |n| match n {
        0 => first.clone(),
        1..=128 => InProgress::finished(()),
        _ => awaited.clone(),
    });
    second.connect(|()| {
        driver::run_ready(1);
        driver::abandon_all();
    });
    second.connect(|()| note("second"));
    other.finish(());
    promise.finish(());
    assert!(coroutine.is_failed());
    assert_eq!(take(), ["second"]);
}

#[test]
fn abandoning_from_within_a_coroutine_leaves_it_alone() {
    let (promise, ip) = InProgress::<()>::new();
    let other = wait_then(move || ip, Ok);
    let coroutine = turns(3, |_| driver::abandon_all());
    run();
    assert!(other.is_failed());
    assert_eq!(coroutine.take_result().unwrap().unwrap(), 3);
    promise.finish(());
}
