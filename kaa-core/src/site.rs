//! Where things are written: a coroutine's site, and what an outcome came from.

use std::fmt;
use std::panic::Location;

use crate::error::TaskRef;

/// Name and places of a coroutine. `yields[n - 1]` is the line of its n-th `yield_!`.
///
/// The macro makes one `static` of it for each coroutine; it costs nothing while running.
#[derive(Debug)]
pub struct Site {
    /// The name of the function.
    pub name: &'static str,
    /// The file it stands in.
    pub file: &'static str,
    /// The line of its name.
    pub line: u32,
    /// The line of each `yield_!`, in the order of the text.
    pub yields: &'static [u32],
}

impl Site {
    /// The line of yield `at` (counted from 1), or of the coroutine itself if it rests at none.
    pub(crate) fn line_of(&self, at: usize) -> u32 {
        let index = at.checked_sub(1);
        index.and_then(|index| self.yields.get(index)).copied().unwrap_or(self.line)
    }

    pub(crate) fn task_ref(&self, id: u64, at: usize) -> TaskRef {
        TaskRef::new(id, self.name, self.file, self.line_of(at))
    }
}

/// What an error says of a node that is no coroutine.
pub(crate) fn node_ref(address: usize, kind: &'static str, origin: Option<Origin>) -> TaskRef {
    // Never the number of a coroutine: their versions are smaller.
    let id = address as u64 | 1 << 63;
    match origin {
        Some(Origin::Code(place)) => TaskRef::new(id, kind, place.file(), place.line()),
        Some(Origin::Signal(name, place)) => TaskRef::new(id, name, place.file(), place.line()),
        Some(Origin::Coroutine(site)) => TaskRef::new(id, site.name, site.file, site.line),
        None => TaskRef::new(id, kind, "", 0),
    }
}

/// What made an outcome: a line of code, or a coroutine.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// The call that made a promise, a link or a failure.
    Code(&'static Location<'static>),
    /// A signal that has a name.
    Signal(&'static str, &'static Location<'static>),
    /// The coroutine that ended so.
    Coroutine(&'static Site),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Code(place) => write!(f, "created at {}:{}", place.file(), place.line()),
            Origin::Signal(name, place) => {
                write!(f, "signal `{name}` created at {}:{}", place.file(), place.line())
            }
            Origin::Coroutine(site) => {
                write!(f, "coroutine `{}` at {}:{}", site.name, site.file, site.line)
            }
        }
    }
}
