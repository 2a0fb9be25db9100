//! The timers of a loop.

#[cfg(target_os = "linux")]
mod alarm_clock;
#[cfg(feature = "at")]
mod at;
mod delay;
mod entries;
mod line;
mod one_shot;
mod repeating;
mod ticks;
#[cfg(feature = "at")]
mod wall;
mod weak;
mod wheel;

use std::cell::{OnceCell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa_core::driver::{self, TimerId};
use slotmap::SecondaryMap;

use crate::clock::{Clock, ClockId};
use crate::main_loop::MainLoop;
use crate::shuffle::Shuffle;

#[cfg(feature = "at")]
pub use at::{AtTimer, OneShotAtTimer, Schedule, ScheduleError};
pub use delay::delay;
use entries::TimerKey;
use line::Line;
pub use one_shot::OneShotTimer;
pub use repeating::Timer;
use ticks::Ticks;
#[cfg(feature = "at")]
use wall::{WallKey, WallTimers};
pub use weak::{WeakOneShotTimer, WeakTimer};

/// What happens when a timer's time has come.
pub(crate) enum Alarm {
    /// Started at this place.
    Call(Box<dyn FnOnce()>, &'static Location<'static>),
    /// A repeating timer.
    Tick(Rc<Ticks>),
    /// The core has asked for it.
    Core(TimerId),
}

/// Names a timer: whose it is, and which.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handle {
    Monotonic(TimerKey),
    Boot(TimerKey),
    #[cfg(feature = "at")]
    Wall(WallKey),
}

/// All timers of a loop: those of the monotonic clock, and those of the others, which few programs have.
///
/// Nothing is borrowed while an alarm rings or is dropped.
pub(crate) struct Timers {
    monotonic: Line,
    boot: OnceCell<Box<BootTimers>>,
    #[cfg(feature = "at")]
    wall: WallTimers,
    /// Where the core's timers are; exactly those that have not rung.
    core: RefCell<SecondaryMap<TimerId, TimerKey>>,
}

struct BootTimers {
    line: Line,
    #[cfg(target_os = "linux")]
    alarm_clock: alarm_clock::AlarmClock,
}

impl Timers {
    pub(crate) fn new(clock: &Clock) -> Timers {
        Timers {
            monotonic: Line::new(clock, ClockId::Monotonic),
            boot: OnceCell::new(),
            #[cfg(feature = "at")]
            wall: WallTimers::new(),
            core: RefCell::new(SecondaryMap::new()),
        }
    }

    /// Rings `alarm` when the clock shows `deadline`, or as soon as possible after it.
    pub(crate) fn insert(
        &self,
        clock: &Clock,
        id: ClockId,
        deadline: Instant,
        alarm: Alarm,
    ) -> Handle {
        match id {
            ClockId::Monotonic => Handle::Monotonic(self.monotonic.insert(deadline, alarm)),
            ClockId::Boot => {
                let boot = self.boot.get_or_init(|| Box::new(BootTimers::new(clock)));
                Handle::Boot(boot.line.insert(deadline, alarm))
            }
        }
    }

    /// Rings when the clock on the wall shows `deadline`.
    #[cfg(feature = "at")]
    fn insert_by_wall(
        &self,
        clock: &Clock,
        deadline: std::time::SystemTime,
        ticks: Rc<Ticks>,
    ) -> Handle {
        Handle::Wall(self.wall.insert(clock, deadline, ticks))
    }

    /// Takes a timer out; one that has fired is ignored.
    pub(crate) fn cancel(&self, timer: Handle) {
        match timer {
            Handle::Monotonic(key) => self.monotonic.cancel(key),
            Handle::Boot(key) => {
                if let Some(boot) = self.boot.get() {
                    boot.line.cancel(key);
                }
            }
            #[cfg(feature = "at")]
            Handle::Wall(key) => self.wall.cancel(key),
        }
    }

    /// Whether a timer is still going to fire.
    pub(crate) fn contains(&self, timer: Handle) -> bool {
        match timer {
            Handle::Monotonic(key) => self.monotonic.contains(key),
            Handle::Boot(key) => self.boot.get().is_some_and(|boot| boot.line.contains(key)),
            #[cfg(feature = "at")]
            Handle::Wall(key) => self.wall.contains(key),
        }
    }

    /// Tells the core at `deadline`.
    pub(crate) fn wake_core_at(&self, deadline: Instant, timer: TimerId) {
        let key = self.monotonic.insert(deadline, Alarm::Core(timer));
        self.core.borrow_mut().insert(timer, key);
    }

    /// Takes that back.
    pub(crate) fn cancel_core(&self, timer: TimerId) {
        let key = self.core.borrow_mut().remove(timer);
        if let Some(key) = key {
            self.monotonic.cancel(key);
        }
    }

    /// Finds what is due, for `pop_due`. What is added later waits for the next turn.
    pub(crate) fn collect_due(&self, clock: &Clock) {
        self.monotonic.collect_due(clock);
        if let Some(boot) = self.boot.get() {
            boot.line.collect_due(clock);
        }
        #[cfg(feature = "at")]
        self.wall.collect_due(clock);
    }

    /// Puts those of one deadline into another order.
    pub(crate) fn shuffle_due(&self, shuffle: &Shuffle) {
        self.monotonic.shuffle_due(shuffle);
        if let Some(boot) = self.boot.get() {
            boot.line.shuffle_due(shuffle);
        }
    }

    /// The next alarm that is due, and for how long it has been. Those of the monotonic clock come first.
    pub(crate) fn pop_due(&self) -> Option<(Duration, Alarm)> {
        let due = self.monotonic.pop_due();
        if let Some((_, Alarm::Core(timer))) = &due {
            self.core.borrow_mut().remove(*timer);
        }
        let due = due.or_else(|| self.boot.get()?.line.pop_due());
        #[cfg(feature = "at")]
        let due = due.or_else(|| self.wall.pop_due());
        due
    }

    /// When to look for due timers next, by the monotonic clock.
    pub(crate) fn next_wake(&self, clock: &Clock) -> Option<Instant> {
        let next = self.monotonic.next_wake();
        let boot = self.boot.get().and_then(|boot| {
            let left =
                boot.line.next_wake()?.saturating_duration_since(clock.now_by(ClockId::Boot));
            clock.now().checked_add(left)
        });
        let next = next.into_iter().chain(boot);
        #[cfg(feature = "at")]
        let next = next.chain(self.wall.next_wake(clock));
        next.min()
    }

    /// Before the loop sleeps: it is to wake up as well when the machine has slept, or a clock was set.
    #[cfg(target_os = "linux")]
    pub(crate) fn set_alarm_clocks(&self, main_loop: &MainLoop) {
        if let Some(boot) = self.boot.get() {
            let next = boot.line.next_wake().map(|at| main_loop.clock.since_boot_at(at));
            // Without it a timer is late by the machine's sleep, and no worse.
            let _ = boot.alarm_clock.set(main_loop, next);
        }
        #[cfg(feature = "at")]
        self.wall.set_alarm_clock(main_loop);
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn set_alarm_clocks(&self, _: &MainLoop) {}

    /// Takes out all timers that there are, the youngest of each clock first.
    pub(crate) fn take_all(&self) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        #[cfg(feature = "at")]
        alarms.extend(self.wall.take_all());
        if let Some(boot) = self.boot.get() {
            alarms.extend(boot.line.take_all());
        }
        alarms.extend(self.monotonic.take_all());
        self.core.borrow_mut().clear();
        alarms
    }
}

impl BootTimers {
    fn new(clock: &Clock) -> BootTimers {
        BootTimers {
            line: Line::new(clock, ClockId::Boot),
            #[cfg(target_os = "linux")]
            alarm_clock: alarm_clock::AlarmClock::of_boot(),
        }
    }
}

impl Alarm {
    pub(crate) fn ring(self) {
        match self {
            Alarm::Call(callback, _) => callback(),
            Alarm::Tick(ticks) => ticks.ring(),
            Alarm::Core(timer) => driver::expired(timer),
        }
    }

    /// The loop ends, and it never rings.
    pub(crate) fn lose(self) {
        match self {
            Alarm::Call(..) | Alarm::Tick(_) => drop(self),
            Alarm::Core(timer) => driver::lost(timer),
        }
    }

    /// Where it was started, if that was in code of the user's.
    pub(crate) fn started_at(&self) -> Option<&'static Location<'static>> {
        match self {
            Alarm::Call(_, place) => Some(place),
            Alarm::Tick(ticks) => Some(ticks.started_at()),
            Alarm::Core(_) => None,
        }
    }
}
