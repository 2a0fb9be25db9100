//! What a loop tells of itself.

use kaa_core::{Error, Signal};

/// What the loop of a thread tells of itself; [`main::signals`](crate::main::signals) gives it.
///
/// ```
/// use std::time::Duration;
/// use kaa_core::Flow;
/// use kaa_notifier::{OneShotTimer, main};
///
/// let signals = main::signals()?;
/// signals.shutdown.connect(|()| println!("saving"));
/// signals.exception.connect(|error| {
///     eprintln!("a callback has panicked: {error}");
///     Flow::Stop // That is dealt with: the loop goes on.
/// });
/// OneShotTimer::new().start(Duration::from_millis(1), || panic!("on purpose"));
/// OneShotTimer::new().start(Duration::from_millis(2), main::stop);
/// main::run()?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Signals {
    /// The loop is about to run its first turn.
    pub init: Signal<()>,
    /// A turn is over; the last thing in each.
    pub step: Signal<()>,
    /// [`main::run`](crate::main::run) has run its last turn: for a stop, a termination signal or an error. The
    /// loop is not running and [`is_shutting_down`](crate::main::is_shutting_down), so a handler may wait for
    /// what it cleans up.
    pub shutdown: Signal<()>,
    /// The thread ends, and its loop with it. Coroutines are still there; nothing can be waited for any more.
    pub exit: Signal<()>,
    /// A callback of a timer, a descriptor or a post has panicked: the error is a
    /// [`Panicked`](kaa_core::Panicked).
    ///
    /// A handler that answers [`Flow::Stop`](kaa_core::Flow::Stop) has dealt with it, and so has one that
    /// answers [`Flow::Veto`](kaa_core::Flow::Veto), which lets the others hear of it, too: the loop goes on.
    /// Otherwise it ends, and whoever has run it gets the error.
    pub exception: Signal<Error>,
}

impl Signals {
    pub(crate) fn new() -> Signals {
        Signals {
            init: Signal::new(),
            step: Signal::new(),
            shutdown: Signal::new(),
            exit: Signal::new(),
            exception: Signal::new(),
        }
    }
}
