//! Between coroutines: what one hands to another, and what only some may have at a time.
//!
//! All three serve in the order in which was asked. Who asks waits in a [`Line`]: it leaves the line when it is aborted or
//! nobody looks any more, and what it was given and nobody took goes back to where it came from.

mod generator;
mod line;
mod lock;
mod queue;
mod semaphore;

pub use generator::{Emitter, Generator, emit, emitter};
pub use lock::{Lock, LockGuard};
pub use queue::{Queue, QueueClosed};
pub use semaphore::{Permit, Semaphore};

use line::{Line, TakesBack};
