//! Interleavings of connecting, disconnecting and emitting.

#![allow(clippy::unit_arg, reason = "`Ok(note(..))` is the shortest machine that notes")]

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use kaa_core::{Abandoned, Connection, Flow, InProgress, Signal, inprogress};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::wait_then;
use trace::{Guard, note, note_reports, run, take};

fn signal() -> Rc<Signal<u32>> {
    Rc::new(Signal::new())
}

#[test]
fn handlers_are_called_in_order_at_each_emission() {
    let signal = signal();
    signal.connect(|n| note(format_args!("a{n}")));
    signal.connect(|n| note(format_args!("b{n}")));
    signal.emit(&1);
    signal.emit(&2);
    assert_eq!(take(), ["a1", "b1", "a2", "b2"]);
    assert_eq!((signal.len(), signal.is_empty()), (2, false));
}

#[test]
fn a_disconnected_handler_is_dropped_and_not_called() {
    let signal = signal();
    let guard = Guard("handler");
    let connection = signal.connect(move |_| note(format_args!("{guard:?}")));
    assert!(signal.disconnect(connection));
    assert_eq!(take(), ["drop handler"]);
    assert!(!signal.disconnect(connection));
    signal.emit(&1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn an_old_connection_does_not_name_its_successor() {
    let signal = signal();
    let old = signal.connect(|_| ());
    signal.disconnect(old);
    signal.connect(|_| ());
    assert!(!signal.disconnect(old));
    assert_eq!(signal.len(), 1);
}

#[test]
fn a_connection_of_an_in_progress_disconnects_no_handler() {
    let signal = signal();
    signal.connect(|_| ());
    let (promise, ip) = InProgress::new();
    let connection = ip.connect(|()| ());
    assert!(!signal.disconnect(connection));
    promise.finish(());
}

#[test]
fn one_disconnected_before_its_turn_is_not_called() {
    let signal = signal();
    let later = Rc::new(Cell::new(None::<Connection>));
    let (inside, connection) = (signal.clone(), later.clone());
    signal.connect(move |_| {
        connection.take().map(|connection| inside.disconnect(connection));
    });
    later.set(Some(signal.connect(|_| note("never"))));
    signal.connect(|n| note(n));
    signal.emit(&1);
    assert_eq!(take(), ["1"]);
}

// What crashed in gtk-rs-core #1703.
#[test]
fn one_disconnects_itself() {
    let signal = signal();
    let own = Rc::new(OnceCell::new());
    let (inside, connection) = (signal.clone(), own.clone());
    let guard = Guard("handler");
    own.set(signal.connect(move |_| {
        assert!(inside.disconnect(*connection.get().unwrap()));
        let _still_there = &guard;
        note("called");
    }))
    .unwrap();
    signal.connect(|n| note(n));
    signal.emit(&1);
    signal.emit(&2);
    assert_eq!(take(), ["called", "drop handler", "1", "2"]);
}

#[test]
fn one_connected_during_an_emission_sees_the_next() {
    let signal = signal();
    let inside = signal.clone();
    let connected = Cell::new(false);
    signal.connect(move |_| {
        if !connected.replace(true) {
            inside.connect(|n| note(format_args!("new {n}")));
        }
    });
    signal.emit(&1);
    assert_eq!(take(), [""; 0]);
    signal.emit(&2);
    assert_eq!(take(), ["new 2"]);
}

#[test]
fn nested_emissions_run_at_once_and_see_what_was_connected() {
    let signal = signal();
    let inside = signal.clone();
    signal.connect(move |n| {
        note(format_args!("first {n}"));
        if *n == 1 {
            inside.connect(|n| note(format_args!("new {n}")));
            inside.emit(&2);
        }
    });
    signal.connect(|n| note(format_args!("last {n}")));
    signal.emit(&1);
    assert_eq!(take(), ["first 1", "first 2", "last 2", "new 2", "last 1"]);
}

#[test]
fn a_nested_emission_may_disconnect_what_the_outer_would_call_next() {
    let signal = signal();
    let connections = Rc::new(RefCell::new(Vec::new()));
    let (inside, all) = (signal.clone(), connections.clone());
    signal.connect(move |n| match n {
        1 => drop(inside.emit(&2)),
        _ => {
            all.borrow_mut()
                .drain(..)
                .for_each(|connection| assert!(inside.disconnect(connection)));
        }
    });
    for _ in 0..2 {
        connections.borrow_mut().push(signal.connect(|_| note("never")));
    }
    signal.connect(|n| note(n));
    signal.emit(&1);
    assert_eq!(take(), ["2", "1"]);
}

#[test]
fn a_panic_is_reported_and_the_others_are_called() {
    note_reports();
    let signal = signal();
    signal.connect(|_| -> () { panic!("oops") });
    signal.connect(|n| note(n));
    signal.emit(&1);
    assert_eq!(take(), ["Panic in a callback: panicked: oops", "1"]);
}

#[test]
fn a_changing_handler_met_again_is_skipped_and_reported() {
    note_reports();
    let signal = signal();
    let inside = signal.clone();
    let mut calls = 0;
    signal.connect_mut(move |n| {
        calls += 1;
        note(format_args!("call {calls}"));
        if *n == 1 {
            inside.emit(&2);
        }
    });
    signal.connect(|n| note(n));
    signal.emit(&1);
    signal.emit(&3);
    let trace = take();
    assert!(trace[1].starts_with("A handler was skipped: "));
    assert_eq!(
        (&trace[0], &trace[2..]),
        (&"call 1".into(), &["2", "1", "call 2", "3"].map(String::from)[..])
    );
}

#[test]
fn a_changing_handler_that_panicked_is_called_again() {
    note_reports();
    let signal = signal();
    signal.connect_mut(|n| if *n == 1 { panic!("oops") } else { note(n) });
    signal.emit(&1);
    signal.emit(&2);
    assert_eq!(take(), ["Panic in a callback: panicked: oops", "2"]);
}

#[test]
fn stop_ends_the_emission_and_veto_does_not() {
    let signal = signal();
    signal.connect(|n| if *n == 1 { Flow::Stop } else { Flow::Veto });
    signal.connect(|n| note(n));
    assert_eq!(signal.emit(&1), Flow::Stop);
    assert_eq!(take(), [""; 0]);
    assert_eq!(signal.emit(&2), Flow::Veto);
    assert_eq!(take(), ["2"]);
}

#[test]
fn it_is_an_in_progress_of_its_next_emission() {
    let signal = Signal::<str>::new();
    signal.emit("early");
    let next = inprogress(&signal);
    assert!(!next.is_finished());
    signal.emit("next");
    signal.emit("late");
    assert_eq!(next.take_result().unwrap().unwrap(), "next");
    assert!(signal.is_empty());
}

#[test]
fn dropping_that_disconnects_it() {
    note_reports();
    let signal = signal();
    let next = inprogress(&*signal);
    let other = next.clone();
    drop(next);
    assert_eq!(signal.len(), 1);
    drop(other);
    assert_eq!(signal.len(), 0);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn dropping_the_signal_abandons_who_waits_for_it() {
    let signal = signal();
    let next = inprogress(&*signal);
    drop(signal);
    assert!(next.take_result().unwrap().unwrap_err().is::<Abandoned>());
}

#[test]
fn a_coroutine_waits_for_the_next_emission() {
    let signal = signal();
    let waited_for = signal.clone();
    let coroutine = wait_then(move || inprogress(&*waited_for), |n| n);
    signal.emit(&1);
    run();
    assert_eq!(coroutine.take_result().unwrap().unwrap(), 1);
}

#[test]
fn waiting_for_a_signal_from_within_its_emission_sees_the_next() {
    let signal = signal();
    let (inside, waiting) = (signal.clone(), Rc::new(RefCell::new(Vec::new())));
    let nexts = waiting.clone();
    signal.connect(move |n| {
        if *n == 1 {
            nexts.borrow_mut().push(inprogress(&*inside));
        }
    });
    signal.emit(&1);
    signal.emit(&2);
    let next = waiting.borrow_mut().pop().unwrap();
    assert_eq!(next.take_result().unwrap().unwrap(), 2);
}
