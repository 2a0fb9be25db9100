//! Waiting for a while.

use std::time::Duration;

use kaa_core::InProgress;

use super::deadline_in;
use crate::current::current;

/// Finishes after this time, never before.
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
pub fn delay(time: Duration) -> InProgress<()> {
    let main_loop = match current() {
        Ok(main_loop) => main_loop,
        Err(error) => return InProgress::failed(error),
    };
    let (promise, ip) = InProgress::new();
    main_loop.timers.call_at(deadline_in(time), Box::new(move || promise.finish(())));
    ip
}
