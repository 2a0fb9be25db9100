//! Telling a thread that its work is not wanted any more.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    /// That of the work that this thread does.
    static CURRENT: RefCell<Option<AbortToken>> = const { RefCell::new(None) };
}

/// Tells work in another thread that nobody wants its outcome any more: its `InProgress` was aborted, or the loop that it is
/// for has ended.
///
/// A thread cannot be stopped from outside, so work that takes long asks from time to time. Work that is queued
/// in a [`ThreadPool`](crate::ThreadPool) when it is aborted does not run at all.
///
/// ```
/// use kaa_notifier::{AbortToken, Wait, thread};
///
/// let count = thread(|| {
///     let token = AbortToken::current();
///     Ok((0..1000).take_while(|_| !token.is_aborted()).count())
/// });
/// assert_eq!(count.wait()?, 1000);
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct AbortToken(Arc<AtomicBool>);

impl AbortToken {
    /// The token of the work that this thread does. Elsewhere it is one that nobody aborts.
    #[must_use]
    pub fn current() -> AbortToken {
        let current = CURRENT.try_with(|current| current.borrow().clone());
        current.ok().flatten().unwrap_or_default()
    }

    /// Whether the outcome is not wanted any more.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn new() -> AbortToken {
        AbortToken::default()
    }

    /// Tells the work.
    pub(super) fn abort(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Does the work that this is the token of.
    pub(super) fn run(&self, work: impl FnOnce()) {
        let _ = CURRENT.try_with(|current| current.replace(Some(self.clone())));
        work();
        let _ = CURRENT.try_with(RefCell::take);
    }
}
