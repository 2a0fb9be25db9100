//! Noticing that the process has forked.
//!
//! A child shares its parent's poller: what it added or removed there would be the parent's loss. Asking for the
//! process id would be a system call each time, so the C library is asked once to count the forks.

#![allow(unsafe_code, reason = "`pthread_atfork` is met here, once")]

use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

static FORKS: AtomicU64 = AtomicU64::new(0);
static COUNTING: Once = Once::new();

/// A process, as told from those that it has forked. Forks are noticed from the first call on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generation(u64);

impl Generation {
    /// That of the calling process.
    pub(crate) fn current() -> Generation {
        COUNTING.call_once(|| {
            // SAFETY: the handler does nothing but an atomic addition, which may be done in a child of a process
            // with threads. If there is no memory for it the call fails, and forks go unnoticed.
            unsafe { libc::pthread_atfork(None, None, Some(count_fork)) };
        });
        Generation(FORKS.load(Ordering::Relaxed))
    }

    /// Whether it is that of the calling process.
    pub(crate) fn is_current(self) -> bool {
        FORKS.load(Ordering::Relaxed) == self.0
    }
}

extern "C" fn count_fork() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Runs `code` in a forked child, which ends with it: true if it has given true.
    ///
    /// There is one thread in the child, so `code` must take no lock that another thread of this program may hold.
    pub(crate) fn in_a_child(code: impl FnOnce() -> bool) -> bool {
        // SAFETY: `fork` has no preconditions. What a child of a program with threads may do is up to `code`.
        let child = unsafe { libc::fork() };
        assert_ne!(child, -1, "cannot fork");
        if child == 0 {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(code));
            let status = if matches!(result, Ok(true)) { 0 } else { 1 };
            // SAFETY: it ends the process without running anything of it.
            unsafe { libc::_exit(status) };
        }
        let mut status = -1;
        // SAFETY: `status` may be written to; `child` is one of ours and has not been waited for.
        let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(waited, child);
        libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
    }

    #[test]
    fn a_child_is_another_generation() {
        let parent = Generation::current();
        assert!(in_a_child(|| !parent.is_current()));
        assert!(parent.is_current());
    }
}
