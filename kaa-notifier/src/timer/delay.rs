//! Waiting for a while.

use std::time::Duration;

use kaa_core::{InProgress, delay_until};

use crate::current::current;

/// Finishes after this time, never before.
///
/// When nobody waits for it any more, because its handles have been dropped, or when it is aborted, its timer is stopped.
///
/// ```
/// use std::time::{Duration, Instant};
/// use kaa_notifier::{Wait, delay};
///
/// let start = Instant::now();
/// delay(Duration::from_millis(5)).wait()?;
/// assert!(start.elapsed() >= Duration::from_millis(5));
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[doc(alias = "sleep")]
#[track_caller]
pub fn delay(time: Duration) -> InProgress<()> {
    match current() {
        Ok(main_loop) => delay_until(main_loop.deadline_in(time)),
        Err(error) => InProgress::failed(error),
    }
}
