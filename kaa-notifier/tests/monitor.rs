//! Callbacks for descriptors that are ready.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{Read, Write, pipe};
use std::rc::Rc;
use std::time::Duration;

use kaa_core::{Flow, InProgress};
use kaa_notifier::{IOCondition, IOMonitor, Wait, main, readable, writable};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn turn() {
    main::step(Some(Duration::ZERO)).unwrap();
}

#[test]
fn it_is_called_again_until_all_is_read() {
    let (read, mut write) = pipe().unwrap();
    write.write_all(b"abc").unwrap();
    let (calls, count) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (monitor, counted) = (IOMonitor::new(), count.clone());
    let mut own = read.try_clone().unwrap();
    monitor
        .start(&read, IOCondition::Read, move || {
            own.read_exact(&mut [0]).unwrap();
            counted.set(counted.get() + 1);
        })
        .unwrap();
    for _ in 0..10 {
        turn();
        calls.set(calls.get() + 1);
    }
    assert_eq!(count.get(), 3);
    assert!(monitor.is_active());
}

#[test]
fn it_stops_by_its_answer_and_by_its_handle() {
    let (read, mut write) = pipe().unwrap();
    write.write_all(b"abc").unwrap();
    let (monitor, calls) = (IOMonitor::new(), Rc::new(Cell::new(0)));
    for answer in [Flow::Stop, Flow::Continue] {
        let calls = calls.clone();
        let count = move || {
            calls.set(calls.get() + 1);
            answer
        };
        monitor.start(&read, IOCondition::Read, count).unwrap();
        turn();
    }
    assert_eq!((calls.get(), monitor.is_active()), (2, true));
    assert!(monitor.stop() && !monitor.stop());
    turn();
    assert_eq!((calls.get(), Rc::strong_count(&calls)), (2, 1));
}

#[test]
fn it_may_stop_and_start_itself() {
    let (read, mut write) = pipe().unwrap();
    write.write_all(b"abc").unwrap();
    let (monitor, order) = (IOMonitor::new(), Rc::new(RefCell::new(Vec::new())));
    let (itself, noted, again) = (monitor.clone(), order.clone(), read.try_clone().unwrap());
    monitor
        .start(&read, IOCondition::Read, move || {
            noted.borrow_mut().push("first");
            itself.stop();
            let noted = noted.clone();
            let second = move || noted.borrow_mut().push("second");
            itself.start(&again, IOCondition::Read, second).unwrap();
        })
        .unwrap();
    turn();
    turn();
    assert_eq!(*order.borrow(), ["first", "second"]);
    monitor.stop();
}

#[test]
fn several_watch_one_descriptor_and_closing_it_does_no_harm() {
    let (read, mut write) = pipe().unwrap();
    write.write_all(b"abc").unwrap();
    let calls = Rc::new(Cell::new(0));
    let monitors = [IOMonitor::new(), IOMonitor::new()];
    for monitor in &monitors {
        let calls = calls.clone();
        monitor.start(&read, IOCondition::Read, move || calls.set(calls.get() + 1)).unwrap();
    }
    drop(read);
    turn();
    assert_eq!(calls.get(), 2);
    assert_eq!(monitors.map(|monitor| monitor.stop()), [true, true]);
}

#[test]
fn its_call_may_run_the_loop() {
    let (read, mut write) = pipe().unwrap();
    write.write_all(b"ab").unwrap();
    let (monitor, calls) = (IOMonitor::new(), Rc::new(Cell::new(0)));
    let (mut own, counted) = (read.try_clone().unwrap(), calls.clone());
    monitor
        .start(&read, IOCondition::Read, move || {
            counted.set(counted.get() + 1);
            main::run_until(kaa_notifier::delay(Duration::from_millis(1))).unwrap();
            own.read_exact(&mut [0]).unwrap();
        })
        .unwrap();
    for _ in 0..4 {
        turn();
    }
    assert_eq!((calls.get(), monitor.is_active()), (2, true));
    monitor.stop();
}

#[test]
fn nobody_need_hold_it() {
    let (read, mut write) = pipe().unwrap();
    let called = Rc::new(Cell::new(false));
    let tell = called.clone();
    IOMonitor::new()
        .start(&read, IOCondition::Either, move || {
            tell.set(true);
            Flow::Stop
        })
        .unwrap();
    write.write_all(b"x").unwrap();
    turn();
    assert!(called.get());
}

#[test]
fn a_coroutine_can_wait_for_a_descriptor() {
    let (read, mut write) = pipe().unwrap();
    let ready = readable(&read);
    turn();
    assert!(!ready.is_finished());
    write.write_all(b"x").unwrap();
    done(&ready);
    done(&writable(&write));
    assert!(readable(File::open("/dev/null").unwrap()).wait().is_err());
}

#[test]
fn an_abort_stops_watching() {
    let (read, mut write) = pipe().unwrap();
    let ready = readable(&read);
    done(&ready.abort());
    write.write_all(b"x").unwrap();
    turn();
    assert!(ready.take_result().unwrap().unwrap_err().is_aborted());
}
