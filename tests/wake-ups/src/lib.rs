//! The wake-up path of the main loop on the locks of `loom`, which tries every interleaving of the threads.
//!
//! It is the file of `kaa-notifier` itself, under other names for what it uses: a poller that sleeps until it is woken, and the
//! locks. What is checked stands in `tests/every_interleaving.rs`.

// The file under test brings unit tests along, which need the poller.
#![cfg(not(test))]
#![forbid(unsafe_code)]

mod sync {
    pub(crate) use loom::sync::{Arc, Mutex, MutexGuard};
}

mod sys {
    pub(crate) mod poll {
        pub(crate) use crate::bell::Bell as Waker;
    }
}

#[allow(dead_code, unreachable_pub, reason = "not all of it is checked here")]
#[path = "../../../kaa-notifier/src/wake.rs"]
mod wake;

mod bell;
mod model;

pub use model::{Handle, Loop};
