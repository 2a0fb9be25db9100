//! A trace that tests note to and compare, guards that note their drop, reports as lines of the trace.

#![allow(dead_code, reason = "each test uses some of it")]

use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;

use kaa_core::{driver, report};

thread_local! {
    static TRACE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Adds a line to the trace.
pub(crate) fn note(line: impl Display) {
    TRACE.with_borrow_mut(|trace| trace.push(line.to_string()));
}

/// Hands the trace out and starts a new one.
pub(crate) fn take() -> Vec<String> {
    TRACE.take()
}

/// Notes its drop.
#[derive(Debug)]
pub(crate) struct Guard(pub(crate) &'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        note(format_args!("drop {}", self.0));
    }
}

/// Panics when it is dropped.
pub(crate) struct Bad(pub(crate) &'static str);

impl Drop for Bad {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

/// From now on what is reported on this thread is noted: heading and error.
pub(crate) fn note_reports() {
    report::set_reporter(Some(Rc::new(|report: &report::Report| {
        note(format_args!("{}: {:#}", report.heading, report.error));
    })));
}

/// Resumes whatever is ready, until nothing is.
pub(crate) fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}
