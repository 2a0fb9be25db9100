//! `SIGINT` and `SIGTERM`: what a loop takes over, and what is left to the system.
//!
//! The handlers that are installed once stay for ever, since taking one out does not bring the default back. So there is
//! one that asks a flag whether the default is wanted, and one behind it that sets the flag: a second signal finds it set,
//! unless somebody has dealt with the first.

use std::io;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use kaa_core::Result;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

/// The signals that end a run.
pub(super) const TERMINATION: [i32; 2] = [SIGINT, SIGTERM];

static IS_DEFAULT_WANTED: LazyLock<Arc<AtomicBool>> =
    LazyLock::new(|| Arc::new(AtomicBool::new(true)));

/// How many there are who take termination signals over.
static TAKERS: Mutex<Takers> = Mutex::new(Takers { count: 0, is_installed: false });

struct Takers {
    count: usize,
    is_installed: bool,
}

fn takers() -> MutexGuard<'static, Takers> {
    TAKERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Installs the handlers, in front of all others.
pub(super) fn install() -> io::Result<()> {
    let mut takers = takers();
    if !takers.is_installed {
        for number in TERMINATION {
            flag::register_conditional_default(number, Arc::clone(&IS_DEFAULT_WANTED))?;
            flag::register(number, Arc::clone(&IS_DEFAULT_WANTED))?;
        }
        takers.is_installed = true;
    }
    Ok(())
}

/// The default is wanted again as soon as there is nobody who takes the signals over.
pub(super) fn settle_default() {
    let takers = takers();
    IS_DEFAULT_WANTED.store(takers.count == 0, Ordering::SeqCst);
}

/// The next one does what it does by default.
pub(super) fn want_default() {
    IS_DEFAULT_WANTED.store(true, Ordering::SeqCst);
}

/// Somebody takes termination signals over, as long as this exists.
pub(crate) struct Taken(());

impl Taken {
    pub(super) fn new() -> io::Result<Taken> {
        install()?;
        takers().count += 1;
        settle_default();
        Ok(Taken(()))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        takers().count -= 1;
        settle_default();
    }
}

/// Ends the process as this signal does by default, so that whoever has started it can tell.
pub(crate) fn die_of(number: i32) -> Result<()> {
    low_level::emulate_default_handler(number)?;
    process::exit(128 + number) // It came back: that one does nothing by default.
}
