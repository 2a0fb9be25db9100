//! What `keep!` holds, and what not.

use std::cell::RefCell;

use super::super::by_type::*;
use super::{keep, keep_some};

thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes its drop.
#[derive(Debug)]
struct Guard(&'static str);

impl Guard {
    fn name(&self) -> &'static str {
        self.0
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        TRACE.with_borrow_mut(|trace| trace.push(format!("drop {}", self.0)));
    }
}

/// Hands the trace out and starts a new one.
fn take() -> Vec<String> {
    TRACE.take()
}

fn copied() -> impl Copy {
    1
}

fn opaque(text: String) -> impl Fn() -> usize {
    move || text.len()
}

struct Parser(#[allow(dead_code)] Guard);

impl Parser {
    fn expect(&mut self, _: &str) {}
}

#[test]
#[allow(clippy::let_unit_value, reason = "the unit is the point")]
fn nothing_is_held_of_what_drops_unseen() {
    let text = String::from("text");
    let mut numbers = vec![1, 2];
    let five = 5;
    let closure = |n: usize| n + text.len();
    let (opaque, function, slice, none) = (copied(), copied, text.trim(), None::<&str>);
    let () = keep!(five, closure, opaque, function, slice, none);
    let (chars, lines) = (text.chars().peekable(), text.lines().enumerate());
    let pairs = numbers.iter().zip(1..);
    let () = keep!(chars, lines);
    let _ = pairs;
    let each = numbers.iter_mut();
    let () = keep!(each);
    let all = &mut numbers;
    let () = keep!(all);
    let (strings, nested) = (vec![text.clone()], Some(Box::new([Ok::<_, ()>(text.clone())])));
    let () = keep!(strings, nested);
}

#[test]
#[allow(clippy::let_unit_value, reason = "the unit is the point")]
fn methods_may_consume() {
    let (text, some, iter) = (String::from("a"), Some(String::from("b")), vec![1, 2].into_iter());
    assert_eq!(text.into_bytes(), b"a");
    assert_eq!(some.map_or(0, |text| text.len()), 1);
    assert_eq!(iter.sum::<i32>(), 3);
    let () = keep!(text, some, iter);
    let (guard, guards) = (Some(Guard("one")), vec![Guard("two")]);
    guard.unwrap();
    guards.into_iter().for_each(drop);
    let () = keep!(guard.unwrap(), guards.into_iter());
    assert_eq!(take(), ["drop one", "drop two"]);
    let mut parser = Parser(Guard("parser"));
    parser.expect(":");
    drop(keep!(parser.unwrap()).newest);
    assert_eq!(take(), ["drop parser"]);
}

#[test]
fn neighbours_share_a_slot() {
    let (old, five, new, text) = (Guard("old"), 5, Guard("new"), "text");
    let last = || drop(Guard("last"));
    drop(keep!(old, five, new, move last, text));
    assert_eq!(take(), ["drop new", "drop old"]);
}

#[test]
fn the_rest_is_held() {
    fn generic<T>(value: T) {
        let value = Some(value);
        let _: Option<T> = keep!(value).newest;
    }
    fn generic_copy<T: Copy>(value: T) {
        let value = Some(value);
        let () = keep!(value);
    }
    generic(1);
    generic_copy(1);
    let opaque = opaque(String::new());
    assert_eq!((keep!(opaque).newest)(), 0);
}

#[test]
fn what_was_taken_apart_is_held_if_it_drops_itself() {
    struct Ticket {
        n: u32,
        guard: Guard,
    }
    impl Drop for Ticket {
        fn drop(&mut self) {}
    }
    let pair = (Guard("a"), Guard("b"));
    let (a, b) = pair;
    let () = keep!(match pair);
    let none = keep_some!(match pair);
    assert!(none.is_none() && a.name() < b.name());
    let ticket = Ticket { n: 1, guard: Guard("ticket") };
    let Ticket { n, .. } = ticket;
    let ticket = keep!(match ticket).newest;
    assert_eq!((n, ticket.guard.name()), (1, "ticket"));
    assert!(keep_some!(ticket).is_some());
    let text = String::new();
    assert!(keep_some!(text).is_none());
}
