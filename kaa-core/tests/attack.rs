//! Attack.
#![allow(warnings, missing_docs, unsafe_code, clippy::all)]
use kaa_core::{Queue, Signal};
use std::{cell::RefCell, rc::Rc};
#[test]
fn rendezvous_callback() {
    let q = Queue::<u8>::bounded(0);
    let seen = Rc::new(RefCell::new(None));
    let (s, q2) = (seen.clone(), q.clone());
    q.push(1).connect(move |()| *s.borrow_mut() = Some(q2.len()));
    assert_eq!(q.try_pop(), Some(1));
    assert_eq!(*seen.borrow(), Some(0));
}
#[test]
fn returned_in_order() {
    let q = Queue::unbounded();
    for n in [1, 2, 3] {
        q.try_push(n).unwrap();
    }
    let (a, b) = (q.pop(), q.pop());
    drop(a);
    drop(b);
    assert_eq!([q.try_pop(), q.try_pop(), q.try_pop()], [Some(1), Some(2), Some(3)]);
}
#[test]
fn deferred_order() {
    let s = Rc::new(Signal::<u8>::new());
    s.emit_when_handled(1u8);
    let w = Rc::downgrade(&s);
    s.on_change(move |_, n| {
        if n == 1 {
            w.upgrade().unwrap().emit_when_handled(2u8);
        }
    });
    let got = Rc::new(RefCell::new(vec![]));
    let g = got.clone();
    s.connect(move |n| g.borrow_mut().push(*n));
    assert_eq!(*got.borrow(), [1, 2]);
}
