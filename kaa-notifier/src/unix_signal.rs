//! Signals of the operating system, as signals.

mod terminate;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::panic::Location;
use std::rc::{Rc, Weak};

use kaa_core::report::Origin;
use kaa_core::{Flow, InProgress, Result, Signal};
use signal_hook::SigId;
use signal_hook::consts::{FORBIDDEN, SIGINT};
use signal_hook::low_level::{pipe, signal_name, unregister};

use crate::current::current;
use crate::error::UnixSignalError;
use crate::fd::{Descriptor, OnReady};
use crate::main_loop::MainLoop;
use crate::sys::poll::Interest;

pub(crate) use terminate::die_of;
use terminate::{TERMINATION, Taken};

/// The operating system's signal `number`, as a signal of this thread's loop; its argument is the number.
///
/// It is emitted by the loop, and not by the handler of the operating system, so its handlers may do anything. What
/// arrives more often than the loop looks is emitted once. The numbers stand in [`unix`](crate::unix).
///
/// `SIGINT` and `SIGTERM` end [`main::run`](crate::main::run). A handler that answers [`Flow::Veto`] or
/// [`Flow::Stop`] keeps them from that. A second one that comes before the loop has got round to the first ends the
/// process, as it would without a loop. Where no loop runs, and nobody has asked for them here, they do what they do by
/// default. Other signals lose their default effect for the rest of the process.
///
/// # Errors
///
/// With [`UnixSignalError`] for a number that is none, or that cannot be handled, such as `SIGKILL`.
///
/// ```
/// use kaa_notifier::{main, unix, unix_signal};
///
/// let hang_up = unix_signal(unix::SIGHUP)?;
/// hang_up.connect(|_| println!("reading the configuration again"));
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[track_caller]
pub fn unix_signal(number: i32) -> Result<Rc<Signal<i32>>> {
    let source = source(&*current()?, number)?;
    if TERMINATION.contains(&number) {
        let taken = source.taken.take();
        source.taken.set(Some(taken.map_or_else(Taken::new, Ok)?));
    }
    Ok(Rc::clone(&source.signal))
}

/// Finishes at the next Ctrl-C, which then does nothing else.
///
/// Without it a Ctrl-C ends [`main::run`](crate::main::run). A second one that comes before the loop has got round to
/// the first ends the process.
///
/// ```
/// use std::time::Duration;
/// use kaa_notifier::{Wait, main};
///
/// # let limit = Duration::from_millis(1);
/// match main::ctrl_c().timeout(limit).wait() {
///     Ok(()) => println!("interrupted"),
///     Err(error) => assert!(error.is_timeout()),
/// }
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[track_caller]
pub fn ctrl_c() -> InProgress<()> {
    let (source, taken) = match take_interrupt() {
        Ok(taken) => taken,
        Err(error) => return InProgress::failed(error),
    };
    let (promise, ip) = InProgress::new();
    let waiting = Rc::new(Cell::new(None));
    let connection = Rc::new(Cell::new(None));
    let (there, own) = (Rc::clone(&waiting), Rc::clone(&connection));
    let signal = Rc::downgrade(&source.signal);
    let end = move || {
        if let (Some(signal), Some(connection)) = (signal.upgrade(), own.take()) {
            signal.disconnect(connection);
        }
        there.take()
    };
    let unwanted = end.clone();
    promise.when_unwanted(move || drop(unwanted()));
    waiting.set(Some((promise, taken)));
    connection.set(Some(source.signal.connect(move |_| match end() {
        Some((promise, _taken)) => {
            promise.finish(());
            Flow::Veto
        }
        None => Flow::Continue,
    })));
    ip
}

#[track_caller]
fn take_interrupt() -> Result<(Rc<Source>, Taken)> {
    Ok((source(&*current()?, SIGINT)?, Taken::new()?))
}

/// Those that a loop listens to.
#[derive(Default)]
pub(crate) struct UnixSignals {
    sources: RefCell<BTreeMap<i32, Rc<Source>>>,
    /// What has ended the last run, if it was a termination signal.
    ended_by: Cell<Option<i32>>,
}

impl UnixSignals {
    /// The termination signal that has ended the last run.
    pub(crate) fn ended_by(&self) -> Option<i32> {
        self.ended_by.get()
    }

    /// Forgets them all, for the end of the loop.
    pub(crate) fn clear(&self) {
        let sources = self.sources.take();
        drop(sources);
    }
}

/// Termination signals end the run of a loop for as long as this exists.
pub(crate) struct Terminable<'a> {
    main_loop: &'a MainLoop,
    _taken: Taken,
}

impl Terminable<'_> {
    pub(crate) fn begin(main_loop: &MainLoop) -> Result<Terminable<'_>> {
        for number in TERMINATION {
            source(main_loop, number)?;
        }
        let taken = Taken::new()?;
        main_loop.unix_signals.ended_by.set(None);
        main_loop.takes_termination.set(true);
        Ok(Terminable { main_loop, _taken: taken })
    }
}

impl Drop for Terminable<'_> {
    fn drop(&mut self) {
        self.main_loop.takes_termination.set(false);
    }
}

/// One signal of the operating system: its handler writes to a pipe that the loop reads.
struct Source {
    number: i32,
    /// Where it was asked for first.
    asked_at: &'static Location<'static>,
    signal: Rc<Signal<i32>>,
    registration: SigId,
    pipe: UnixStream,
    descriptor: OnceCell<Descriptor>,
    /// A termination signal that a user has asked for has no default effect any more.
    taken: Cell<Option<Taken>>,
}

#[track_caller]
fn source(main_loop: &MainLoop, number: i32) -> Result<Rc<Source>> {
    let known = main_loop.unix_signals.sources.borrow().get(&number).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let source = Source::new(number)?;
    let weak: Weak<dyn OnReady> = Rc::<Source>::downgrade(&source);
    let descriptor = main_loop.watch(OwnedFd::from(source.pipe.try_clone()?), weak)?;
    descriptor.want_more(Interest::READ)?;
    let _ = source.descriptor.set(descriptor);
    main_loop.unix_signals.sources.borrow_mut().insert(number, Rc::clone(&source));
    Ok(source)
}

impl Source {
    #[track_caller]
    fn new(number: i32) -> Result<Rc<Source>> {
        if FORBIDDEN.contains(&number) {
            return Err(UnixSignalError::Forbidden { number }.into());
        }
        if TERMINATION.contains(&number) {
            terminate::install()?;
        }
        let (pipe, written) = UnixStream::pair()?;
        pipe.set_nonblocking(true)?;
        let registered = pipe::register(number, written);
        let registration = registered.map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => UnixSignalError::Unknown { number }.into(),
            _ => kaa_core::Error::from(error),
        })?;
        Ok(Rc::new(Source {
            number,
            asked_at: Location::caller(),
            signal: Rc::new(Signal::new()),
            registration,
            pipe,
            descriptor: OnceCell::new(),
            taken: Cell::new(None),
        }))
    }

    /// Takes note of all that has arrived.
    fn empty_pipe(&self) {
        let mut bytes = [0; 64];
        loop {
            match (&self.pipe).read(&mut bytes) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break, // It is empty.
            }
        }
    }
}

impl OnReady for Source {
    fn on_ready(self: Rc<Self>, _: Interest) {
        self.empty_pipe();
        let is_termination = TERMINATION.contains(&self.number);
        if is_termination {
            terminate::settle_default(); // The loop has got round to it: the next one is the first again.
        }
        let answer = self.signal.emit(&self.number);
        let Ok(main_loop) = current() else { return };
        if is_termination && answer == Flow::Continue && main_loop.takes_termination.get() {
            terminate::want_default(); // Whoever sends another one is tired of waiting for the end.
            main_loop.unix_signals.ended_by.set(Some(self.number));
            main_loop.stop();
        }
    }

    fn review(&self) {}

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Signal(signal_name(self.number).unwrap_or("of the system"), self.asked_at))
    }

    /// Without handlers nothing can come of it.
    fn is_of_use(&self) -> bool {
        !self.signal.is_empty()
    }

    fn on_loop_end(self: Rc<Self>) {}
}

impl Drop for Source {
    fn drop(&mut self) {
        unregister(self.registration);
    }
}
