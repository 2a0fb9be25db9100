//! What the poller's wake-ups are, and no more: one that comes while nobody sleeps ends the next sleep, and many are as one.

use loom::sync::{Arc, Condvar, Mutex};

#[derive(Clone)]
pub(crate) struct Bell(Arc<Shared>);

struct Shared {
    rung: Mutex<bool>,
    changed: Condvar,
}

impl Bell {
    pub(crate) fn new() -> Bell {
        Bell(Arc::new(Shared { rung: Mutex::new(false), changed: Condvar::new() }))
    }

    pub(crate) fn wake(&self) {
        *self.0.rung.lock().unwrap() = true;
        self.0.changed.notify_one();
    }

    /// If nobody ever wakes it, loom calls that a deadlock.
    pub(crate) fn sleep(&self) {
        let mut rung = self.0.rung.lock().unwrap();
        while !*rung {
            rung = self.0.changed.wait(rung).unwrap();
        }
        *rung = false;
    }
}
