//! Compiles a body twice and runs both halves against each other.
//!
//! ```text
//! both! {
//!     fn joins(asks: bool) -> io::Result<String> { .. }
//! }
//!
//! #[test]
//! fn joins() {
//!     let trace = check!(joins(true));
//! }
//! ```

// The paths are for a crate that has this file from elsewhere.
#[path = "harness/driver.rs"]
mod driver;
#[path = "harness/machine.rs"]
mod machine;
#[path = "harness/oracle.rs"]
mod oracle;
#[path = "harness/trace.rs"]
mod trace;

pub(crate) use machine::again as machine_again;
pub(crate) use oracle::{Plain, Told, again as oracle_again, outcome, turn_over};
pub(crate) use trace::{Guard, Socket, ask, fail, later, note, now};

use std::fmt::Debug;
use std::future::Future;

use kaa::InProgress;

use machine::Running;
use oracle::Polled;

/// `fn name(..) -> R { .. }`: the text becomes `name::machine::name`, a coroutine, and `name::oracle::name`, an `async fn`.
///
/// `in { .. }` in front holds items that each half gets a copy of, `impl { .. }` the header of the `impl` that the function is a
/// method of. Everything is passed on as single tokens, so that the attribute sees what a user would have written.
macro_rules! both {
    (in { $($items:tt)* } impl { $($header:tt)* } fn $name:ident $($text:tt)*) => {
        both! { @ $name { $($items)* } { $($header)* } { $($text)* } }
    };
    (in { $($items:tt)* } fn $name:ident $($text:tt)*) => {
        both! { @ $name { $($items)* } {} { $($text)* } }
    };
    (fn $name:ident $($text:tt)*) => {
        both! { @ $name {} {} { $($text)* } }
    };
    (@ $name:ident { $($items:tt)* } {} { $($text:tt)* }) => {
        mod $name {
            pub(crate) mod machine {
                #[allow(unused_imports, reason = "not every body needs all")]
                use super::super::*;
                #[allow(unused_imports, reason = "not every body needs it")]
                use $crate::harness::machine_again as again;
                $($items)*
                #[kaa::coroutine]
                pub(crate) fn $name $($text)*
            }
            pub(crate) mod oracle {
                #[allow(unused_imports, reason = "not every body needs all")]
                use super::super::*;
                #[allow(unused_imports, reason = "not every body needs them")]
                use $crate::harness::{oracle_again as again, oracle_yield as yield_};
                $($items)*
                #[allow(clippy::unused_async, reason = "not every body waits")]
                pub(crate) async fn $name $($text)*
            }
        }
    };
    (@ $name:ident { $($items:tt)* } { $($header:tt)+ } { $($text:tt)* }) => {
        mod $name {
            pub(crate) mod machine {
                #[allow(unused_imports, reason = "not every body needs all")]
                use super::super::*;
                $($items)*
                $($header)+ {
                    #[kaa::coroutine]
                    pub(crate) fn $name $($text)*
                }
            }
            pub(crate) mod oracle {
                #[allow(unused_imports, reason = "not every body needs all")]
                use super::super::*;
                #[allow(unused_imports, reason = "not every body needs it")]
                use $crate::harness::oracle_yield as yield_;
                $($items)*
                $($header)+ {
                    #[allow(clippy::unused_async, reason = "not every body waits")]
                    pub(crate) async fn $name $($text)*
                }
            }
        }
    };
}

/// `yield_!` for bodies that are `async`.
macro_rules! oracle_yield {
    () => {
        $crate::harness::turn_over().await
    };
    ($operand:expr) => {
        $crate::harness::outcome($operand).await
    };
}
pub(crate) use oracle_yield;

/// Runs both halves of a body to the end and leaves both alone on the way; gives the trace of the run to the end.
///
/// `check!(name(a, b))` calls the body with these arguments, `check!(name: value.name(a))` evaluates that in each half.
macro_rules! check {
    ($name:ident : $($call:tt)+) => {
        halves!(check_halves, $name, $($call)+)
    };
    ($name:ident ($($arguments:tt)*)) => {
        halves!(check_halves, $name, $name($($arguments)*))
    };
}

/// Runs both halves of a body to the end only: for bodies that are more than one task as coroutines, and one as `async`.
macro_rules! same {
    ($name:ident ($($arguments:tt)*)) => {
        halves!(same, $name, $name($($arguments)*))
    };
}

macro_rules! halves {
    ($run:ident, $name:ident, $($call:tt)+) => {
        $crate::harness::$run(
            || {
                use $name::machine::*;
                $($call)+
            },
            || {
                use $name::oracle::*;
                #[allow(unused_imports, reason = "only what is no `Result` needs it")]
                use $crate::harness::Plain as _;
                async { $crate::harness::Told($($call)+.await).told() }
            },
        )
    };
}

#[track_caller]
pub(crate) fn check_halves<T: Debug + 'static, B: Future<Output = String>>(
    coroutine: impl Fn() -> InProgress<T>,
    body: impl Fn() -> B,
) -> Vec<String> {
    same_when_abandoned(&coroutine, &body);
    same(coroutine, body)
}

/// Runs both to their end and compares what they noted and what they gave.
#[track_caller]
pub(crate) fn same<T: Debug + 'static, B: Future<Output = String>>(
    coroutine: impl Fn() -> InProgress<T>,
    body: impl Fn() -> B,
) -> Vec<String> {
    let value = Running::start(coroutine()).finish();
    let trace = trace::take();
    let expected = Polled::start(body()).finish();
    assert_eq!(trace, trace::take(), "left: the machine, right: async");
    match expected {
        Some(expected) => assert_eq!(value, expected, "left: the machine, right: async"),
        None => assert!(value.starts_with("failed: "), "the async body panicked: {value}"),
    }
    trace
}

/// What a coroutine gave, or how it failed.
pub(crate) fn machine_outcome<T: Debug + 'static>(coroutine: InProgress<T>) -> String {
    let outcome = Running::start(coroutine).finish();
    trace::take();
    outcome
}

/// Leaves both alone after each number of turns up to the end, and compares the order in which they drop what they hold.
#[track_caller]
pub(crate) fn same_when_abandoned<T: Debug + 'static, B: Future<Output = String>>(
    coroutine: impl Fn() -> InProgress<T>,
    body: impl Fn() -> B,
) {
    for turns in 0.. {
        let mut running = Running::start(coroutine());
        for _ in 0..turns {
            running.turn();
        }
        let finished = running.is_finished();
        running.abandon();
        let trace = trace::take();
        let mut polled = Polled::start(body());
        for _ in 0..turns {
            polled.turn();
        }
        assert_eq!(finished, polled.is_finished(), "after {turns} turns");
        polled.abandon();
        assert_eq!(trace, trace::take(), "left: the machine, right: async, after {turns} turns");
        if finished {
            return;
        }
    }
}
