//! Waiting for a while.

use std::time::Duration;

use kaa_core::InProgress;

use super::OneShotTimer;
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
    if let Err(error) = current() {
        return InProgress::failed(error);
    }
    let (promise, ip) = InProgress::new();
    let timer = OneShotTimer::new();
    let stopped = timer.clone();
    promise.when_unwanted(move || stopped.stop());
    let aborted = timer.clone();
    promise.on_abort(move |_| aborted.stop());
    timer.start(time, move || promise.finish(()));
    ip
}
