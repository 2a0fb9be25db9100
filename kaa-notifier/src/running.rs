//! What users call to run the loop of their thread; public as [`crate::main`].

use kaa_core::Result;

use crate::current::{current, existing};
use crate::main_loop::WhenDeserted;

/// Runs the loop of this thread until [`stop`] is called.
///
/// It goes on also when nothing is left to do. Afterwards timers and descriptors are still there, and the
/// loop can be run again.
///
/// # Errors
///
/// With [`Running`](crate::LoopError::Running) inside a running loop; with
/// [`Panicked`](kaa_core::Panicked) when the function of a timer has panicked, which ends the loop; with the system's error when it cannot wait for descriptors.
///
/// ```
/// use kaa_notifier::{delay, main};
/// use std::time::Duration;
///
/// let _connection = delay(Duration::from_millis(1)).connect(|()| main::stop());
/// assert!(main::run().is_ok());
/// ```
pub fn run() -> Result<()> {
    let main_loop = current()?;
    main_loop.run_until(WhenDeserted::Sleep, || {
        (main_loop.is_stopping() || main_loop.take_early_stop()).then_some(())
    })
}

/// Ends the running loop of this thread after its current turn.
///
/// A [`wait`](crate::Wait::wait) that runs the loop then fails with
/// [`Stopped`](crate::LoopError::Stopped), unless what it waits for has finished.
/// If the loop is not running, the next [`run`] returns at once: a coroutine that stops the loop may be
/// through before the loop runs.
///
/// ```
/// use kaa_notifier::main;
///
/// main::stop();
/// main::run()?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub fn stop() {
    if let Ok(main_loop) = current() {
        main_loop.stop();
    }
}

/// Whether the loop of this thread is running, by [`run`] or by a [`wait`](crate::Wait::wait).
///
/// ```
/// assert!(!kaa_notifier::main::is_running());
/// ```
pub fn is_running() -> bool {
    existing().is_some_and(|main_loop| main_loop.is_running())
}
