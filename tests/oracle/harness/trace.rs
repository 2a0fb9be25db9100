//! What the bodies do things with: a trace, guards that note their drop, promises that are kept in a later turn, a socket that plays
//! back chunks.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::{self, Display};
use std::io;

use kaa::InProgress;

type Call = Box<dyn FnOnce()>;

thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// What keeps the promises, one a turn.
    static LATER: RefCell<VecDeque<Call>> = const { RefCell::new(VecDeque::new()) };
}

/// Adds a line to the trace.
pub(crate) fn note(line: impl Display) {
    TRACE.with_borrow_mut(|trace| trace.push(line.to_string()));
}

/// Hands the trace out and starts a new one.
pub(crate) fn take() -> Vec<String> {
    TRACE.take()
}

/// Keeps the oldest promise; false if there is none.
pub(crate) fn keep_one_promise() -> bool {
    let oldest = LATER.with_borrow_mut(VecDeque::pop_front);
    oldest.map(|call| call()).is_some()
}

/// Breaks all promises.
pub(crate) fn break_promises() {
    let next = || LATER.with_borrow_mut(VecDeque::pop_front);
    while let Some(call) = next() {
        drop(call);
    }
}

fn in_a_later_turn(call: impl FnOnce() + 'static) {
    LATER.with_borrow_mut(|later| later.push_back(Box::new(call)));
}

/// Finishes in a later turn.
pub(crate) fn later<T: 'static>(value: T) -> InProgress<T> {
    let (promise, in_progress) = InProgress::new();
    in_a_later_turn(move || promise.finish(value));
    in_progress
}

/// Notes that it is asked for, finishes in a later turn.
pub(crate) fn ask<T: Display + 'static>(value: T) -> InProgress<T> {
    note(format_args!("ask {value}"));
    later(value)
}

/// Is finished already.
pub(crate) fn now<T: 'static>(value: T) -> InProgress<T> {
    InProgress::finished(value)
}

/// Notes that it is asked for, fails in a later turn.
pub(crate) fn fail(text: &'static str) -> InProgress<u32> {
    note(format_args!("fail {text}"));
    let (promise, in_progress) = InProgress::new();
    in_a_later_turn(move || promise.throw(io::Error::other(text)));
    in_progress
}

/// Notes its drop.
#[derive(Debug)]
pub(crate) struct Guard(pub(crate) &'static str);

impl Guard {
    pub(crate) fn name(&self) -> &'static str {
        self.0
    }
}

impl Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        note(format_args!("drop {}", self.0));
    }
}

/// Plays back `a`, `bb`, `ccc`.
pub(crate) struct Socket {
    chunks: RefCell<VecDeque<&'static str>>,
}

impl Socket {
    pub(crate) fn new() -> Self {
        Socket { chunks: RefCell::new(["a", "bb", "ccc"].into()) }
    }

    pub(crate) fn connect(&self, site: &str) -> InProgress<()> {
        note(format_args!("connect {site}"));
        later(())
    }

    pub(crate) fn write(&self, text: &str) -> InProgress<usize> {
        note(format_args!("write {text}"));
        later(text.len())
    }

    pub(crate) fn read(&self) -> InProgress<Option<&'static str>> {
        let chunk = self.chunks.borrow_mut().pop_front();
        note(format_args!("read {chunk:?}"));
        later(chunk)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        note("drop socket");
    }
}
