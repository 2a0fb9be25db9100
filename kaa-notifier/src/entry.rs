//! What the attributes `#[kaa::main]` and `#[kaa::test]` call. Not public API.

use std::panic::resume_unwind;
use std::process::{ExitCode, Termination};
use std::thread;

use kaa_core::{InProgress, Panicked, Result, ResultTaken};

use crate::clock::Clock;
use crate::current::{current, make};
use crate::main_loop::{self, Nesting};
use crate::thread::ThreadPool;
use crate::unix_signal::{Terminable, die_of};
use crate::wait::{Wait as _, run_until_finished};

/// Replays what a shuffled test has done.
const SEED: &str = "KAA_TEST_SEED";

/// Runs a program: a coroutine, to its end or to a termination signal.
pub fn main<T: Termination + 'static>(start: fn() -> InProgress<T>) -> Result<T> {
    let main_loop = current()?;
    let terminable = Terminable::begin(&main_loop)?;
    let ip = start();
    let outcome = run_until_finished(&main_loop, Nesting::Outermost, &ip);
    drop(terminable);
    main_loop.shut_down(Ok(()))?;
    if let Some(number) = main_loop.unix_signals.ended_by() {
        main_loop::end(&main_loop);
        die_of(number)?;
    }
    outcome?;
    ip.take_result().unwrap_or_else(|| Err(ResultTaken.into()))
}

/// Runs the loop until a test has finished that is a coroutine. Its panic is that of the test.
pub fn wait<T: 'static>(ip: &InProgress<T>) -> Result<T> {
    let outcome = ip.wait();
    if let Err(error) = &outcome
        && let Some(panicked) = error.downcast_ref::<Panicked>()
    {
        resume_unwind(Box::new(panicked.message().to_owned()));
    }
    outcome
}

/// What the attribute of a test says.
#[derive(Clone, Copy, Debug)]
pub struct TestOptions {
    /// The name of the function.
    pub name: &'static str,
    /// Time is the system's.
    pub real_time: bool,
    /// So many runs, each with what is ready at the same moment in another order; 0: one run in the documented order.
    pub shuffles: u32,
}

/// Runs a test, in a thread of its own with a loop of its own.
///
/// # Panics
///
/// When the test panics, or gives an error.
pub fn test<R: Termination + 'static>(options: TestOptions, body: fn() -> R) {
    if options.shuffles == 0 {
        return run(options, None, body);
    }
    let replayed = std::env::var(SEED).ok().map(|seed| {
        seed.parse().unwrap_or_else(|_| panic!("{SEED} has to be a number, and is `{seed}`"))
    });
    match replayed {
        Some(seed) => run(options, Some(seed), body),
        None => (0..options.shuffles).for_each(|_| run(options, Some(fastrand::u64(..)), body)),
    }
}

fn run<R: Termination + 'static>(options: TestOptions, seed: Option<u64>, body: fn() -> R) {
    let thread = thread::Builder::new().name(options.name.to_owned()).spawn(move || {
        let clock = if options.real_time { Clock::real() } else { Clock::virtual_time() };
        make(clock, seed).expect("the thread has just been started");
        body().report() == ExitCode::SUCCESS
    });
    let outcome = thread.expect("a thread for the test").join();
    if let (Some(seed), Err(_) | Ok(false)) = (seed, &outcome) {
        eprintln!(
            "`{}` has failed in a shuffled run; to replay it, set {SEED}={seed}",
            options.name
        );
    }
    match outcome {
        Ok(succeeded) => assert!(succeeded, "the test has returned an error"),
        Err(panic) => resume_unwind(panic),
    }
}

/// Makes the loop of this thread, for tests of the order itself: in virtual time, and shuffled if there is a seed.
///
/// # Panics
///
/// When there is no thread-local storage left, at the end of the thread.
pub fn make_loop(seed: Option<u64>) {
    make(Clock::virtual_time(), seed).expect("the thread goes on");
}

/// Has `work` done by a thread: one of its own, or one of a pool.
#[track_caller]
pub fn threaded<T: Send + 'static>(
    pool: Option<&str>,
    priority: i32,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> InProgress<T> {
    let Some(name) = pool else { return crate::thread(work) };
    match ThreadPool::named(name) {
        Ok(pool) => pool.run_with_priority(priority, work),
        Err(error) => InProgress::failed(error),
    }
}
