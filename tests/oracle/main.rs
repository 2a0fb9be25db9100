//! The oracle: each body is written once and compiled twice, by `#[kaa::coroutine]` and as an `async fn`. Both must leave the same
//! trace and the same value, and drop the same things in the same order when they are left alone on the way.
//!
//! [`harness`] says how; the other files hold the bodies, one theme a file.

#![forbid(unsafe_code)]
#![allow(
    clippy::needless_pass_by_value,
    clippy::needless_late_init,
    unused_variables,
    unused_assignments,
    clippy::never_loop,
    clippy::match_single_binding,
    clippy::let_unit_value,
    clippy::unused_unit,
    clippy::needless_return,
    clippy::useless_vec,
    clippy::assign_op_pattern,
    clippy::blocks_in_conditions,
    clippy::init_numbered_fields,
    clippy::ptr_arg,
    unused_qualifications,
    reason = "the bodies are written as users might, and the arguments of a coroutine own their data"
)]

#[macro_use]
mod harness;

mod assignments;
mod blocks;
mod borrows;
mod branches;
mod calls;
mod closures;
mod conditions;
mod differences;
mod exits;
mod fields;
mod for_loops;
mod guards;
mod heads;
mod jumps;
mod let_chains;
mod locals;
mod loops;
mod macros;
mod matches;
mod methods;
mod names;
mod operands;
mod panics;
mod refilled;
mod rests;
mod signatures;
mod split;
mod straight;
mod taken;
