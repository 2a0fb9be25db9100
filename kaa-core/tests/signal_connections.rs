//! How a handler may be connected, how long it stays, and who is told.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use kaa_core::{Abandoned, Flow, ScopedConnection, Signal, inprogress, report};

#[path = "support/trace.rs"]
mod trace;

use trace::{Bad, Guard, note, note_reports, take};

fn signal() -> Rc<Signal<u32>> {
    Rc::new(Signal::new())
}

#[test]
fn one_connected_once_is_called_at_one_emission_only() {
    let signal = signal();
    let guard = Guard("captured");
    signal.connect_once(move |n| {
        let _consumed = guard;
        note(n);
    });
    signal.emit(&1);
    signal.emit(&2);
    assert_eq!(take(), ["1", "drop captured"]);
}

#[test]
fn one_connected_once_is_gone_before_it_is_called() {
    let signal = signal();
    let inside = signal.clone();
    signal.connect_once(move |n| {
        note(format_args!("{n}, {} left", inside.len()));
        inside.emit(&2);
    });
    signal.emit(&1);
    assert_eq!(take(), ["1, 0 left"]);
}

#[test]
fn one_connected_once_may_object() {
    let signal = signal();
    signal.connect_once(|_| Flow::Veto);
    assert_eq!(signal.emit(&1), Flow::Veto);
    assert_eq!(signal.emit(&2), Flow::Continue);
}

#[test]
fn the_last_that_is_connected_first_is_called_first() {
    let signal = signal();
    signal.connect(|_| note("c"));
    signal.connect_first(|_| note("b"));
    signal.connect_first(|_| note("a"));
    signal.emit(&1);
    assert_eq!(take(), ["a", "b", "c"]);
}

#[test]
fn one_connected_first_during_an_emission_sees_the_next() {
    let signal = signal();
    let inside = signal.clone();
    signal.connect_once(move |_| {
        inside.connect_first(|n| note(format_args!("first {n}")));
    });
    signal.connect(|n| note(n));
    signal.emit(&1);
    signal.emit(&2);
    assert_eq!(take(), ["1", "first 2", "2"]);
}

#[test]
fn a_weak_handler_is_called_with_its_object() {
    let signal = signal();
    let object = Rc::new(Guard("object"));
    signal.connect_weak(&object, |object, n| note(format_args!("{object:?} {n}")));
    signal.emit(&1);
    drop(object);
    signal.emit(&2);
    assert_eq!(take(), [r#"Guard("object") 1"#, "drop object"]);
}

#[test]
fn a_weak_handler_goes_with_its_object() {
    let signal = signal();
    let object = Rc::new(());
    let guard = Guard("handler");
    let connection = signal.connect_weak(&object, move |_, _| note(format_args!("{guard:?}")));
    assert_eq!((signal.len(), signal.is_connected(connection)), (1, true));
    drop(object);
    assert_eq!((signal.len(), signal.is_connected(connection)), (0, false));
    assert_eq!(take(), ["drop handler"]);
    assert!(!signal.disconnect(connection));
}

#[test]
fn an_object_may_go_while_its_handler_runs() {
    let signal = signal();
    let object = Rc::new(RefCell::new(None));
    let itself = object.clone();
    object.replace(Some(Guard("object")));
    let holder = Rc::new(RefCell::new(Some(itself)));
    signal.connect_weak(&object, move |_, n| {
        holder.take();
        note(n);
    });
    drop(object);
    signal.emit(&1);
    assert_eq!(take(), ["1", "drop object"]);
    assert!(signal.is_empty());
}

#[test]
fn a_scoped_connection_disconnects_when_it_is_dropped() {
    let signal = signal();
    let scoped = signal.scoped(signal.connect(|n| note(n)));
    signal.emit(&1);
    drop(scoped);
    signal.emit(&2);
    assert_eq!(take(), ["1"]);
}

#[test]
fn a_scoped_connection_may_outlive_its_signal() {
    let signal = signal();
    let scoped = signal.scoped(signal.connect(|_| ()));
    drop(signal);
    drop(scoped);
}

#[test]
fn a_scoped_connection_may_be_dropped_by_its_own_handler() {
    let signal = signal();
    let scoped = Rc::new(RefCell::new(None::<ScopedConnection>));
    let inside = scoped.clone();
    let connection = signal.connect(move |n| {
        note(n);
        inside.take();
    });
    scoped.replace(Some(signal.scoped(connection)));
    signal.emit(&1);
    signal.emit(&2);
    assert_eq!(take(), ["1"]);
}

#[test]
fn a_blocked_handler_is_passed_over_until_all_have_unblocked_it() {
    let signal = signal();
    let connection = signal.connect(|n| note(n));
    let (one, other) = (signal.block(connection), signal.block(connection));
    signal.emit(&1);
    drop(one);
    signal.emit(&2);
    drop(other);
    signal.emit(&3);
    assert_eq!(take(), ["3"]);
}

#[test]
fn a_blocked_handler_that_is_called_once_waits_for_its_emission() {
    let signal = signal();
    let connection = signal.connect_once(|n| note(n));
    let blocked = signal.block(connection);
    signal.emit(&1);
    drop(blocked);
    signal.emit(&2);
    assert_eq!(take(), ["2"]);
}

#[test]
fn blocking_what_was_disconnected_blocks_nobody_else() {
    let signal = signal();
    let old = signal.connect(|_| ());
    let before = signal.block(old);
    signal.disconnect(old);
    signal.connect(|n| note(n));
    let after = signal.block(old);
    signal.emit(&1);
    drop((before, after));
    signal.emit(&2);
    assert_eq!(take(), ["1", "2"]);
}

#[test]
fn a_handler_may_block_the_next_one() {
    let signal = signal();
    let second = Rc::new(Cell::new(None));
    let (inside, other) = (signal.clone(), second.clone());
    let blocked = RefCell::new(None);
    signal.connect(move |_| {
        blocked.replace(other.get().map(|connection| inside.block(connection)));
    });
    second.set(Some(signal.connect(|n| note(n))));
    signal.emit(&1);
    assert_eq!(take(), [""; 0]);
}

#[test]
fn disconnecting_all_ends_the_emission_and_abandons_who_waits() {
    let signal = signal();
    let inside = signal.clone();
    signal.connect(move |_| note(format_args!("{} gone", inside.disconnect_all())));
    signal.connect(|_| note("never"));
    let next = inprogress(&*signal);
    signal.emit(&1);
    assert_eq!(take(), ["3 gone"]);
    assert!(next.take_result().unwrap().unwrap_err().is::<Abandoned>());
    assert_eq!(signal.disconnect_all(), 0);
}

#[test]
fn one_connected_by_the_drop_of_a_disconnected_stays() {
    struct Connects(Rc<Signal<u32>>);
    impl Drop for Connects {
        fn drop(&mut self) {
            self.0.connect(|n| note(n));
        }
    }
    let signal = signal();
    let connects = Connects(signal.clone());
    signal.connect(move |_| {
        let _held = &connects;
    });
    assert_eq!(signal.disconnect_all(), 1);
    signal.emit(&1);
    assert_eq!(take(), ["1"]);
}

#[test]
fn a_panic_in_the_drop_of_a_handler_is_reported() {
    note_reports();
    let signal = signal();
    let bad = Bad("bad drop");
    let connection = signal.connect(move |_| {
        let _held = &bad;
    });
    assert!(signal.disconnect(connection));
    assert_eq!(take(), ["Panic in a drop: panicked: bad drop"]);
}

#[test]
fn what_nobody_was_there_for_is_emitted_to_the_first_who_comes() {
    let signal = signal();
    assert_eq!(signal.emit_when_handled(1), None);
    assert_eq!(signal.emit_when_handled(2), None);
    signal.connect(|n| note(format_args!("a{n}")));
    note("connected");
    signal.connect(|n| note(format_args!("b{n}")));
    assert_eq!(signal.emit_when_handled(3), Some(Flow::Continue));
    assert_eq!(take(), ["a1", "a2", "connected", "a3", "b3"]);
}

#[test]
fn one_connected_once_takes_one_of_what_was_kept() {
    let signal = signal();
    signal.emit_when_handled(1);
    signal.emit_when_handled(2);
    signal.connect_once(|n| note(n));
    let next = inprogress(&*signal);
    assert_eq!(next.take_result().unwrap().unwrap(), 2);
    assert_eq!(take(), ["1"]);
    assert!(signal.is_empty());
}

#[test]
fn what_is_kept_while_the_kept_is_emitted_comes_last() {
    let signal = signal();
    signal.emit_when_handled(1);
    signal.emit_when_handled(2);
    let inside = signal.clone();
    signal.connect(move |n| {
        note(n);
        if *n == 1 {
            assert_eq!(inside.emit_when_handled(3), None);
            inside.connect(|n| note(format_args!("new {n}")));
        }
    });
    assert_eq!(take(), ["1", "2", "new 2", "3", "new 3"]);
}

#[test]
fn a_text_is_kept_as_it_was_given() {
    let line = Signal::<str>::new();
    line.emit_when_handled("borrowed");
    line.emit_when_handled(String::from("owned"));
    line.connect(|line| note(line));
    assert_eq!(take(), ["borrowed", "owned"]);
}

#[test]
fn the_hook_is_told_of_each_who_comes_or_goes() {
    let signal = signal();
    signal.on_change(|change, connected| note(format_args!("{change:?} {connected}")));
    let one = signal.connect(|_| note("called"));
    signal.disconnect(one);
    signal.disconnect(one);
    signal.connect_once(|_| note("once"));
    signal.emit(&1);
    drop(inprogress(&*signal));
    assert_eq!(
        take(),
        [
            "Connected 1",
            "Disconnected 0",
            "Connected 1",
            "Disconnected 0",
            "once",
            "Connected 1",
            "Disconnected 0",
        ]
    );
}

#[test]
fn the_hook_is_told_once_of_several_that_go_together() {
    let signal = signal();
    let object = Rc::new(());
    for _ in 0..2 {
        signal.connect(|_| ());
        signal.connect_weak(&object, |_, _| ());
    }
    signal.on_change(|change, connected| note(format_args!("{change:?} {connected}")));
    drop(object);
    assert_eq!(signal.len(), 2);
    signal.disconnect_all();
    assert_eq!(take(), ["Disconnected 2", "Disconnected 0"]);
}

#[test]
fn the_hook_runs_before_what_was_kept_is_emitted() {
    let signal = signal();
    signal.on_change(|change, _| note(format_args!("{change:?}")));
    signal.emit_when_handled(1);
    signal.connect(|n| note(n));
    assert_eq!(take(), ["Connected", "1"]);
}

#[test]
fn what_the_hook_emits_does_not_overtake_what_was_kept() {
    let signal = signal();
    let inside = Rc::downgrade(&signal);
    signal.on_change(move |_, _| {
        inside.upgrade().unwrap().emit_when_handled(2);
    });
    signal.emit_when_handled(1);
    signal.connect(|n| note(n));
    assert_eq!(take(), ["1", "2"]);
}

#[test]
fn a_hook_may_connect_and_add_another() {
    let signal = signal();
    let inside = Rc::downgrade(&signal);
    signal.on_change(move |_, connected| {
        if connected == 1 {
            let signal = inside.upgrade().unwrap();
            signal.on_change(|_, connected| note(connected));
            signal.connect(|n| note(format_args!("by the hook {n}")));
        }
    });
    signal.connect(|n| note(n));
    signal.emit(&1);
    assert_eq!(take(), ["2", "2", "1", "by the hook 1"]);
}

#[test]
fn a_panic_is_reported_with_the_name_of_the_signal() {
    report::set_reporter(Some(Rc::new(|report: &report::Report| {
        note(report.origin.expect("it has a place"));
    })));
    let closing = Signal::<()>::named("closing");
    closing.connect(|()| -> () { panic!("oops") });
    closing.emit(&());
    assert!(take()[0].starts_with("signal `closing` created at "));
}

mod structure {
    kaa_core::signals! {
        /// What a door tells.
        pub(crate) struct DoorSignals {
            /// It was opened.
            pub(crate) opened: (),
            pub(crate) knocked: str,
        }
    }
}

#[test]
fn a_structure_of_signals_knows_their_names() {
    let signals = structure::DoorSignals::default();
    signals.knocked.connect(|who| note(who));
    signals.knocked.emit("me");
    signals.opened.emit(&());
    assert_eq!(take(), ["me"]);
    assert_eq!(structure::DoorSignals::NAMES, ["opened", "knocked"]);
    assert_eq!(
        format!("{signals:?}"),
        "DoorSignals { opened: Signal(opened, 0 connected), knocked: Signal(knocked, 1 connected) }"
    );
}
