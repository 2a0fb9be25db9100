//! A descriptor that wakes the loop by a clock of the system's: one that goes on while the machine sleeps, or can be set.
//!
//! The loop sleeps by the monotonic clock, as long as timers of the other clocks are away at the moment. This is for what that
//! does not see: after the machine's sleep more time has passed, and a clock that was set shows another time. Where there is no
//! such descriptor, or none is left, a timer is late by what was not seen.

use std::cell::{Cell, OnceCell};
use std::io;
use std::os::fd::AsFd;
use std::rc::{Rc, Weak};
use std::time::Duration;

use kaa_core::Result;
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

use crate::fd::{Descriptor, OnReady};
use crate::main_loop::MainLoop;
use crate::sys::poll::Interest;

/// Rings once at a time.
pub(super) struct AlarmClock {
    clock: TimerfdClockId,
    flags: TimerfdTimerFlags,
    bell: OnceCell<Rc<Bell>>,
}

struct Bell {
    descriptor: OnceCell<Descriptor>,
    /// What it is set to, in the clock's terms.
    set_to: Cell<Option<Duration>>,
}

impl AlarmClock {
    /// One that goes on while the machine sleeps.
    pub(super) fn of_boot() -> AlarmClock {
        AlarmClock::new(TimerfdClockId::Boottime, TimerfdTimerFlags::ABSTIME)
    }

    /// One that rings when the clock is set, too.
    #[cfg(feature = "at")]
    pub(super) fn of_wall() -> AlarmClock {
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        AlarmClock::new(TimerfdClockId::Realtime, flags)
    }

    fn new(clock: TimerfdClockId, flags: TimerfdTimerFlags) -> AlarmClock {
        AlarmClock { clock, flags, bell: OnceCell::new() }
    }

    /// Has the loop wake up when the clock shows `at`.
    pub(super) fn set(&self, main_loop: &MainLoop, at: Option<Duration>) -> Result<()> {
        let bell = match (self.bell.get(), at) {
            (Some(bell), _) => bell,
            (None, None) => return Ok(()),
            (None, Some(_)) => {
                let bell = Bell::new(main_loop, self.clock)?;
                self.bell.get_or_init(|| bell)
            }
        };
        if bell.set_to.get() == at {
            return Ok(());
        }
        // Zero turns it off; what is past rings at once all the same.
        let at_least_a_nanosecond = at.map(|at| at.max(Duration::from_nanos(1)));
        let it_value = at_least_a_nanosecond.unwrap_or_default().try_into();
        let Ok(it_value) = it_value else { return Ok(()) }; // Further away than the clock can show.
        let once = Itimerspec { it_interval: Timespec::default(), it_value };
        if let Some(descriptor) = bell.descriptor.get() {
            match timerfd_settime(descriptor, self.flags, &once) {
                Ok(_) => bell.set_to.set(at),
                // The clock was set, and nobody has been told yet.
                Err(Errno::CANCELED) => main_loop.poster()?.wake(),
                Err(error) => return Err(io::Error::from(error).into()),
            }
        }
        Ok(())
    }
}

impl Bell {
    fn new(main_loop: &MainLoop, clock: TimerfdClockId) -> Result<Rc<Bell>> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let fd = timerfd_create(clock, flags).map_err(io::Error::from)?;
        let bell = Rc::new(Bell { descriptor: OnceCell::new(), set_to: Cell::new(None) });
        let weak: Weak<dyn OnReady> = Rc::<Bell>::downgrade(&bell);
        let descriptor = main_loop.watch(fd, weak)?;
        descriptor.want_more(Interest::READ)?;
        let _ = bell.descriptor.set(descriptor);
        Ok(bell)
    }
}

impl OnReady for Bell {
    /// What has become due is found after this, when the loop looks at its timers.
    fn on_ready(self: Rc<Self>, _: Interest) {
        if let Some(descriptor) = self.descriptor.get() {
            // It fails if the clock was set, which is a ring as well.
            let _ = rustix::io::read(descriptor.as_fd(), &mut [0; 8]);
        }
        self.set_to.set(None);
    }

    fn review(&self) {}

    /// It is the timers that something may come of, and they are looked at for themselves.
    fn is_of_use(&self) -> bool {
        false
    }

    fn on_loop_end(self: Rc<Self>) {}
}
