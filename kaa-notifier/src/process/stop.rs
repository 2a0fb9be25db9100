//! Stopping a process: asking, then `SIGTERM`, then `SIGKILL`.

use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use bytes::Bytes;

use super::Shared;
use crate::timer::OneShotTimer;
use crate::unix::SIGTERM;

/// How to stop a process.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stop {
    /// Written to its input first, if that is a channel: a command that it understands. Without it the stop begins with `SIGTERM`.
    pub ask: Option<Bytes>,
    /// How long each step waits before the next. Three seconds unless set.
    pub patience: Duration,
}

impl Default for Stop {
    fn default() -> Self {
        Stop { ask: None, patience: Duration::from_secs(3) }
    }
}

/// How far a process is on its way to its end.
#[derive(Default)]
pub(super) struct Stopping {
    has_begun: Cell<bool>,
    timer: OneShotTimer,
}

impl Stopping {
    /// It has ended.
    pub(super) fn over(&self) {
        self.timer.stop();
    }
}

#[derive(Clone, Copy)]
enum Step {
    Terminate,
    Kill,
}

impl Shared {
    pub(super) fn stop(self: &Rc<Self>, how: &Stop) {
        if self.status.get().is_some() || self.stopping.has_begun.replace(true) {
            return;
        }
        let asked = how.ask.as_ref().zip(self.stdin.as_ref());
        if let Some((ask, stdin)) = asked {
            // It may have closed its input, or have no room: the next step does not depend on it.
            stdin.write_bytes(ask.clone()).exception().connect(|_| ());
        }
        match asked {
            Some(_) => self.later(Step::Terminate, how.patience),
            None => self.step(Step::Terminate, how.patience),
        }
        if let Some(stdin) = &self.stdin {
            stdin.close().exception().connect(|_| ());
        }
    }

    fn later(self: &Rc<Self>, step: Step, patience: Duration) {
        let weak: Weak<Self> = Rc::downgrade(self);
        self.stopping.timer.start(patience, move || {
            if let Some(process) = weak.upgrade() {
                process.step(step, patience);
            }
        });
    }

    fn step(self: &Rc<Self>, step: Step, patience: Duration) {
        match step {
            Step::Terminate => {
                // It may have ended at this moment, and is reaped next.
                drop(self.send(SIGTERM));
                self.later(Step::Kill, patience);
            }
            Step::Kill => {
                let mut child = self.child.borrow_mut();
                drop(child.as_mut().map(std::process::Child::kill));
            }
        }
    }
}
