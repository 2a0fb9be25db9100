//! Channels: reading and writing descriptors without blocking.

mod error;
mod input;
mod medium;
mod output;
mod shared;
mod signals;
mod unread;

use std::fmt;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::panic::Location;
use std::rc::Rc;

use bytes::Bytes;
use kaa_core::{InProgress, Result};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use socket2::SockRef;

pub use error::ChannelError;
pub use signals::{ChannelSignals, Closed};

pub(crate) use medium::{Medium, Stream};
pub(crate) use shared::{Directions, Shared};
pub(crate) use signals::LONGEST_LINE;

use medium::File;

/// A descriptor that is read and written without blocking: a pipe, a terminal, a serial port, a socket that was made elsewhere.
///
/// It is a handle: its clones are the same channel. When the last one is dropped the descriptor is closed, and what is still
/// pending fails.
///
/// * It is read only while somebody wants something: a call that waits, or a handler of its [`signals`](Self::signals).
/// * Reads are served in the order of the calls. One that is aborted or dropped, or whose time is up, has taken nothing: what was on
///   its way to it is there for the next.
/// * Writes are done in the order of the calls. One that was begun goes on when nobody waits for it; one that is aborted is not
///   done at all, or, if it has begun, is not stopped: the abort is refused.
/// * The end of input is a value, `None`. Errors are [`ChannelError`].
///
/// Files on a disk cannot be watched; read and write them in a [`thread`](crate::thread).
///
/// ```
/// use kaa_notifier::{IOChannel, Wait};
///
/// let (read, write) = std::io::pipe()?;
/// let (input, output) = (IOChannel::new(read)?, IOChannel::new(write)?);
/// assert_eq!(output.write("one\ntwo\nthree").wait()?, 13);
/// output.close().wait()?;
///
/// assert_eq!(input.readline().wait()?.unwrap(), "one\n");
/// assert_eq!(input.read_exact(2).wait()?.unwrap(), "tw");
/// assert_eq!(input.read().wait()?.unwrap(), "o\nthree");
/// assert_eq!(input.read().wait()?, None);
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone)]
pub struct IOChannel {
    shared: Rc<Shared>,
}

impl IOChannel {
    /// Takes a descriptor over, and makes it non-blocking: for all who share it.
    ///
    /// # Errors
    ///
    /// What the system says, and [`LoopError::Ended`](crate::LoopError::Ended).
    #[track_caller]
    pub fn new(fd: impl Into<OwnedFd>) -> Result<Self> {
        let fd = fd.into();
        let name = format!("descriptor {}", fd.as_raw_fd());
        Self::named(fd, name)
    }

    /// The same, with a name for its errors.
    ///
    /// ```
    /// use kaa_notifier::{IOChannel, Wait};
    ///
    /// let (read, _write) = std::io::pipe()?;
    /// let error = IOChannel::named(read, "the answer")?.write("?").wait().unwrap_err();
    /// assert!(error.to_string().starts_with("the answer cannot be written to"));
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    pub fn named(fd: impl Into<OwnedFd>, name: impl Into<String>) -> Result<Self> {
        let fd = fd.into();
        let flags = fcntl_getfl(&fd).map_err(std::io::Error::from)?;
        fcntl_setfl(&fd, flags | OFlags::NONBLOCK).map_err(std::io::Error::from)?;
        Self::over(fd, name.into(), flags)
    }

    /// Standard input.
    ///
    /// It is left blocking, since whoever has started this program shares it, and is read when there is something.
    ///
    /// # Errors
    ///
    /// As of [`new`](Self::new); further if standard input is closed. Where it is a file on a disk the first read fails.
    ///
    /// ```no_run
    /// use kaa_notifier::{IOChannel, Wait};
    ///
    /// let stdin = IOChannel::stdin()?;
    /// while let Some(line) = stdin.readline().wait()? {
    ///     println!("{} bytes", line.len());
    /// }
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    pub fn stdin() -> Result<Self> {
        let fd = std::io::stdin().as_fd().try_clone_to_owned()?;
        Self::over(fd, "standard input".to_owned(), OFlags::RDONLY)
    }

    #[track_caller]
    fn over(fd: OwnedFd, name: String, flags: OFlags) -> Result<Self> {
        let mode = flags & OFlags::RWMODE;
        let can = Directions { read: mode != OFlags::WRONLY, write: mode != OFlags::RDONLY };
        let signals = Rc::new(ChannelSignals::new());
        let is_socket = SockRef::from(&fd).r#type().is_ok();
        let medium: Box<dyn Medium> = if is_socket { Box::new(Stream) } else { Box::new(File) };
        let created = Location::caller();
        let shared = Shared::new(created, name, fd, medium, can, Rc::clone(&signals))?;
        Ok(Self::of(shared, &signals))
    }

    fn of(shared: Rc<Shared>, signals: &ChannelSignals) -> Self {
        let weak = Rc::downgrade(&shared);
        signals.when_wanted(move || {
            if let Some(shared) = weak.upgrade() {
                shared.handlers_changed();
            }
        });
        IOChannel { shared }
    }

    /// Reads what is there, or waits until something is: at least one byte, or `None` at the end of input.
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read(&self) -> InProgress<Option<Bytes>> {
        self.shared.read()
    }

    /// Reads exactly `length` bytes; `None` if the input ends before the first.
    ///
    /// # Errors
    ///
    /// [`ChannelError::UnexpectedEnd`] if it ends in the midst. What has come is still there to be [`read`](Self::read).
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_exact(&self, length: usize) -> InProgress<Option<Bytes>> {
        self.shared.read_exact(length)
    }

    /// Reads a line, with the newline that ends it. The last one may have none. `None` at the end of input.
    ///
    /// # Errors
    ///
    /// [`ChannelError::TooLong`] if there is no newline within 1 MiB.
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn readline(&self) -> InProgress<Option<Bytes>> {
        self.read_until(["\n"], LONGEST_LINE)
    }

    /// Reads up to and with the first of several delimiters, which are taken as they are. What comes last may have none. `None` at
    /// the end of input.
    ///
    /// # Errors
    ///
    /// [`ChannelError::TooLong`] if there is none within `most` bytes. What has come is still there to be [`read`](Self::read).
    ///
    /// ```
    /// use kaa_notifier::{IOChannel, Wait};
    ///
    /// let (read, write) = std::io::pipe()?;
    /// IOChannel::new(write)?.write("GET / HTTP/1.0\r\n\r\nrest").wait()?;
    /// let head = IOChannel::new(read)?.read_until(["\r\n\r\n"], 16 * 1024).wait()?;
    /// assert_eq!(head.unwrap(), "GET / HTTP/1.0\r\n\r\n");
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_until(
        &self,
        delimiters: impl IntoIterator<Item: AsRef<[u8]>>,
        most: usize,
    ) -> InProgress<Option<Bytes>> {
        self.shared.read_until(delimiters, most)
    }

    /// Reads all that comes, to the end of input; `None` if nothing does.
    ///
    /// # Errors
    ///
    /// [`ChannelError::TooLong`] if it is more than `most` bytes. What has come is still there to be [`read`](Self::read).
    #[track_caller]
    #[must_use = "a read that nobody waits for takes nothing"]
    pub fn read_to_end(&self, most: usize) -> InProgress<Option<Bytes>> {
        self.shared.read_to_end(most)
    }

    /// Reads what is there though nobody has asked for it.
    pub(crate) fn drain(&self) {
        self.shared.drain();
    }

    /// Writes all of `data`, which is copied if it has to wait, and finishes with its length when the last byte has been handed to
    /// the system.
    ///
    /// # Errors
    ///
    /// [`ChannelError::WriteQueueFull`] if more waits than the [limit](Self::set_write_limit) allows; `data` is not written then.
    #[track_caller]
    pub fn write(&self, data: impl AsRef<[u8]>) -> InProgress<usize> {
        self.shared.write(data.as_ref())
    }

    /// The same for bytes that need not be copied.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a handle, as other calls of this kind take it"
    )]
    pub fn write_bytes(&self, data: Bytes) -> InProgress<usize> {
        self.shared.write_bytes(&data)
    }

    /// Finishes when fewer bytes wait to be written than the [limit](Self::set_write_limit) allows.
    #[track_caller]
    pub fn writable(&self) -> InProgress<()> {
        self.shared.writable()
    }

    /// Lets so many bytes wait to be written; 1 MiB unless this is called. One write may always wait, however long it is.
    ///
    /// ```
    /// use kaa_notifier::{ChannelError, IOChannel, Wait};
    ///
    /// let (_read, write) = std::io::pipe()?;
    /// let output = IOChannel::new(write)?;
    /// output.set_write_limit(1);
    /// let large = output.write(vec![0; 1024 * 1024]);
    /// assert!(!large.is_finished() && !output.writable().is_finished());
    /// let error = output.write("more").wait().unwrap_err();
    /// assert!(matches!(error.downcast_ref(), Some(ChannelError::WriteQueueFull { .. })));
    /// # large.exception().connect(|_| ());
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    pub fn set_write_limit(&self, most: usize) {
        self.shared.set_write_limit(most);
    }

    /// Tells the other side that nothing more comes, when all is written: half of a close. From now on nothing can be written; what
    /// comes can still be read. A channel that cannot be read from is closed.
    #[track_caller]
    #[doc(alias = "shutdown")]
    pub fn end_writing(&self) -> InProgress<()> {
        self.shared.end_writing()
    }

    /// Closes it when all is written, whether somebody waits for that or not. What waits to read fails then.
    ///
    /// To close it without that, drop all its handles instead, or [abort](InProgress::abort) this: what the other side does not read in
    /// time, say, `close().timeout_abort(..)` leaves unwritten.
    #[track_caller]
    pub fn close(&self) -> InProgress<()> {
        self.shared.close()
    }

    /// Closes it, and gives the descriptor back, which stays non-blocking, with what was read of it and taken by nobody.
    ///
    /// # Errors
    ///
    /// [`ChannelError::Closed`] if it was closed before.
    ///
    /// ```
    /// use kaa_notifier::{IOChannel, Wait};
    ///
    /// let (read, write) = std::io::pipe()?;
    /// IOChannel::new(write)?.write("one\ntwo\n").wait()?;
    /// let input = IOChannel::new(read)?;
    /// input.readline().wait()?;
    /// let (_read, rest) = input.into_inner()?;
    /// assert_eq!(rest, "two\n");
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    pub fn into_inner(self) -> Result<(OwnedFd, Bytes)> {
        self.shared.take_apart()
    }

    /// What it tells to handlers. They do not keep it open.
    ///
    /// ```
    /// use kaa_notifier::{IOChannel, Wait};
    ///
    /// let (read, write) = std::io::pipe()?;
    /// let input = IOChannel::new(read)?;
    /// input.signals().readline.connect(|line| println!("{} bytes", line.len()));
    /// let closed = kaa_core::inprogress(&input.signals().closed);
    /// IOChannel::new(write)?.write("one\ntwo\n").wait()?;
    /// closed.wait()?;
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[must_use]
    pub fn signals(&self) -> &ChannelSignals {
        self.shared.signals()
    }

    /// Whether it can still be used: it was not closed, nor asked to.
    #[must_use]
    #[doc(alias = "alive")]
    pub fn is_open(&self) -> bool {
        self.shared.is_open()
    }

    /// Whether the end of input was seen, or reading has failed.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.shared.has_ended()
    }

    /// The number of bytes that were read from the system and taken by nobody.
    #[must_use]
    #[doc(alias = "read_queue_used")]
    pub fn unread(&self) -> usize {
        self.shared.unread()
    }

    /// The number of bytes that wait to be written.
    #[must_use]
    #[doc(alias = "write_queue_used")]
    pub fn queued(&self) -> usize {
        self.shared.queued()
    }
}

impl fmt::Debug for IOChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_open() { "open" } else { "closed" };
        write!(f, "IOChannel({}, {state})", self.shared.name())
    }
}
