//! Between coroutines: what one hands to another, and what only some may have at a time.
//!
//! All three serve in the order in which was asked: who asks waits in a [`Line`](crate::line::Line).

mod generator;
mod lock;
mod queue;
mod semaphore;

pub use generator::{Emitter, Generator, emit, emitter};
pub use lock::{Lock, LockGuard};
pub use queue::{Queue, QueueClosed};
pub use semaphore::{Permit, Semaphore};
