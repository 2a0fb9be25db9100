//! The one place that knows how the core is driven.

use kaa_core::driver;

/// Resumes the oldest ready task; false if none is ready.
pub(crate) fn run_one() -> bool {
    let ready = driver::has_ready();
    driver::run_ready(1);
    ready
}

/// Drops every suspended coroutine of this thread, newest first.
pub(crate) fn abandon_all() {
    driver::abandon_all();
}
