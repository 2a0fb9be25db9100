//! What users call to run the loop of their thread; public as [`crate::main`].

use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa_core::{IntoInProgress, Result, ResultTaken};

use crate::current::{current, existing};
use crate::main_loop::{MainLoop, Nesting, WhenDeserted};
use crate::signals::Signals;
use crate::unix_signal::Terminable;
use crate::wait::run_until_finished;

/// Runs the loop of this thread until [`stop`] is called, or the process is told to end by `SIGINT` (Ctrl-C) or
/// `SIGTERM`; see [`unix_signal`](crate::unix_signal).
///
/// It goes on also when nothing is left to do. Afterwards [`Signals::shutdown`] is emitted, and the jobs of
/// thread pools that were started on this thread are waited for, see [`set_shutdown_limit`]. Timers and
/// descriptors are still there then, and the loop can be run again.
///
/// # Errors
///
/// With [`Running`](crate::LoopError::Running) inside a running loop; with
/// [`Panicked`](kaa_core::Panicked) when a callback has panicked and no handler of [`Signals::exception`] has
/// dealt with it; with the system's error when it cannot wait for descriptors.
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
    main_loop.check_may_run(Nesting::Outermost)?;
    let outcome = run_until_stopped(&main_loop);
    main_loop.shut_down(outcome)
}

fn run_until_stopped(main_loop: &MainLoop) -> Result<()> {
    let _terminable = Terminable::begin(main_loop)?;
    main_loop.run_until(Nesting::Outermost, WhenDeserted::Sleep, || {
        (main_loop.is_stopping() || main_loop.take_early_stop()).then_some(())
    })
}

/// Runs the loop of this thread until something has finished, and takes the outcome; also inside the running loop.
///
/// It is [`wait`](crate::Wait::wait), except that a callback may call it: then the loop runs inside of itself,
/// and the callback goes on when `x` has finished. Meanwhile everything else goes on, but for the timer whose
/// callback this is. Whoever calls it has to bear that other callbacks run inside of this one; waiting in a
/// coroutine is better.
///
/// # Errors
///
/// Those of [`wait`](crate::Wait::wait). Inside a coroutine, and inside of what one calls, it is refused with
/// [`Running`](crate::LoopError::Running): there is `yield_!` for that. More than 32 loops inside of each other
/// are refused with [`TooDeep`](crate::LoopError::TooDeep).
///
/// ```
/// use std::time::Duration;
/// use kaa_notifier::{OneShotTimer, delay, main};
///
/// OneShotTimer::new().start(Duration::from_millis(1), || {
///     main::run_until(delay(Duration::from_millis(1))).expect("nobody stops the loop");
///     main::stop();
/// });
/// main::run()?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub fn run_until<X: IntoInProgress>(x: X) -> Result<X::Output> {
    let main_loop = current()?;
    let ip = x.into_inprogress();
    run_until_finished(&main_loop, Nesting::Allowed, &ip)?;
    ip.take_result().unwrap_or_else(|| Err(ResultTaken.into()))
}

/// Runs one turn of the loop of this thread.
///
/// It sleeps until something happens, for `limit` at most; with `None` without an end, and with
/// [`Duration::ZERO`] not at all. For programs that have a loop of their own; see also [`Guest`](crate::Guest).
///
/// # Errors
///
/// Those of [`run`], but nothing is shut down.
///
/// ```
/// use std::{cell::Cell, rc::Rc, time::Duration};
/// use kaa_notifier::{later, main};
///
/// let called = Rc::new(Cell::new(false));
/// let call = Rc::clone(&called);
/// later(move || call.set(true));
/// main::step(Some(Duration::ZERO))?;
/// assert!(called.get());
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub fn step(limit: Option<Duration>) -> Result<()> {
    current()?.step(limit)
}

/// Ends the running loop of this thread after its current turn.
///
/// A [`wait`](crate::Wait::wait) that runs the loop then fails with
/// [`Stopped`](crate::LoopError::Stopped), unless what it waits for has finished; so does every
/// [`run_until`] inside of it. If the loop is not running, the next [`run`] returns at once: a coroutine that
/// stops the loop may be through before the loop runs. To stop the loop of another thread, post this to it by
/// [`MainThread`](crate::MainThread).
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

/// Ends the sleep of this thread's loop: its next turn looks at everything without sleeping.
///
/// It is for code that runs on the loop's thread but is not called by the loop, such as a loop that it is a
/// [`Guest`](crate::Guest) of. Other threads have [`MainThread::wakeup`](crate::MainThread::wakeup).
///
/// ```
/// use kaa_notifier::main;
///
/// main::wakeup()?;
/// main::step(None)?; // Would otherwise sleep until something happens.
/// # Ok::<(), kaa_core::Error>(())
/// ```
///
/// # Errors
///
/// With the system's error when there is no descriptor left to wake the loop by.
pub fn wakeup() -> Result<()> {
    current()?.poster()?.wake();
    Ok(())
}

/// Whether the loop of this thread is running, by [`run`] or by a [`wait`](crate::Wait::wait).
///
/// ```
/// assert!(!kaa_notifier::main::is_running());
/// ```
#[must_use]
pub fn is_running() -> bool {
    existing().is_some_and(|main_loop| main_loop.is_running())
}

/// Whether a [`run`] of this thread's loop has ended and is cleaning up; no longer once it has returned.
///
/// ```
/// use kaa_notifier::main;
///
/// main::signals()?.shutdown.connect(|()| assert!(main::is_shutting_down()));
/// main::stop();
/// main::run()?;
/// assert!(!main::is_shutting_down());
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[must_use]
pub fn is_shutting_down() -> bool {
    existing().is_some_and(|main_loop| main_loop.is_shutting_down())
}

/// What the loop of this thread tells of itself.
///
/// # Errors
///
/// With [`Ended`](crate::LoopError::Ended) at the end of the thread, when its loop has gone.
///
/// ```
/// use std::{cell::Cell, rc::Rc};
/// use kaa_notifier::main;
///
/// let turns = Rc::new(Cell::new(0));
/// let count = Rc::clone(&turns);
/// main::signals()?.step.connect(move |()| count.set(count.get() + 1));
/// main::step(Some(std::time::Duration::ZERO))?;
/// assert_eq!(turns.get(), 1);
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub fn signals() -> Result<Rc<Signals>> {
    Ok(Rc::clone(&current()?.signals))
}

/// The time, as the loop of this thread has it: the system's monotonic clock.
///
/// In a `#[kaa::test]` it is the time of the test, by which timers go.
///
/// ```
/// use std::time::Duration;
/// use kaa_notifier::{Wait, delay, main};
///
/// let start = main::now();
/// delay(Duration::from_millis(1)).wait()?;
/// assert!(main::now() - start >= Duration::from_millis(1));
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[must_use]
pub fn now() -> Instant {
    existing().map_or_else(Instant::now, |main_loop| main_loop.clock.now())
}

/// Has the end of a [`run`] wait so long for the jobs of thread pools that were started on this thread; 5 s if
/// nothing else is said.
///
/// Those that are still running then are named on stderr, and left behind. Threads of
/// [`thread`](crate::thread) and look-ups of names are never waited for.
///
/// ```
/// kaa_notifier::main::set_shutdown_limit(std::time::Duration::from_secs(1));
/// ```
pub fn set_shutdown_limit(limit: Duration) {
    if let Ok(main_loop) = current() {
        main_loop.shutdown_limit.set(limit);
    }
}
