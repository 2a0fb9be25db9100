//! The loop, as far as posts are concerned: `MainLoop::turn` without what else a turn looks at.

use crate::bell::Bell;
use crate::wake::{Mailbox, Poster};

/// The loop's end.
pub struct Loop {
    bell: Bell,
    mailbox: Mailbox,
}

/// Another thread's end.
#[derive(Clone)]
pub struct Handle(Poster);

impl Loop {
    /// A loop that nothing was posted to.
    #[must_use]
    pub fn new() -> Loop {
        let bell = Bell::new();
        Loop { mailbox: Mailbox::new(bell.clone()), bell }
    }

    /// For other threads.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle(self.mailbox.poster())
    }

    /// Whether nobody can post any more, and all was run.
    #[must_use]
    pub fn is_deserted(&self) -> bool {
        self.mailbox.is_deserted()
    }

    /// Sleeps unless something was posted, and runs what was.
    pub fn turn(&self) {
        if !self.mailbox.has_posts() {
            self.bell.sleep();
        }
        for post in self.mailbox.take() {
            (post.run)();
        }
    }
}

impl Default for Loop {
    fn default() -> Self {
        Self::new()
    }
}

impl Handle {
    /// False if the loop has gone.
    pub fn post(&self, job: impl FnOnce() + Send + 'static) -> bool {
        self.0.post(Box::new(job))
    }

    /// Ends the loop's sleep.
    pub fn wake(&self) {
        self.0.wake();
    }
}
