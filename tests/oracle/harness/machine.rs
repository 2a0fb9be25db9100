//! The half that is a coroutine: the core runs it, one task a turn.

use std::fmt::Debug;

use kaa::InProgress;

use super::{driver, trace};

/// A coroutine that a body calls, itself perhaps. The async half boxes it.
pub(crate) fn again<T>(in_progress: InProgress<T>) -> InProgress<T> {
    in_progress
}

pub(crate) struct Running<T: 'static>(InProgress<T>);

impl<T: Debug + 'static> Running<T> {
    pub(crate) fn start(in_progress: InProgress<T>) -> Self {
        Running(in_progress)
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// Resumes a task; if none is ready, keeps a promise first. False if nothing was left to do.
    pub(crate) fn turn(&mut self) -> bool {
        if driver::run_one() {
            return true;
        }
        let kept = trace::keep_one_promise();
        driver::run_one();
        kept
    }

    pub(crate) fn finish(mut self) -> String {
        while !self.is_finished() {
            assert!(self.turn(), "nothing left to run");
        }
        match self.0.take_result().expect("taken once") {
            Ok(value) => format!("{value:?}"),
            Err(error) => format!("failed: {error}"),
        }
    }

    pub(crate) fn abandon(self) {
        drop(self);
        driver::abandon_all();
        trace::break_promises();
        // A broken promise may have queued a task that is gone.
        while driver::run_one() {}
    }
}
