//! The bodies of the oracle in a crate of edition 2021: all but those with chains of `let`.

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
#[path = "../../oracle/harness.rs"]
mod harness;

#[path = "../../oracle/assignments.rs"]
mod assignments;
#[path = "../../oracle/blocks.rs"]
mod blocks;
#[path = "../../oracle/borrows.rs"]
mod borrows;
#[path = "../../oracle/branches.rs"]
mod branches;
#[path = "../../oracle/calls.rs"]
mod calls;
#[path = "../../oracle/closures.rs"]
mod closures;
#[path = "../../oracle/conditions.rs"]
mod conditions;
#[path = "../../oracle/differences.rs"]
mod differences;
#[path = "../../oracle/exits.rs"]
mod exits;
#[path = "../../oracle/fields.rs"]
mod fields;
#[path = "../../oracle/for_loops.rs"]
mod for_loops;
#[path = "../../oracle/guards.rs"]
mod guards;
#[path = "../../oracle/heads.rs"]
mod heads;
#[path = "../../oracle/jumps.rs"]
mod jumps;
#[path = "../../oracle/locals.rs"]
mod locals;
#[path = "../../oracle/loops.rs"]
mod loops;
#[path = "../../oracle/macros.rs"]
mod macros;
#[path = "../../oracle/matches.rs"]
mod matches;
#[path = "../../oracle/methods.rs"]
mod methods;
#[path = "../../oracle/names.rs"]
mod names;
#[path = "../../oracle/operands.rs"]
mod operands;
#[path = "../../oracle/panics.rs"]
mod panics;
#[path = "../../oracle/refilled.rs"]
mod refilled;
#[path = "../../oracle/rests.rs"]
mod rests;
#[path = "../../oracle/signatures.rs"]
mod signatures;
#[path = "../../oracle/split.rs"]
mod split;
#[path = "../../oracle/straight.rs"]
mod straight;
#[path = "../../oracle/taken.rs"]
mod taken;
