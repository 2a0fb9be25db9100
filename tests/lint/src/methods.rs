//! Methods and associated functions.

use std::rc::Rc;
use std::time::Duration;

use kaa::InProgressStatus;
use kaa::prelude::*;

/// A printer.
#[derive(Debug, Default)]
pub struct Printer {
    name: String,
}

impl Printer {
    /// The length of its name, later.
    #[kaa::coroutine]
    pub fn length(self: Rc<Self>, on: InProgress<usize>) -> kaa::Result<usize> {
        let n = yield_!(on)?;
        yield_!()?;
        Ok(n + self.name.len())
    }

    /// Its name, later.
    #[kaa::coroutine]
    pub fn into_name(self, on: InProgress<()>) -> kaa::Result<String> {
        yield_!(on)?;
        Ok(self.name)
    }

    /// A new one, later.
    #[kaa::coroutine]
    pub fn named(name: InProgress<String>) -> kaa::Result<Self> {
        let name = yield_!(name)?;
        yield_!()?;
        Ok(Self { name })
    }
    /// One after the other, and slowly.
    #[kaa::coroutine(policy = synchronized, group = "paper", interval = pause, progress)]
    pub fn print(
        self: Rc<Self>,
        pause: Duration,
        progress: Rc<InProgressStatus>,
        pages: u64,
    ) -> kaa::Result<u64> {
        progress.set(0, pages);
        yield_!()?;
        Ok(pages)
    }

    /// How many of it are under way.
    #[kaa::coroutine(policy = pass_last)]
    pub fn before(self: Rc<Self>, last: Option<InProgress<u32>>) -> kaa::Result<u32> {
        match last {
            Some(last) => Ok(yield_!(last)? + 1),
            None => Ok(0),
        }
    }

    /// Whether it is there, asked once at a time.
    #[kaa::coroutine(policy = singleton)]
    pub fn is_there(self: Rc<Self>) -> bool {
        !self.name.is_empty()
    }
}
