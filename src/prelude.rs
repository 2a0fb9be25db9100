//! What most programs name: `use kaa::prelude::*;`.
//!
//! It holds neither the attributes, which are written by path, nor `Result`, which would hide Rust's.

pub use crate::{emit_, yield_};
pub use kaa_core::{InProgress, IntoInProgress, Promise, Signal};
pub use kaa_notifier::{Socket, Wait};
