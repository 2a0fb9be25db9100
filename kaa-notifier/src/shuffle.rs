//! Another order of what is ready at the same moment, for tests.

use std::cell::RefCell;

use fastrand::Rng;

/// What a program may not rely on, reproducibly.
pub(crate) struct Shuffle(RefCell<Rng>);

impl Shuffle {
    pub(crate) fn new(seed: u64) -> Shuffle {
        Shuffle(RefCell::new(Rng::with_seed(seed)))
    }

    pub(crate) fn shuffle<T>(&self, items: &mut [T]) {
        self.0.borrow_mut().shuffle(items);
    }

    /// A number below `limit`.
    pub(crate) fn below(&self, limit: usize) -> usize {
        self.0.borrow_mut().usize(..limit)
    }
}
