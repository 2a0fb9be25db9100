//! The oracle: each body is written once and compiled twice, by `#[kaa::coroutine]` and as an `async fn`. Both must leave the same
//! trace and the same value, and drop the same things in the same order when they are left alone on the way.
//!
//! [`harness`] says how; the other files hold the bodies, one theme a file.

#![forbid(unsafe_code)]
#![allow(
    clippy::needless_pass_by_value,
    clippy::needless_late_init,
    clippy::let_unit_value,
    clippy::unused_unit,
    reason = "the bodies are written as users might, and the arguments of a coroutine own their data"
)]

#[macro_use]
mod harness;

mod blocks;
mod straight;
