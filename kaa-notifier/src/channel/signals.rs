//! The signals of a channel.

use bytes::Bytes;
use kaa_core::{Error, Signal};

use super::unread::Amount;

/// A line that is longer is emitted in pieces.
pub(crate) const LONGEST_LINE: usize = 1024 * 1024;

/// Why a channel is over.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Closed {
    /// The program has closed it.
    Asked,
    /// The other side has said all it has to say. What is written may still reach it.
    EndOfInput,
    /// Reading or writing has failed.
    Failed(Error),
}

kaa_core::signals! {
    /// What a channel tells.
    ///
    /// Input that no call has asked for goes to the handlers of `readline` or `read`; with none of either, it stays in the channel, and
    /// when that has enough, where it comes from. When the channel is closed, all handlers are disconnected.
    pub struct ChannelSignals {
        /// A line has come, with its delimiter; at the end of input also without. What is longer than 1 MiB comes in pieces.
        pub readline: Bytes,
        /// Something has come, and nobody is connected to `readline`.
        pub read: Bytes,
        /// It is over; emitted once.
        pub closed: Closed,
    }
}

impl ChannelSignals {
    /// Whether anybody wants what no call has asked for.
    pub(crate) fn want_input(&self) -> bool {
        self.readline.has_handlers() || self.read.has_handlers()
    }

    /// Who wants it, and in what pieces.
    pub(crate) fn listens(&self) -> Option<(&Signal<Bytes>, Amount)> {
        if self.readline.has_handlers() {
            let newline = vec![Bytes::from_static(b"\n")];
            Some((&self.readline, Amount::Until(newline, LONGEST_LINE)))
        } else if self.read.has_handlers() {
            Some((&self.read, Amount::Some))
        } else {
            None
        }
    }

    pub(crate) fn disconnect_all(&self) {
        self.readline.disconnect_all();
        self.read.disconnect_all();
        self.closed.disconnect_all();
    }

    /// Calls `tell` whenever input is wanted or not wanted any more.
    pub(crate) fn when_wanted(&self, tell: impl Fn() + Clone + 'static) {
        for signal in [&self.readline, &self.read] {
            let tell = tell.clone();
            signal.on_change(move |_, _| tell());
        }
    }
}
