//! What a test may do to its time; public as [`crate::test`].

use std::time::Duration;

use kaa_core::Result;

use crate::current::current;
use crate::error::LoopError;

/// Has the machine sleep for so long: timers by [boot time](crate::OneShotTimer::boot_time) and by the clock on the wall go on,
/// all others stand still.
///
/// # Errors
///
/// With [`LoopError::RealTime`] where time is not that of a test.
///
/// ```no_run
/// use std::time::Duration;
/// use kaa_notifier::{OneShotTimer, test};
///
/// // In a `#[kaa::test]`:
/// OneShotTimer::boot_time().start(Duration::from_secs(3600), || println!("at once"));
/// test::suspend(Duration::from_secs(7200))?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub fn suspend(time: Duration) -> Result<()> {
    if current()?.clock.suspend(time) { Ok(()) } else { Err(LoopError::RealTime.into()) }
}

/// Sets the clock on the wall, which shows the system's time at first. With the feature `at`.
///
/// # Errors
///
/// With [`LoopError::RealTime`] where time is not that of a test.
///
/// ```no_run
/// use std::time::{Duration, SystemTime};
///
/// // In a `#[kaa::test]`: 2001-09-09 01:46:40 UTC.
/// kaa_notifier::test::set_wall_clock(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[cfg(feature = "at")]
pub fn set_wall_clock(now: std::time::SystemTime) -> Result<()> {
    if current()?.clock.set_wall(now) { Ok(()) } else { Err(LoopError::RealTime.into()) }
}

/// What the clock on the wall shows, as timers see it. With the feature `at`.
///
/// # Errors
///
/// With [`LoopError::Ended`] at the end of the thread.
///
/// ```
/// println!("{:?}", kaa_notifier::test::wall_clock()?);
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[cfg(feature = "at")]
pub fn wall_clock() -> Result<std::time::SystemTime> {
    Ok(current()?.clock.wall_now())
}
