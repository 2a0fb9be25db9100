//! Any and All: what finishes them, what they take, what becomes of the others, and how an abort goes through.

#![allow(clippy::unit_arg, reason = "`Ok(note(..))` is the shortest machine that notes")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use kaa_core::{
    Error, InProgress, InUse, OneOf2, OneOf3, Promise, ResultTaken, Signal, all, any, inprogress,
};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::wait_then;
use trace::{note, note_reports, run, take};

fn taken<T: 'static>(ip: &InProgress<T>) -> T {
    ip.take_result().expect("finished").expect("no failure")
}

fn error_of<T: 'static>(ip: &InProgress<T>) -> Error {
    ip.take_result().expect("finished").err().expect("failed")
}

fn broken() -> Error {
    Error::message("broken")
}

/// A promise that notes that it was aborted.
fn leaf(name: &'static str) -> (Promise<u8>, InProgress<u8>) {
    let (promise, ip) = InProgress::new();
    promise.on_abort(move |_| note(format_args!("abort {name}")));
    (promise, ip)
}

type Pair = ((Promise<u8>, InProgress<u8>), (Promise<u8>, InProgress<u8>));

fn two() -> Pair {
    (InProgress::new(), InProgress::new())
}

#[test]
fn s_27_the_first_that_finishes_wins_and_a_loser_is_let_go() {
    note_reports();
    let ((one, a), (other, b)) = two();
    let first = inprogress(any([&a, &b]));
    first.connect(|(index, outcome)| note(format_args!("{index} {outcome:?}")));
    other.finish(2);
    one.finish(1);
    assert_eq!(take(), ["1 Ok(2)"]);
    assert_eq!(taken(&a), 1);
}

#[test]
fn s_28_it_watches_without_a_listener() {
    let ((one, a), (_other, b)) = two();
    let first = inprogress(any([a, b]));
    one.finish(1);
    assert!(first.is_finished());
    assert_eq!(taken(&first).0, 0);
}

#[test]
fn s_29_of_those_that_have_finished_it_is_the_first() {
    let (_promise, pending) = InProgress::new();
    let first = inprogress(any([pending, InProgress::finished(5), InProgress::finished(6)]));
    let (index, outcome) = taken(&first);
    assert_eq!((index, outcome.unwrap()), (1, 5));
}

#[test]
fn s_30_a_filter_ignores_members_while_others_can_still_finish() {
    let ((one, a), (other, b)) = two();
    let first = inprogress(any([a, b]).filter(|_, outcome| outcome.is_ok_and(|n| *n > 0)));
    one.finish(0);
    assert!(!first.is_finished());
    other.finish(7);
    assert_eq!(taken(&first).0, 1);

    let ((one, a), (other, b)) = two();
    let first = inprogress(any([a, b]).filter(|_, _| false));
    other.finish(0);
    assert!(!first.is_finished());
    one.finish(0);
    assert_eq!(taken(&first).0, 0);
}

#[test]
fn a_filter_sees_those_that_have_finished_before() {
    let (promise, pending) = InProgress::new();
    let members = [InProgress::finished(0), InProgress::failed(broken()), pending];
    let first = any(members).filter(|index, outcome| {
        note(format_args!("{index} {outcome:?}"));
        outcome.is_ok_and(|n| *n > 0)
    });
    let first = inprogress(first);
    assert_eq!(take(), ["0 Ok(0)", "1 Err(broken)"]);
    promise.finish(0);
    assert_eq!(taken(&first).0, 2);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn the_last_of_those_that_have_finished_is_never_ignored() {
    let first = any([InProgress::finished(1), InProgress::finished(2)]).filter(|_, _| false);
    assert_eq!(taken(&inprogress(first)).0, 1);
}

#[test]
fn a_filter_may_finish_the_others() {
    let ((one, a), (other, b)) = two();
    let other = Cell::new(Some(other));
    let first = any([a, b]).filter(move |index, _| {
        note(format_args!("filter {index}"));
        if let Some(other) = other.take() {
            other.finish(2);
        }
        true
    });
    let first = inprogress(first);
    one.finish(1);
    assert_eq!(taken(&first).0, 1);
    assert_eq!(take(), ["filter 0"]);
}

#[test]
fn a_filter_that_panics_keeps_nobody_waiting() {
    note_reports();
    let ((one, a), (_other, b)) = two();
    let first = inprogress(any([a, b]).filter(|_, _| panic!("in the filter")));
    one.finish(1);
    assert_eq!(taken(&first).0, 0);
    assert_eq!(take(), ["Panic in a callback: panicked: in the filter"]);
}

#[test]
fn s_31_a_member_that_fails_finishes_it_and_is_handled() {
    note_reports();
    let ((one, a), (_other, b)) = two();
    let first = inprogress(any([&a, &b]));
    one.throw(broken());
    drop(a);
    let (index, outcome) = taken(&first);
    assert_eq!((index, outcome.unwrap_err().to_string()), (0, "broken".to_owned()));
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_loser_that_fails_later_is_reported() {
    note_reports();
    let ((one, a), (other, b)) = two();
    let first = inprogress(any([a, b]));
    one.finish(1);
    other.throw(broken());
    assert_eq!(taken(&first).0, 0);
    assert_eq!(take(), ["Unhandled asynchronous exception: broken"]);
}

#[test]
fn s_32_all_gives_the_results_in_order() {
    let ((one, a), (other, b)) = two();
    let both = inprogress(all([a, b]));
    other.finish(2);
    assert!(!both.is_finished());
    one.finish(1);
    let results: Vec<u8> = taken(&both).into_iter().map(Result::unwrap).collect();
    assert_eq!(results, [1, 2]);
}

#[test]
fn s_33_all_waits_for_the_rest_of_what_fails() {
    note_reports();
    let ((one, a), (other, b)) = two();
    let both = inprogress(all([a, b]));
    one.throw(broken());
    assert!(!both.is_finished());
    other.finish(2);
    let results = taken(&both);
    assert!(results[0].is_err() && results[1].is_ok());
    assert_eq!(take(), [""; 0]);
}

#[test]
fn s_34_any_mixture_counts_right() {
    let (promise, b) = InProgress::new();
    let both = inprogress(all([InProgress::finished(1), b]));
    promise.finish(2);
    both.connect(|results| note(results.len()));
    assert_eq!(take(), ["2"]);
}

#[test]
fn s_36_all_of_nothing_finishes_any_of_nothing_fails() {
    assert!(taken(&inprogress(all(Vec::<InProgress<u8>>::new()))).is_empty());
    let error = error_of(&inprogress(any(Vec::<InProgress<u8>>::new())));
    assert!(error.to_string().contains("an Any of nothing"));
}

#[test]
fn s_37_signals_are_members_and_a_loser_is_disconnected() {
    let (one, other) = (Signal::<str>::new(), Signal::<str>::new());
    let first = inprogress(any([&one, &other]));
    assert_eq!((one.len(), other.len()), (1, 1));
    other.emit("w");
    let (index, outcome) = taken(&first);
    assert_eq!((index, outcome.unwrap()), (1, "w".to_owned()));
    assert_eq!((one.len(), other.len()), (0, 0));
}

#[test]
fn tuples_have_members_of_different_types() {
    let ((promise, a), said) = (InProgress::<u8>::new(), Signal::<str>::new());
    let first = inprogress(any((&a, &said, InProgress::<()>::new().1.noabort())));
    // The promise of the third was dropped.
    assert!(matches!(taken(&first), OneOf3::C(Err(_))));

    let both = inprogress(all((a, &said)));
    said.emit("hello");
    promise.finish(1);
    let (number, text) = taken(&both);
    assert_eq!((number.unwrap(), text.unwrap().as_str()), (1, "hello"));
}

#[test]
fn a_filter_of_a_tuple_gets_what_it_is() {
    let ((promise, a), said) = (InProgress::<u8>::new(), Signal::<str>::new());
    let first = any((a, &said)).filter(|outcome| match outcome {
        OneOf2::A(number) => number.is_ok_and(|n| *n > 0),
        OneOf2::B(text) => text.is_ok(),
    });
    let first = inprogress(first);
    promise.finish(0);
    said.emit("hello");
    assert!(matches!(taken(&first), OneOf2::B(Ok(text)) if text == "hello"));
}

#[test]
fn they_nest() {
    let ((one, a), (other, b)) = two();
    let (third, c) = InProgress::new();
    let first = inprogress(any((all([a, b]), c)));
    one.finish(1);
    other.finish(2);
    let OneOf2::A(results) = taken(&first) else { panic!("the All has finished first") };
    assert_eq!(results.unwrap().len(), 2);
    third.finish(3_u8);
}

#[test]
fn a_member_that_was_taken_is_taken() {
    let ip = InProgress::finished(1);
    taken(&ip);
    let (_, outcome) = taken(&inprogress(any([ip])));
    assert!(outcome.unwrap_err().is::<ResultTaken>());
}

#[test]
fn a_member_that_is_lent_at_the_moment_is_in_use() {
    let (promise, ip) = InProgress::new();
    let inside = ip.clone();
    ip.connect(move |_: &u8| {
        let (_, outcome) = taken(&inprogress(any([inside])));
        assert!(outcome.unwrap_err().is::<InUse>());
        note("in use");
    });
    promise.finish(1);
    assert_eq!(take(), ["in use"]);
    assert_eq!(taken(&ip), 1);
}

#[test]
fn they_come_after_callbacks_links_and_coroutines() {
    let (promise, ip) = InProgress::<u8>::new();
    let every = inprogress(all([&ip]));
    every.connect(|results| note(format_args!("all {:?}", results[0].as_ref().ok())));
    ip.connect(|n| note(format_args!("callback {n}")));
    let (linked, link) = InProgress::new();
    linked.waitfor(ip.clone());
    link.connect(|n| note(format_args!("link {n}")));
    promise.finish(1);
    assert_eq!(take(), ["callback 1", "link 1", "all Some(1)"]);
}

#[test]
fn one_that_is_there_twice_is_taken_once() {
    let (promise, ip) = InProgress::<u8>::new();
    let both = inprogress(all([&ip, &ip]));
    promise.finish(1);
    let results = taken(&both);
    assert_eq!(results[0].as_ref().ok(), Some(&1));
    assert!(results[1].as_ref().unwrap_err().is::<ResultTaken>());
}

#[test]
fn members_that_finish_inside_a_callback_of_a_member_count() {
    let ((one, a), (other, b)) = two();
    let both = inprogress(all([&a, &b]));
    let other = Cell::new(Some(other));
    a.connect(move |_| other.take().unwrap().finish(2));
    both.connect(|_| note("both"));
    one.finish(1);
    assert_eq!(take(), ["both"]);

    let ((one, a), (other, b)) = two();
    let first = inprogress(any([&a, &b]));
    let other = Cell::new(Some(other));
    a.connect(move |_| other.take().unwrap().finish(2));
    one.finish(1);
    assert_eq!(taken(&first).0, 1);
    assert_eq!(taken(&a), 1);
}

#[test]
fn one_that_nobody_sees_any_more_lets_go_of_its_members() {
    let ((one, a), (other, b)) = two();
    let first = inprogress(any([&a, &b]));
    let every = inprogress(all([a, b]));
    drop(first);
    assert!(one.is_wanted() && other.is_wanted());
    drop(every);
    assert!(!one.is_wanted() && !other.is_wanted());
    one.finish(1);
    other.finish(2);
}

#[test]
fn one_that_a_coroutine_waits_for_is_not_let_go() {
    let ((one, a), (_other, b)) = two();
    let waiting = wait_then(move || inprogress(any([a, b])), |outcome| outcome);
    assert!(one.is_wanted());
    one.finish(1);
    run();
    assert_eq!(taken(&waiting).0, 0);
}

#[test]
fn an_abort_goes_to_each_member_that_nobody_else_waits_for() {
    let ((_one, a), (other, b), (_third, c)) = (leaf("a"), leaf("b"), leaf("c"));
    b.connect(|n| note(format_args!("b {n}")));
    let every = inprogress(all([a, b, c]));
    let over = every.abort();
    assert!(over.is_finished());
    assert!(error_of(&every).is_aborted());
    other.finish(2);
    assert_eq!(take(), ["abort a", "abort c", "b 2"]);
}

#[test]
fn an_abort_leaves_members_alone_that_are_noabort_or_cannot_be() {
    let ((one, a), (other, b)) = (leaf("never"), InProgress::new());
    let first = inprogress(any([a.noabort(), b.clone()]));
    assert!(first.is_abortable());
    drop(first.abort());
    assert!(error_of(&first).is_aborted());
    one.finish(1);
    other.finish(2);
    assert_eq!((taken(&a), taken(&b)), (1, 2));
    assert_eq!(take(), [""; 0]);
}

#[test]
fn an_abort_waits_for_the_clean_up_of_every_member() {
    let ((_one, a), (_other, b)) = (leaf("a"), leaf("b"));
    let work = |name, ip: InProgress<u8>| {
        wait_then(
            move || ip,
            move |outcome| {
                note(format_args!("{name} {}", outcome.as_ref().unwrap_err().is_aborted()));
                outcome
            },
        )
    };
    let first = inprogress(any([work("work a", a), work("work b", b)]));
    let over = first.abort();
    assert!(!over.is_finished() && !first.is_finished());
    run();
    assert!(over.is_finished());
    assert!(error_of(&first).is_aborted());
    assert_eq!(take(), ["abort a", "abort b", "work a true", "work b true"]);
}

#[test]
fn an_abort_from_above_passes_through() {
    let ((_one, a), (_other, b)) = (leaf("a"), leaf("b"));
    let work = wait_then(
        move || inprogress(any([a, b])),
        |outcome| {
            note(format_args!("work {}", outcome.unwrap_err().is_aborted()));
            Ok(())
        },
    );
    drop(work.abort());
    run();
    assert!(error_of(&work).is_aborted());
    assert_eq!(take(), ["abort a", "abort b", "work true"]);
}

/// It waited for ever: the second of them was never let go of.
#[test]
fn a_member_that_is_there_twice_and_cannot_be_aborted_holds_no_abort_up() {
    let (_never, ip) = InProgress::<u8>::new();
    let (_promise, other) = leaf("other");
    let both = inprogress(all([&ip, &other, &ip]));
    let over = both.abort();
    assert!(over.is_finished() && both.is_finished());
    assert_eq!(take(), ["abort other"]);
    assert!(!ip.is_finished());
}

#[test]
fn a_member_that_is_there_twice_and_is_saved_holds_no_abort_up() {
    let ((one, a), (_other, b)) = (leaf("a"), leaf("b"));
    let saved = b.clone();
    one.on_abort(move |_| _ = saved.connect(|_| note("never")));
    let every = inprogress(all([&a, &b, &b]));
    drop(every.abort());
    assert!(error_of(&every).is_aborted());
    assert!(!b.is_finished());
    assert_eq!(take(), ["abort a"]);
}

#[test]
fn a_member_that_is_there_twice_is_aborted() {
    let (_promise, ip) = leaf("twice");
    let every = inprogress(all([&ip, &ip]));
    drop(every.abort());
    assert!(error_of(&every).is_aborted());
    assert!(ip.is_failed());
    assert_eq!(take(), ["abort twice"]);
}

#[test]
fn a_member_that_is_saved_when_another_is_told_goes_on() {
    let ((one, a), (other, b)) = (leaf("a"), leaf("b"));
    let saved = b.clone();
    one.on_abort(move |_| _ = saved.connect(|n| note(format_args!("saved {n}"))));
    let every = inprogress(all([a, b]));
    let over = every.abort();
    assert!(over.is_finished() && error_of(&every).is_aborted());
    other.finish(2);
    assert_eq!(take(), ["abort a", "saved 2"]);
}

#[test]
fn losers_are_aborted_on_request_after_the_winner_is_announced() {
    let ((one, a), (_other, b), (third, c)) = (leaf("a"), leaf("b"), leaf("c"));
    c.connect(|n| note(format_args!("c {n}")));
    let first = inprogress(any([a, b.clone(), c]).abort_losers());
    first.connect(|(index, _)| note(format_args!("won {index}")));
    one.finish(1);
    assert!(b.is_failed());
    third.finish(3);
    assert_eq!(take(), ["won 0", "abort b", "c 3"]);
}

#[test]
fn a_handler_may_drop_the_last_handle() {
    let ((one, a), (_other, b)) = two();
    let held = Rc::new(RefCell::new(None));
    let inside = held.clone();
    let first = inprogress(any([a, b]));
    first.connect(move |_| {
        inside.take();
        note("dropped");
    });
    *held.borrow_mut() = Some(first);
    one.finish(1);
    assert_eq!(take(), ["dropped"]);
}
