//! What threads meet at.

pub(crate) use std::sync::{Arc, Mutex, MutexGuard};
