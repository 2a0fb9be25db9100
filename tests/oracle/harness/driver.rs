//! The one place that knows how the core is driven.

/// Resumes the oldest ready task; false if none is ready.
pub(crate) fn run_one() -> bool {
    kaa_core::driver::run_ready(1)
}

/// Drops every suspended coroutine of this thread.
pub(crate) fn abandon_all() {
    kaa_core::driver::abandon_all();
}
