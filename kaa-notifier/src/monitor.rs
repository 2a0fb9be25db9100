//! [`IOMonitor`]: a callback for whenever a descriptor is ready, for libraries that read and write themselves.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::os::fd::AsFd;
use std::panic::Location;
use std::rc::{Rc, Weak};

use kaa_core::report::Origin;
use kaa_core::{Flow, InProgress, Result};

use crate::current::current;
use crate::fd::{Descriptor, OnReady};
use crate::sys::poll::Interest;

/// What a descriptor is to be ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IOCondition {
    /// There is something to read, or the end of input.
    Read,
    /// There is room to write.
    Write,
    /// One of the two.
    Either,
}

impl IOCondition {
    fn interest(self) -> Interest {
        match self {
            IOCondition::Read => Interest::READ,
            IOCondition::Write => Interest::WRITE,
            IOCondition::Either => Interest::READ.or(Interest::WRITE),
        }
    }
}

/// Calls a function whenever a descriptor is ready: again and again, until the function has read or written what there is.
///
/// It is for what reads and writes by itself: a library with a descriptor of its own. To read and write bytes, use an
/// [`IOChannel`](crate::IOChannel).
///
/// All clones are the same monitor. Dropping them does not stop it; the loop calls the function until [`stop`](Self::stop), or until
/// that answers [`Flow::Stop`]. The descriptor is duplicated: several monitors may watch the same one, and closing it elsewhere
/// does no harm, but ends nothing either.
///
/// ```
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
/// use kaa_notifier::{IOCondition, IOMonitor, main};
///
/// let (mut ours, mut theirs) = UnixStream::pair()?;
/// theirs.write_all(b"hello")?;
/// let monitor = IOMonitor::new();
/// monitor.start(&ours.try_clone()?, IOCondition::Read, move || {
///     let mut word = [0; 5];
///     ours.read_exact(&mut word).unwrap();
///     assert_eq!(&word, b"hello");
///     main::stop();
/// })?;
/// main::run()?;
/// monitor.stop();
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct IOMonitor {
    active: Rc<RefCell<Option<Rc<Active>>>>,
}

/// One start of a monitor.
struct Active {
    created: &'static Location<'static>,
    monitor: Weak<RefCell<Option<Rc<Active>>>>,
    descriptor: RefCell<Option<Descriptor>>,
    interest: Interest,
    /// None while it runs.
    callback: Cell<Option<Callback>>,
    /// Itself until it is stopped: that needs no handle.
    running: RefCell<Option<Rc<Active>>>,
}

type Callback = Box<dyn FnMut() -> Flow>;

impl IOMonitor {
    /// A monitor that has not been started.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `callback` whenever `fd` is ready. If the monitor is active, that start is forgotten.
    ///
    /// # Errors
    ///
    /// What the system says: files on a disk, for instance, cannot be watched.
    #[track_caller]
    pub fn start<R: Into<Flow>>(
        &self,
        fd: impl AsFd,
        condition: IOCondition,
        mut callback: impl FnMut() -> R + 'static,
    ) -> Result<()> {
        let fd = fd.as_fd().try_clone_to_owned()?;
        let active = Rc::new(Active {
            created: Location::caller(),
            monitor: Rc::downgrade(&self.active),
            descriptor: RefCell::new(None),
            interest: condition.interest(),
            callback: Cell::new(Some(Box::new(move || callback().into()))),
            running: RefCell::new(None),
        });
        let handler: Weak<Active> = Rc::downgrade(&active);
        let descriptor = current()?.watch(fd, handler)?;
        descriptor.want_more(condition.interest())?;
        active.descriptor.replace(Some(descriptor));
        active.running.replace(Some(Rc::clone(&active)));
        let before = self.active.replace(Some(active));
        end(before);
        Ok(())
    }

    /// Calls the function no more. False if it was not active.
    pub fn stop(&self) -> bool {
        let active = self.active.take();
        let was_active = active.is_some();
        end(active);
        was_active
    }

    /// Whether it watches a descriptor.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active.borrow().is_some()
    }
}

/// The descriptor is let go of first: what is dropped with the function may start the monitor again.
fn end(active: Option<Rc<Active>>) {
    if let Some(active) = active {
        let descriptor = active.descriptor.take();
        drop(descriptor);
        let (running, callback) = (active.running.take(), active.callback.take());
        drop((running, callback));
    }
}

impl Active {
    fn stop(self: &Rc<Self>) {
        let monitor = self.monitor.upgrade();
        let is_current = |monitor: &Rc<RefCell<Option<Rc<Active>>>>| {
            monitor.borrow().as_ref().is_some_and(|active| Rc::ptr_eq(active, self))
        };
        if let Some(monitor) = monitor.filter(is_current) {
            monitor.take();
        }
        end(Some(Rc::clone(self)));
    }
}

/// A call that is under way. One that panics stops the monitor.
struct Call<'a>(&'a Rc<Active>);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl OnReady for Active {
    fn on_ready(self: Rc<Self>, _: Interest) {
        let Some(mut callback) = self.callback.take() else {
            // It runs, and has run the loop in turn, which is not to be told again and again.
            if let Some(descriptor) = &*self.descriptor.borrow() {
                descriptor.want_less(Interest::NONE);
            }
            return;
        };
        let call = Call(&self);
        let flow = callback();
        std::mem::forget(call);
        match flow {
            Flow::Stop => self.stop(),
            // It may have stopped itself, or started anew.
            _ if self.descriptor.borrow().is_none() => {}
            Flow::Continue | Flow::Veto => {
                self.callback.set(Some(callback));
                let wanted =
                    self.descriptor.borrow().as_ref().map(|it| it.want_more(self.interest));
                if wanted.is_some_and(|wanted| wanted.is_err()) {
                    self.stop();
                }
            }
        }
    }

    fn review(&self) {}

    fn on_loop_end(self: Rc<Self>) {
        self.stop();
    }

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }
}

impl fmt::Debug for IOMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_active() { "IOMonitor(active)" } else { "IOMonitor(inactive)" })
    }
}

/// Finishes when there is something to read of `fd`, or its end.
///
/// # Errors
///
/// As of [`IOMonitor::start`].
///
/// ```
/// use std::io::Write;
/// use kaa_notifier::{Wait, readable};
///
/// let (read, mut write) = std::io::pipe()?;
/// let ready = readable(&read);
/// write.write_all(b"x")?;
/// ready.wait()?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[track_caller]
pub fn readable(fd: impl AsFd) -> InProgress<()> {
    ready(fd, IOCondition::Read)
}

/// Finishes when there is room to write to `fd`.
///
/// # Errors
///
/// As of [`IOMonitor::start`].
#[track_caller]
pub fn writable(fd: impl AsFd) -> InProgress<()> {
    ready(fd, IOCondition::Write)
}

#[track_caller]
fn ready(fd: impl AsFd, condition: IOCondition) -> InProgress<()> {
    let (promise, ip) = InProgress::new();
    let monitor = IOMonitor::new();
    let (unwanted, aborted) = (monitor.clone(), monitor.clone());
    promise.when_unwanted(move || {
        unwanted.stop();
    });
    promise.on_abort(move |_| {
        aborted.stop();
    });
    let promise = Rc::new(Cell::new(Some(promise)));
    let own = Rc::clone(&promise);
    let started = monitor.start(fd, condition, move || {
        if let Some(promise) = own.take() {
            promise.finish(());
        }
        Flow::Stop
    });
    if let Err(error) = started
        && let Some(promise) = promise.take()
    {
        promise.throw(error);
    }
    ip
}
