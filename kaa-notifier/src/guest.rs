//! The loop of this thread as a guest of another loop.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa_core::Result;

use crate::current::current;
use crate::main_loop::MainLoop;

/// The loop of this thread, for another loop to run: that of a toolkit, of glib, of calloop, or an `epoll` of yours.
///
/// The host watches its descriptor, which is readable when something has arrived, wakes up at the moment that
/// [`prepare`](Self::prepare) tells, and calls [`turn`](Self::turn) for both. What is started between two turns may be due
/// earlier than the host knows, so it asks `prepare` each time before it sleeps.
///
/// ```
/// use std::time::{Duration, Instant};
/// use kaa_notifier::{Guest, delay};
///
/// let guest = Guest::new()?;
/// let work = delay(Duration::from_millis(1));
/// while !work.is_finished() {
///     // The host's own sleep, which ends early when `guest` is readable.
///     let next = guest.prepare()?.expect("there is a timer");
///     std::thread::sleep(next.saturating_duration_since(Instant::now()));
///     guest.turn(Duration::ZERO)?;
/// }
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub struct Guest {
    main_loop: Rc<MainLoop>,
}

impl Guest {
    /// The loop of this thread; made now if there is none yet.
    ///
    /// # Errors
    ///
    /// With [`Ended`](crate::LoopError::Ended) at the end of the thread, and with the system's error when there is no
    /// descriptor left for it.
    pub fn new() -> Result<Guest> {
        let main_loop = current()?;
        main_loop.poster()?; // From here on there is a descriptor.
        Ok(Guest { main_loop })
    }

    /// When to call [`turn`](Self::turn) at the latest: now or in the past, if something is ready. `None`: not before the
    /// descriptor is readable.
    ///
    /// # Errors
    ///
    /// With [`Ended`](crate::LoopError::Ended) or [`Forked`](crate::LoopError::Forked).
    pub fn prepare(&self) -> Result<Option<Instant>> {
        self.main_loop.prepare()
    }

    /// Runs one turn, which sleeps for `limit` at most; with [`Duration::ZERO`] not at all.
    ///
    /// # Errors
    ///
    /// Those of [`main::run`](crate::main::run).
    pub fn turn(&self, limit: Duration) -> Result<()> {
        self.main_loop.guest_turn(limit)
    }

    /// Whether [`main::stop`](crate::main::stop) was called since this was asked the last time.
    #[must_use]
    pub fn take_stop(&self) -> bool {
        self.main_loop.take_early_stop()
    }
}

impl AsFd for Guest {
    /// # Panics
    ///
    /// Never: the descriptor was made with the guest, and lives as long.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.main_loop.as_fd().expect("made by `Guest::new`")
    }
}

impl fmt::Debug for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guest").field("fd", &self.as_fd()).finish()
    }
}
