//! Timers.
mod entries;
pub(crate) mod wheel;
