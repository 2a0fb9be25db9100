//! The end of a run, and the end of a loop.

use std::time::{Duration, Instant};

use kaa_core::report;
use kaa_core::{Error, Result, driver};

use super::{MainLoop, Running, State, quietly};
use crate::main_loop::Nesting;

impl MainLoop {
    /// Cleans up after a run: tells of it, then lets the jobs of thread pools end.
    ///
    /// What went wrong in the run comes before what goes wrong here.
    pub(crate) fn shut_down(&self, outcome: Result<()>) -> Result<()> {
        let _shutting_down = ShuttingDown::enter(self);
        self.signals.shutdown.emit(&());
        outcome.and(self.wait_for_pools())
    }

    /// Jobs that do not end in time go on without being waited for; it is reported which.
    fn wait_for_pools(&self) -> Result<()> {
        let end = Instant::now().checked_add(self.shutdown_limit.get());
        while self.outstanding.has_pool_jobs() {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                let names = self.outstanding.pool_jobs().join(", ");
                let error = format!("still running after {:?}: {names}", self.shutdown_limit.get());
                report::report("Threads were left behind", Error::message(error), None);
                return Ok(());
            }
            let _running = Running::enter(self, Nesting::Outermost)?;
            self.wait_for_descriptors(left)?;
            self.run_posts(usize::MAX)?;
        }
        Ok(())
    }
}

struct ShuttingDown<'a> {
    main_loop: &'a MainLoop,
}

impl ShuttingDown<'_> {
    fn enter(main_loop: &MainLoop) -> ShuttingDown<'_> {
        main_loop.shutting_down.set(true);
        ShuttingDown { main_loop }
    }
}

impl Drop for ShuttingDown<'_> {
    fn drop(&mut self) {
        self.main_loop.shutting_down.set(false);
    }
}

/// Ends the loop of a thread: nothing is taken any more, and what it holds is dropped.
///
/// The tasks go first. Their failures, and those of the promises that follow, are no news then.
pub(crate) fn end(main_loop: &MainLoop) {
    if main_loop.is_of_another_process() {
        return; // It is the parent's: what is closed here would be closed there.
    }
    quietly(|| _ = main_loop.signals.exit.emit(&()));
    main_loop.state.set(State::Ended);
    quietly(driver::abandon_all);
    for alarm in main_loop.timers.take_all() {
        quietly(|| alarm.lose());
    }
    quietly(|| main_loop.unix_signals.clear());
    while let Some(token) = main_loop.descriptors.newest() {
        quietly(|| main_loop.descriptors.end(token));
    }
    while let Some(promise) = main_loop.outstanding.take_newest() {
        quietly(|| drop(promise));
    }
    while let Some(call) = main_loop.calls.take_newest() {
        quietly(|| drop(call));
    }
    loop {
        let post = main_loop.posts.borrow_mut().pop_back();
        let Some(post) = post else { break };
        quietly(|| drop(post));
    }
    // What the drops above have started.
    quietly(driver::abandon_all);
}
