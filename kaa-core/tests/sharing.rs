//! Looking at an outcome without taking it, taking clones of it, and the other ways in and out of an `InProgress`.

use std::rc::Rc;

use kaa_core::{
    Error, InProgress, InProgressStatus, InUse, OneOf2, Panicked, ResultTaken, all, any, inprogress,
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

/// Says where it is cloned.
#[derive(Debug, PartialEq)]
struct Text(&'static str);

impl Clone for Text {
    fn clone(&self) -> Self {
        note(format_args!("clone {}", self.0));
        Text(self.0)
    }
}

#[test]
fn what_is_shared_is_cloned_for_each_taker() {
    let one = InProgress::finished(Text("a")).shared();
    let other = one.clone();
    assert_eq!((taken(&one), taken(&other), taken(&one)), (Text("a"), Text("a"), Text("a")));
    assert_eq!(take(), ["clone a"; 3]);
}

#[test]
fn what_is_not_shared_is_not_cloned() {
    let one = InProgress::finished(Text("a"));
    assert_eq!(taken(&one.clone()), Text("a"));
    assert!(one.take_result().unwrap().unwrap_err().is::<ResultTaken>());
    assert_eq!(take(), [""; 0]);
}

#[test]
fn it_can_be_shared_while_it_is_pending() {
    let (promise, number) = InProgress::new();
    let number = number.shared();
    assert!(number.take_result().is_none());
    let waits = [(); 2].map(|()| {
        let number = number.clone();
        wait_then(move || number, |n| n)
    });
    promise.finish(7);
    run();
    assert_eq!((taken(&waits[0]), taken(&waits[1]), taken(&number)), (7, 7, 7));
}

#[test]
fn it_can_be_shared_through_any_handle_and_any_link() {
    let (promise, number) = InProgress::new();
    let (follows, link) = InProgress::new();
    follows.waitfor(number.clone());
    let protected = link.noabort();
    drop(protected.clone().shared());
    promise.finish(7);
    assert_eq!([&protected, &link, &number, &number].map(taken), [7; 4]);
}

#[test]
fn it_can_be_shared_when_the_link_has_finished() {
    let (promise, number) = InProgress::new();
    let link = number.noabort();
    promise.finish(7);
    drop(link.clone().shared());
    assert_eq!([&link, &number, &number].map(taken), [7; 3]);
}

#[test]
fn sharing_what_was_taken_brings_nothing_back() {
    let number = InProgress::finished(7);
    taken(&number);
    assert!(number.shared().take_result().unwrap().unwrap_err().is::<ResultTaken>());
}

#[test]
fn a_failure_that_is_shared_is_the_same_for_all_and_handled_by_one() {
    note_reports();
    let broken = InProgress::<u8>::failed(std::fmt::Error).shared();
    for _ in 0..2 {
        assert!(broken.take_result().unwrap().unwrap_err().is::<std::fmt::Error>());
    }
    drop(broken);
    assert_eq!(take(), [""; 0]);
    drop(InProgress::<u8>::failed(std::fmt::Error).shared());
    assert_eq!(take().len(), 1);
}

#[test]
fn a_member_that_is_there_twice_is_shared() {
    let (promise, number) = InProgress::new();
    let number = number.shared();
    let both = inprogress(all([&number, &number]));
    let first = inprogress(any((&number, &number)));
    promise.finish(7);
    let values: Vec<i32> = taken(&both).into_iter().map(|n| n.unwrap()).collect();
    assert_eq!(values, [7, 7]);
    assert!(matches!(taken(&first), OneOf2::A(Ok(7))));
    assert_eq!(taken(&number), 7);
}

#[test]
fn taking_a_clone_while_it_is_lent_is_allowed() {
    let number = InProgress::finished(7).shared();
    let inner = number.clone();
    number.connect(move |n| assert_eq!(taken(&inner), *n));
}

#[test]
fn a_clone_that_panics_has_not_taken_it() {
    struct Once(bool);
    impl Clone for Once {
        fn clone(&self) -> Self {
            assert!(!self.0, "cloned");
            Once(true)
        }
    }
    let one = InProgress::finished(Once(true)).shared();
    let attempt = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| one.take_result()));
    assert!(attempt.is_err());
    assert_eq!(one.with_result(|once| once.is_ok()), Some(true));
}

#[test]
fn looking_takes_nothing_and_handles_a_failure() {
    note_reports();
    let text = InProgress::finished("text".to_owned());
    assert_eq!(text.with_result(|text| text.unwrap().len()), Some(4));
    assert_eq!(taken(&text), "text");
    let taken_before = text.with_result(|text| text.unwrap_err().is::<ResultTaken>());
    assert_eq!(taken_before, Some(true));

    let (promise, number) = InProgress::<u8>::new();
    assert_eq!(number.with_result(|_| ()), None);
    promise.throw(std::fmt::Error);
    assert_eq!(number.with_result(|outcome| outcome.is_err()), Some(true));
    drop(number);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn while_somebody_looks_it_cannot_be_taken() {
    let number = InProgress::finished(7);
    let outcome = number.with_result(|_| number.take_result().unwrap());
    assert!(outcome.unwrap().unwrap_err().is::<InUse>());
    assert_eq!(taken(&number), 7);
}

fn connect_both(number: &InProgress<u8>) {
    number.connect_both(
        |n| note(format_args!("value {n}")),
        |error| note(format_args!("failed: {error}")),
    );
}

#[test]
fn one_of_the_two_callbacks_is_called_and_a_failure_is_handled_thereby() {
    note_reports();
    for outcome in [Ok(7), Err(Error::message("no"))] {
        let (promise, number) = InProgress::new();
        connect_both(&number);
        promise.execute(|| outcome);
    }
    assert_eq!(take(), ["value 7", "failed: no"]);
}

#[test]
fn both_callbacks_may_come_late() {
    note_reports();
    connect_both(&InProgress::finished(7));
    connect_both(&InProgress::failed(Error::message("no")));
    let number = InProgress::finished(7);
    taken(&number);
    connect_both(&number);
    assert_eq!(take()[..2], ["value 7", "failed: no"]);
}

#[test]
fn what_was_taken_goes_to_the_callback_for_errors() {
    let number = InProgress::finished(7);
    taken(&number);
    number.connect_both(|_| unreachable!("taken"), |error| assert!(error.is::<ResultTaken>()));
}

#[test]
fn execute_catches_what_goes_wrong() {
    assert_eq!(taken(&InProgress::execute(|| Ok(3))), 3);
    let failed = InProgress::<u8>::execute(|| Err(Error::message("no")));
    assert_eq!(failed.take_result().unwrap().unwrap_err().to_string(), "no");
    let (promise, number) = InProgress::<u8>::new();
    promise.execute(|| panic!("oops"));
    assert!(number.take_result().unwrap().unwrap_err().is::<Panicked>());
}

#[test]
fn a_callback_made_of_a_promise_finishes_it_or_abandons_it() {
    let (promise, number) = InProgress::new();
    let callback: Box<dyn FnOnce(u8)> = Box::new(promise.into_callback());
    callback(7);
    assert_eq!(taken(&number), 7);

    let (promise, number) = InProgress::<u8>::new();
    drop(promise.into_callback());
    assert!(number.is_failed());
    drop(number.take_result());
}

#[test]
fn the_consumer_sees_how_far_it_is_and_the_first_status_stays() {
    let (promise, bytes) = InProgress::<u64>::new();
    assert!(bytes.progress().is_none());
    let status = Rc::new(InProgressStatus::new(200));
    assert!(promise.set_progress(status.clone()));
    assert!(!promise.set_progress(Rc::new(InProgressStatus::new(1))));
    status.set(50, 200);
    assert_eq!(bytes.progress().unwrap().to_string(), "50/200 (25%)");
    promise.finish(200);
    assert_eq!(bytes.progress().unwrap().position(), 50);
}
