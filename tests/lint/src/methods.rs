//! Methods and associated functions.

use std::rc::Rc;

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
}
