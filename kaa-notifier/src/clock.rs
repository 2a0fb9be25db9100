//! What time it is for a loop: the system's, or a test's.

use std::cell::Cell;
use std::time::Instant;

/// The clock of one loop.
pub(crate) struct Clock {
    /// The time of a test, which stands still but for jumps; `None`: the system's monotonic clock.
    virtual_now: Option<Cell<Instant>>,
}

impl Clock {
    pub(crate) fn real() -> Clock {
        Clock { virtual_now: None }
    }

    /// Stands still until it is moved.
    pub(crate) fn virtual_time() -> Clock {
        Clock { virtual_now: Some(Cell::new(Instant::now())) }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.virtual_now.is_some()
    }

    pub(crate) fn now(&self) -> Instant {
        self.virtual_now.as_ref().map_or_else(Instant::now, Cell::get)
    }

    /// Jumps to `at`, if that lies ahead. The system's clock cannot be moved.
    pub(crate) fn jump_to(&self, at: Instant) {
        if let Some(now) = &self.virtual_now {
            now.set(now.get().max(at));
        }
    }
}
