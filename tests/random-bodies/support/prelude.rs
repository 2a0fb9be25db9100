//! What random bodies do things with, beside what the oracle's harness gives.

#![allow(dead_code, unused_imports, reason = "not every body needs all")]

pub(crate) use std::cell::RefCell;
pub(crate) use std::io;

pub(crate) use crate::harness::{Guard, ask, fail, later, note, now};

pub(crate) struct Trio {
    pub(crate) g: Guard,
    pub(crate) n: u32,
    pub(crate) h: Guard,
}

pub(crate) enum Shape {
    Two(Guard, Guard),
    One(Guard),
    Number(u32),
    Empty,
}

pub(crate) struct Parts {
    pub(crate) one: u32,
    pub(crate) two: u32,
    pub(crate) three: u32,
}

impl Parts {
    pub(crate) fn of(number: u32) -> Parts {
        note(format_args!("parts of {number}"));
        Parts { one: number, two: number, three: number }
    }

    pub(crate) fn total(&self) -> u32 {
        self.one.wrapping_add(self.two).wrapping_add(self.three)
    }
}

pub(crate) struct Counter(pub(crate) u32);

impl Counter {
    pub(crate) fn plus(&self, one: u32, other: u32) -> u32 {
        note(format_args!("{} plus {one}, {other}", self.0));
        sum(self.0, one, other)
    }
}

/// Notes that it was evaluated.
pub(crate) fn told(number: u32) -> u32 {
    note(format_args!("told {number}"));
    number
}

pub(crate) fn sum(one: u32, other: u32, third: u32) -> u32 {
    one.wrapping_add(other).wrapping_add(third)
}

/// # Safety
///
/// There is nothing to keep: it stands in `unsafe` blocks.
pub(crate) unsafe fn wild(number: u32) -> u32 {
    number
}

pub(crate) fn made(name: &'static str) -> Guard {
    note(format_args!("make {name}"));
    Guard(name)
}

pub(crate) fn lend(guard: &Guard) -> u32 {
    note(format_args!("lend {}", guard.0));
    guard.0.len() as u32
}

pub(crate) fn eat(guard: Guard) -> u32 {
    note(format_args!("eat {}", guard.0));
    guard.0.len() as u32
}

pub(crate) fn keep(guard: Guard, one: u32, other: u32) -> u32 {
    note(format_args!("keep {}", guard.0));
    one.wrapping_add(other)
}
