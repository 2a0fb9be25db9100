//! What the loop is doing, for those who ask why it stands still: the watchdog, and its figures.

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use kaa_core::Result;
use kaa_core::report::Origin;

use crate::current::current;

/// What the loop calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Timer(&'static Location<'static>),
    /// A time limit of the core's.
    Limit,
    Later(&'static Location<'static>),
    Post(&'static Location<'static>),
    Descriptor(Option<Origin>),
    Coroutine(Option<Origin>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Timer(at) => write!(f, "the callback of the timer started at {at}"),
            Place::Limit => f.write_str("what was told of a timeout"),
            Place::Later(at) => write!(f, "the call put off at {at}"),
            Place::Post(at) => write!(f, "what was posted at {at}"),
            Place::Descriptor(None) => f.write_str("what was told of a descriptor"),
            Place::Descriptor(Some(origin)) => write!(f, "what was told of {origin}"),
            Place::Coroutine(Some(Origin::Coroutine(site))) => {
                write!(f, "the coroutine `{}` at {}:{}", site.name, site.file, site.line)
            }
            Place::Coroutine(Some(Origin::Code(at) | Origin::Signal(_, at))) => {
                write!(f, "what waits for a turn at {at}")
            }
            Place::Coroutine(None) => f.write_str("a coroutine"),
        }
    }
}

/// Something has kept a loop for longer than its [watchdog](crate::main::watchdog) allows, and still does.
///
/// It prints as who that is, and for how long: a callback by the place where it was asked for, a coroutine by its
/// name and place.
#[derive(Clone, Debug)]
pub struct Stall {
    thread: String,
    place: Place,
    time: Duration,
}

impl Stall {
    /// For how long the loop has been kept.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.time
    }
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stall { thread, place, time } = self;
        write!(f, "the loop of thread `{thread}` has been kept for {time:?} by {place}")
    }
}

/// How a loop has done so far; [`main::metrics`](crate::main::metrics) gives it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Metrics {
    /// How many turns there were.
    pub turns: u64,
    /// How many timers have fired; a repeating one counts each time.
    pub timers_fired: u64,
    /// By how much a timer was late at most.
    pub latest_timer: Duration,
    /// The callback or coroutine that has kept the loop longest: for how long, and who that was. Calls are timed
    /// while there is a [watchdog](crate::main::watchdog) only.
    pub longest_call: Option<(Duration, String)>,
}

/// The figures of one loop, and its watchdog if it has one.
#[derive(Default)]
pub(crate) struct Watch {
    turns: Cell<u64>,
    timers_fired: Cell<u64>,
    latest_timer: Cell<Duration>,
    longest_call: Cell<Option<(Duration, Place)>>,
    watched: OnceCell<Arc<Watched>>,
}

/// What the watchdog's thread sees of the loop.
struct Watched(Mutex<State>);

struct State {
    bound: Duration,
    /// What runs, and since when.
    call: Option<(Place, Instant)>,
    /// It has been reported.
    is_reported: bool,
}

impl Watch {
    pub(crate) fn count_turn(&self) {
        self.turns.set(self.turns.get() + 1);
    }

    pub(crate) fn count_timer(&self, late: Duration) {
        self.timers_fired.set(self.timers_fired.get() + 1);
        self.latest_timer.set(self.latest_timer.get().max(late));
    }

    pub(crate) fn is_on(&self) -> bool {
        self.watched.get().is_some()
    }

    /// Notes what runs for as long as the answer lives. Calls nest.
    pub(crate) fn begin(&self, place: Place) -> Option<Call<'_>> {
        let watched = self.watched.get()?;
        let outer = watched.begin(Some((place, Instant::now())));
        Some(Call { watch: self, watched, outer })
    }

    /// Another one runs now, in the place of what was begun last.
    pub(crate) fn go_on_with(&self, place: Place) {
        if let Some(watched) = self.watched.get() {
            self.note_longest(watched.begin(Some((place, Instant::now()))));
        }
    }

    fn note_longest(&self, call: Option<(Place, Instant)>) {
        let Some((place, since)) = call else { return };
        let (time, longest) = (since.elapsed(), self.longest_call.get());
        if longest.is_none_or(|(longest, _)| longest < time) {
            self.longest_call.set(Some((time, place)));
        }
    }
}

/// Something runs for as long as this exists.
pub(crate) struct Call<'a> {
    watch: &'a Watch,
    watched: &'a Watched,
    outer: Option<(Place, Instant)>,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.watch.note_longest(self.watched.begin(self.outer));
    }
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives what has run before.
    fn begin(&self, call: Option<(Place, Instant)>) -> Option<(Place, Instant)> {
        let mut state = self.lock();
        state.is_reported = false;
        std::mem::replace(&mut state.call, call)
    }

    /// What has to be reported now, and how long to wait before the next look.
    fn look(&self, thread: &str) -> (Option<Stall>, Duration) {
        let mut state = self.lock();
        let bound = state.bound;
        // Often enough that nothing is late by more than half of the bound.
        let pause = (bound / 4).clamp(Duration::from_millis(1), Duration::from_secs(1));
        let Some((place, since)) = state.call.filter(|_| !state.is_reported) else {
            return (None, pause);
        };
        let time = since.elapsed();
        if time < bound {
            return (None, pause);
        }
        state.is_reported = true;
        (Some(Stall { thread: thread.to_owned(), place, time }), pause)
    }
}

/// Turns on a watchdog for the loop of this thread: another thread writes to stderr who keeps the loop for longer
/// than `bound`, while it does.
///
/// For programs that have to answer at once, in development or in the field: reading the clock around each call costs
/// some 50 ns. It ends with the loop. Called again it changes the bound.
///
/// # Errors
///
/// With the system's error when the thread cannot be started.
///
/// ```
/// kaa_notifier::main::watchdog(std::time::Duration::from_millis(100))?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub fn watchdog(bound: Duration) -> Result<()> {
    watchdog_with(bound, |stall| eprintln!("{stall}"))
}

/// The same, but `tell` is called with what keeps the loop, in the thread of the watchdog. If there is a watchdog
/// already, its own `tell` stays.
///
/// # Errors
///
/// Those of [`watchdog`].
pub fn watchdog_with(bound: Duration, mut tell: impl FnMut(&Stall) + Send + 'static) -> Result<()> {
    let main_loop = current()?;
    if let Some(watched) = main_loop.watch.watched.get() {
        watched.lock().bound = bound;
        return Ok(());
    }
    let watched = Arc::new(Watched(Mutex::new(State { bound, call: None, is_reported: false })));
    let watching = Arc::downgrade(&watched);
    let name = thread::current().name().unwrap_or("unnamed").to_owned();
    let watchdog = thread::Builder::new().name("kaa-watchdog".to_owned());
    watchdog.spawn(move || keep_looking(&watching, &name, &mut tell))?;
    let _ = main_loop.watch.watched.set(watched);
    Ok(())
}

fn keep_looking(watched: &Weak<Watched>, thread: &str, tell: &mut dyn FnMut(&Stall)) {
    while let Some(living) = watched.upgrade() {
        let (stall, pause) = living.look(thread);
        drop(living);
        if let Some(stall) = stall {
            tell(&stall);
        }
        thread::sleep(pause);
    }
}

/// How the loop of this thread has done so far.
///
/// ```
/// use std::time::Duration;
/// use kaa_notifier::{Wait, delay, main};
///
/// delay(Duration::from_millis(1)).wait()?;
/// let metrics = main::metrics();
/// assert!(metrics.turns > 0 && metrics.timers_fired == 1);
/// println!("timers are late by up to {:?}", metrics.latest_timer);
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[must_use]
pub fn metrics() -> Metrics {
    let Ok(main_loop) = current() else { return Metrics::default() };
    let watch = &main_loop.watch;
    let longest = watch.longest_call.get();
    Metrics {
        turns: watch.turns.get(),
        timers_fired: watch.timers_fired.get(),
        latest_timer: watch.latest_timer.get(),
        longest_call: longest.map(|(time, place)| (time, place.to_string())),
    }
}
