//! What time it is for a loop, by three clocks: the system's, or a test's.

use std::cell::{Cell, OnceCell};
use std::time::{Duration, Instant};

use rustix::time::{ClockId as SystemClock, clock_gettime};

/// A clock that is never set: where a deadline stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ClockId {
    /// It may stand still while the machine sleeps.
    #[default]
    Monotonic,
    /// It goes on while the machine sleeps.
    Boot,
}

/// The clocks of one loop.
///
/// The time of `Boot` is told as an `Instant`, too: as if the monotonic clock had gone on in the machine's sleep.
pub(crate) struct Clock {
    /// One moment by the monotonic clock and by `Boot`: that when it was asked for first.
    moment: OnceCell<(Instant, Duration)>,
    /// That of a test.
    virtual_time: Option<VirtualTime>,
}

/// It stands still but for jumps.
struct VirtualTime {
    now: Cell<Instant>,
    /// For how long the machine has slept since the start.
    slept: Cell<Duration>,
    #[cfg(feature = "at")]
    wall: Cell<std::time::SystemTime>,
}

impl Clock {
    pub(crate) fn real() -> Clock {
        Clock { moment: OnceCell::new(), virtual_time: None }
    }

    /// Stands still until it is moved.
    pub(crate) fn virtual_time() -> Clock {
        let virtual_time = VirtualTime {
            now: Cell::new(Instant::now()),
            slept: Cell::default(),
            #[cfg(feature = "at")]
            wall: Cell::new(std::time::SystemTime::now()),
        };
        Clock { virtual_time: Some(virtual_time), ..Clock::real() }
    }

    pub(crate) fn is_virtual(&self) -> bool {
        self.virtual_time.is_some()
    }

    /// By the monotonic clock.
    pub(crate) fn now(&self) -> Instant {
        self.virtual_time.as_ref().map_or_else(Instant::now, |time| time.now.get())
    }

    pub(crate) fn now_by(&self, clock: ClockId) -> Instant {
        match (clock, &self.virtual_time) {
            (ClockId::Monotonic, _) => self.now(),
            (ClockId::Boot, Some(time)) => time.now.get() + time.slept.get(),
            (ClockId::Boot, None) => {
                let (moment, by_boot) = self.moment();
                moment + since_boot().saturating_sub(by_boot)
            }
        }
    }

    /// What `Boot` shows at `at`, in the system's terms.
    pub(crate) fn since_boot_at(&self, at: Instant) -> Duration {
        let (moment, by_boot) = self.moment();
        by_boot + at.saturating_duration_since(moment)
    }

    fn moment(&self) -> (Instant, Duration) {
        *self.moment.get_or_init(|| (self.now(), since_boot()))
    }

    /// Jumps to `at`, if that lies ahead. The system's clocks cannot be moved.
    pub(crate) fn jump_to(&self, at: Instant) {
        let Some(time) = &self.virtual_time else { return };
        let ahead = at.saturating_duration_since(time.now.get());
        time.now.set(time.now.get() + ahead);
        time.pass(ahead);
    }

    /// The machine sleeps. False if this is the system's clock.
    pub(crate) fn suspend(&self, time: Duration) -> bool {
        let Some(virtual_time) = &self.virtual_time else { return false };
        virtual_time.slept.set(virtual_time.slept.get() + time);
        virtual_time.pass(time);
        true
    }
}

#[cfg(feature = "at")]
mod wall {
    use std::time::SystemTime;

    use super::{Clock, Duration, VirtualTime};

    impl Clock {
        /// What the clock on the wall shows.
        pub(crate) fn wall_now(&self) -> SystemTime {
            let time = self.virtual_time.as_ref();
            time.map_or_else(SystemTime::now, |time| time.wall.get())
        }

        /// Sets the clock on the wall. False if this is the system's clock.
        pub(crate) fn set_wall(&self, now: SystemTime) -> bool {
            self.virtual_time.as_ref().map(|time| time.wall.set(now)).is_some()
        }
    }

    impl VirtualTime {
        pub(super) fn pass(&self, time: Duration) {
            let wall = self.wall.get();
            self.wall.set(wall.checked_add(time).unwrap_or(wall));
        }
    }
}

#[cfg(not(feature = "at"))]
impl VirtualTime {
    /// There is no other clock to move.
    fn pass(&self, _: Duration) {}
}

/// For how long the machine has been on, its sleep included.
fn since_boot() -> Duration {
    #[cfg(target_os = "linux")]
    let clock = SystemClock::Boottime;
    // There, whether it counts a sleep is up to the system.
    #[cfg(not(target_os = "linux"))]
    let clock = SystemClock::Monotonic;
    // Neither shows a time before the start of the machine.
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}
