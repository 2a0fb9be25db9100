//! What reading and writing fail with.

use std::error::Error as StdError;
use std::fmt;
use std::io;

/// A channel cannot do what it was asked to. Each says which channel it was: the peer of a socket, the name that a channel was
/// given.
///
/// The texts of the system's errors are part of its own, so they are not repeated as its source.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChannelError {
    /// It was closed, or its last handle dropped, before this was done.
    Closed {
        /// Which it was.
        name: String,
    },
    /// It cannot be read from: it is open for writing only.
    NotReadable {
        /// Which it is.
        name: String,
    },
    /// It cannot be written to: it is open for reading only, or [`end_writing`](crate::IOChannel::end_writing) was called.
    NotWritable {
        /// Which it is.
        name: String,
    },
    /// The system cannot tell when it is ready: it is a file on a disk, for instance.
    NotPollable {
        /// Which it was to be.
        name: String,
        /// What the system said.
        error: io::Error,
    },
    /// More waits to be written than its [limit](crate::IOChannel::set_write_limit) allows. This was not written.
    WriteQueueFull {
        /// Which it is.
        name: String,
        /// The number of bytes that wait.
        queued: usize,
    },
    /// There was no delimiter, or no end of input, within the bound. What has come is still there to be read.
    TooLong {
        /// Which it is.
        name: String,
        /// The bound, in bytes.
        most: usize,
    },
    /// The input has ended before so much had come. What has come is still there to be read.
    UnexpectedEnd {
        /// Which it is.
        name: String,
        /// The number of bytes that there are.
        there: usize,
        /// The number of bytes that were asked for.
        wanted: usize,
    },
    /// TLS cannot be begun while something waits to be read or written, or has come unencrypted.
    Busy {
        /// Which it is.
        name: String,
    },
    /// Reading failed.
    Read {
        /// Which it is.
        name: String,
        /// What the system said.
        error: io::Error,
    },
    /// Writing failed.
    Write {
        /// Which it is.
        name: String,
        /// What the system said.
        error: io::Error,
    },
}

impl ChannelError {
    /// The system's error, if it is one of these.
    #[must_use]
    pub fn io_error(&self) -> Option<&io::Error> {
        match self {
            ChannelError::NotPollable { error, .. }
            | ChannelError::Read { error, .. }
            | ChannelError::Write { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for ChannelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChannelError::Closed { name } => {
                write!(f, "the channel to {name} was closed before this was done")
            }
            ChannelError::NotReadable { name } => {
                write!(f, "{name} cannot be read from: it is open for writing only")
            }
            ChannelError::NotWritable { name } => {
                write!(
                    f,
                    "{name} cannot be written to: it is open for reading only, or writing has ended"
                )
            }
            ChannelError::NotPollable { name, error } => {
                write!(
                    f,
                    "{name} cannot be watched ({error}): read and write files in `kaa::thread`"
                )
            }
            ChannelError::WriteQueueFull { name, queued } => write!(
                f,
                "{queued} bytes wait to be written to {name} already: wait for `write` or `writable` first, or raise \
                 the limit with `set_write_limit`"
            ),
            ChannelError::TooLong { name, most } => write!(
                f,
                "no delimiter and no end within {most} bytes from {name}: read them with `read`, or allow more"
            ),
            ChannelError::UnexpectedEnd { name, there, wanted } => {
                write!(
                    f,
                    "{name} has ended after {there} of {wanted} bytes: `read` gives what there is"
                )
            }
            ChannelError::Busy { name } => write!(
                f,
                "TLS cannot begin on {name} while something waits to be read or written, or has come unencrypted"
            ),
            ChannelError::Read { name, error } => write!(f, "cannot read from {name}: {error}"),
            ChannelError::Write { name, error } => write!(f, "cannot write to {name}: {error}"),
        }
    }
}

impl StdError for ChannelError {}
