//! What all handles of a channel share.

use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::panic::Location;
use std::rc::{Rc, Weak};

use bytes::Bytes;
use kaa_core::line::TakesBack;
use kaa_core::report::Origin;
use kaa_core::{Abandoned, Error, InProgress, Promise, Result};

use super::error::ChannelError;
use super::input::{Chunk, End, Input};
use super::medium::{Medium, is_not_ready};
use super::output::{Output, WriteId};
use super::signals::{ChannelSignals, Closed};
use super::unread::{Amount, Demand};
use crate::buffer::ReadBuffer;
use crate::current::current;
use crate::fd::{Descriptor, OnReady};
use crate::sys::poll::Interest;

/// So often a pipe is read whose writer has gone: more than the largest holds. Another process may write to it still.
const MOST_DRAINS: usize = 64;

/// Nothing in here calls code of the user's while something is borrowed.
pub(crate) struct Shared {
    me: Weak<Shared>,
    /// Where whoever uses it has made it.
    created: &'static Location<'static>,
    name: String,
    /// None once it is closed.
    open: RefCell<Option<Open>>,
    can: Directions,
    input: Input,
    output: Output,
    signals: Rc<ChannelSignals>,
    /// The loop's.
    buffer: Rc<ReadBuffer>,
    /// What is to happen when all is written.
    afterwards: RefCell<Vec<Afterwards>>,
    /// Itself, while it is being closed: that needs no handle.
    closing: RefCell<Option<Rc<Shared>>>,
    /// Who waits until the medium and the other side agree.
    negotiating: Cell<Option<Promise<()>>>,
    /// Nothing more may be written.
    writing_ended: Cell<bool>,
    /// The signal `closed` was emitted.
    told: Cell<bool>,
    /// The signals are somebody else's now.
    detached: Cell<bool>,
}

struct Open {
    descriptor: Descriptor,
    medium: Box<dyn Medium>,
}

/// In which directions a descriptor is open.
#[derive(Clone, Copy)]
pub(crate) struct Directions {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

enum Afterwards {
    EndWriting(Promise<()>),
    Close(Promise<()>),
}

impl Shared {
    /// A channel over `fd`, which does not block, or only as long as `medium` allows.
    pub(crate) fn new(
        created: &'static Location<'static>,
        name: String,
        fd: OwnedFd,
        medium: Box<dyn Medium>,
        can: Directions,
        signals: Rc<ChannelSignals>,
    ) -> Result<Rc<Self>> {
        let main_loop = current()?;
        let descriptor = main_loop.watch(fd, Weak::<Shared>::new())?;
        let buffer = Rc::clone(&main_loop.read_buffer);
        Ok(Self::over(created, name, descriptor, medium, can, signals, buffer))
    }

    /// The same over what the loop watches already.
    pub(crate) fn over(
        created: &'static Location<'static>,
        name: String,
        descriptor: Descriptor,
        medium: Box<dyn Medium>,
        can: Directions,
        signals: Rc<ChannelSignals>,
        buffer: Rc<ReadBuffer>,
    ) -> Rc<Self> {
        Rc::new_cyclic(|me: &Weak<Shared>| {
            descriptor.hand_over(me.clone());
            descriptor.want_less(Interest::NONE);
            Shared {
                me: me.clone(),
                created,
                name,
                open: RefCell::new(Some(Open { descriptor, medium })),
                can,
                input: Input::new(),
                output: Output::new(),
                signals,
                buffer,
                afterwards: RefCell::default(),
                closing: RefCell::new(None),
                negotiating: Cell::new(None),
                writing_ended: Cell::new(false),
                told: Cell::new(false),
                detached: Cell::new(false),
            }
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn signals(&self) -> &ChannelSignals {
        &self.signals
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.borrow().is_some() && self.closing.borrow().is_none()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.input.has_ended()
    }

    pub(crate) fn unread(&self) -> usize {
        self.input.unread()
    }

    pub(crate) fn queued(&self) -> usize {
        self.output.queued()
    }

    pub(crate) fn with_fd<R>(&self, use_it: impl FnOnce(BorrowedFd<'_>) -> R) -> Option<R> {
        self.open.borrow().as_ref().map(|open| use_it(open.descriptor.as_fd()))
    }

    #[track_caller]
    pub(crate) fn read(&self) -> InProgress<Chunk> {
        self.ask(Amount::Some)
    }

    #[track_caller]
    pub(crate) fn read_exact(&self, length: usize) -> InProgress<Chunk> {
        self.ask(Amount::Exactly(length))
    }

    #[track_caller]
    pub(crate) fn read_to_end(&self, most: usize) -> InProgress<Chunk> {
        self.ask(Amount::All(most))
    }

    /// Reads what is there though nobody wants it: whoever has written it has gone, and others are to be told of that.
    pub(crate) fn drain(&self) {
        for _ in 0..MOST_DRAINS {
            let (is_open, had) = (self.open.borrow().is_some(), self.input.received());
            if !is_open || self.input.has_ended() {
                break;
            }
            self.receive();
            if self.input.received() == had {
                break;
            }
        }
        self.want_what_is_pending();
    }

    #[track_caller]
    pub(crate) fn read_until(
        &self,
        delimiters: impl IntoIterator<Item: AsRef<[u8]>>,
        most: usize,
    ) -> InProgress<Chunk> {
        let delimiters = delimiters.into_iter();
        let delimiters = delimiters.map(|delimiter| Bytes::copy_from_slice(delimiter.as_ref()));
        // Nothing ends with an empty one.
        let delimiters = delimiters.filter(|delimiter| !delimiter.is_empty()).collect();
        self.ask(Amount::Until(delimiters, most))
    }

    #[track_caller]
    fn ask(&self, amount: Amount) -> InProgress<Chunk> {
        if !self.can.read {
            return InProgress::failed(ChannelError::NotReadable { name: self.name.clone() });
        }
        if self.open.borrow().is_none() {
            return InProgress::failed(self.closed());
        }
        let back: Weak<Shared> = self.me.clone();
        match self.input.get(Demand::new(amount), &self.name, back.clone()) {
            Ok(there) => there,
            Err(demand) => match self.want_more(Interest::READ) {
                Ok(()) => self.input.wait(demand, Some(back)),
                Err(error) => InProgress::failed(error),
            },
        }
    }

    #[track_caller]
    pub(crate) fn write(&self, data: &[u8]) -> InProgress<usize> {
        self.write_with(data, |sent| Bytes::copy_from_slice(&data[sent..]))
    }

    #[track_caller]
    pub(crate) fn write_bytes(&self, data: &Bytes) -> InProgress<usize> {
        self.write_with(data, |sent| data.slice(sent..))
    }

    #[track_caller]
    fn write_with(&self, data: &[u8], rest: impl FnOnce(usize) -> Bytes) -> InProgress<usize> {
        if !self.can.write || self.writing_ended.get() {
            return InProgress::failed(self.not_writable());
        }
        let me = self.me.clone();
        let withdraw = move |id: WriteId| -> Box<dyn FnOnce()> {
            Box::new(move || {
                if let Some(me) = me.upgrade() {
                    me.output.withdraw(id);
                    me.all_is_written();
                }
            })
        };
        let open = self.open.borrow();
        let Some(Open { descriptor, medium }) = open.as_ref() else {
            return InProgress::failed(self.closed());
        };
        let send = |bytes: &[u8]| medium.write(descriptor.as_fd(), bytes);
        let ip = self.output.write(&self.name, data, rest, &send, withdraw);
        let held_back = medium.wants().writable;
        drop(open);
        if let Some(error) = self.output.failure() {
            self.tell_closed(&Closed::Failed(error));
            return ip;
        }
        if self.output.is_empty() && !held_back {
            return ip;
        }
        match self.want_more(Interest::WRITE) {
            Ok(()) => ip,
            Err(error) => InProgress::failed(error),
        }
    }

    fn not_writable(&self) -> Error {
        if self.closing.borrow().is_some() {
            return self.closed();
        }
        ChannelError::NotWritable { name: self.name.clone() }.into()
    }

    #[track_caller]
    pub(crate) fn writable(&self) -> InProgress<()> {
        if self.open.borrow().is_none() {
            return InProgress::failed(self.closed());
        }
        self.output.writable()
    }

    pub(crate) fn set_write_limit(&self, most: usize) {
        self.output.set_most(most);
    }

    /// Tells the other side that nothing more comes, when all is written.
    #[track_caller]
    pub(crate) fn end_writing(&self) -> InProgress<()> {
        if !self.can.write || self.open.borrow().is_none() {
            return InProgress::failed(self.not_writable());
        }
        self.writing_ended.set(true);
        self.after_writing(Afterwards::EndWriting)
    }

    /// Closes it when all is written.
    #[track_caller]
    pub(crate) fn close(&self) -> InProgress<()> {
        if self.open.borrow().is_none() {
            return InProgress::finished(());
        }
        self.writing_ended.set(true);
        self.closing.replace(self.me.upgrade());
        self.after_writing(Afterwards::Close)
    }

    /// What is left of it is no matter of its handlers any more: others may be connected to the same signals for what comes next.
    pub(crate) fn detach(&self) {
        if self.open.borrow().is_some() {
            self.tell_closed(&Closed::Asked);
            self.signals.disconnect_all();
            self.detached.set(true);
        }
    }

    #[track_caller]
    fn after_writing(&self, what: fn(Promise<()>) -> Afterwards) -> InProgress<()> {
        let (promise, ip) = InProgress::new();
        let what = what(promise);
        if let Afterwards::Close(promise) = &what {
            let me = self.me.clone();
            promise.on_abort(move |_| {
                if let Some(me) = me.upgrade() {
                    // They know how they end.
                    drop(me.afterwards.take());
                    me.close_now(&Closed::Asked);
                }
            });
        }
        self.afterwards.borrow_mut().push(what);
        self.all_is_written();
        self.follow_medium();
        ip
    }

    /// Does what was to be done then, if it is.
    fn all_is_written(&self) {
        while self.output.is_empty() && !self.medium_wants().writable {
            let next = {
                let mut afterwards = self.afterwards.borrow_mut();
                (!afterwards.is_empty()).then(|| afterwards.remove(0))
            };
            match next {
                None => break,
                Some(Afterwards::EndWriting(promise)) => match self.tell_of_end() {
                    Ok(()) => promise.finish(()),
                    Err(error) => promise.throw(error),
                },
                Some(Afterwards::Close(promise)) => {
                    if let Some(open) = &*self.open.borrow() {
                        open.medium.say_goodbye(open.descriptor.as_fd());
                    }
                    self.close_now(&Closed::Asked);
                    promise.finish(());
                }
            }
        }
    }

    fn tell_of_end(&self) -> Result<(), Error> {
        if let Some(error) = self.output.failure() {
            return Err(error);
        }
        if !self.can.read {
            // The descriptor is of no more use, and closing it is how a pipe tells.
            self.close_now(&Closed::Asked);
            return Ok(());
        }
        let open = self.open.borrow();
        let Some(open) = open.as_ref() else { return Err(self.closed()) };
        let told = open.medium.end_writing(open.descriptor.as_fd());
        told.map_err(|error| ChannelError::Write { name: self.name.clone(), error }.into())
    }

    /// Closes it, and then fails what is pending.
    pub(crate) fn close_now(&self, why: &Closed) {
        let open = self.open.take();
        drop(open);
        let closing = self.closing.take();
        self.fail_pending(&|| self.closed());
        if !self.detached.get() {
            self.tell_closed(why);
            self.signals.disconnect_all();
        }
        drop(closing);
    }

    /// Reads and writes by another medium from now on, which talks to the other side first. Nothing may be under way.
    #[cfg(feature = "tls")]
    #[track_caller]
    pub(crate) fn negotiate(&self, medium: Box<dyn Medium>) -> InProgress<()> {
        let is_plain = self.open.borrow().as_ref().is_none_or(|open| open.medium.is_plain());
        let is_busy = self.input.unread() > 0 || self.input.is_awaited() || self.queued() > 0;
        if is_busy || !is_plain {
            return InProgress::failed(ChannelError::Busy { name: self.name.clone() });
        }
        match &mut *self.open.borrow_mut() {
            Some(open) => open.medium = medium,
            None => return InProgress::failed(self.closed()),
        }
        // A read that nobody has taken was in the clear, and is not to come back among what is secret.
        self.input.forget_given();
        let (promise, ip) = InProgress::new();
        self.negotiating.set(Some(promise));
        // The first word may be this side's.
        self.flush();
        self.follow_medium();
        ip
    }

    fn medium_wants(&self) -> Interest {
        let wants = self.open.borrow().as_ref().map_or(Interest::NONE, |open| open.medium.wants());
        // One that has failed may want for ever.
        Interest {
            readable: wants.readable && !self.input.has_ended(),
            writable: wants.writable && self.output.failure().is_none(),
        }
    }

    /// Waits for what the medium needs, and tells who waits for it.
    fn follow_medium(&self) {
        let wants = self.medium_wants();
        if !wants.is_none()
            && let Err(error) = self.want_more(wants)
        {
            self.input_ends(End::Failed(error));
        }
        let is_over = |open: &Open| !open.medium.is_negotiating();
        if self.open.borrow().as_ref().is_some_and(is_over)
            && let Some(promise) = self.negotiating.take()
        {
            if !self.output.is_empty() {
                // It could be waited for when it was asked for, too.
                drop(self.want_more(Interest::WRITE));
            }
            promise.finish(());
        }
    }

    fn fail_pending(&self, error: &dyn Fn() -> Error) {
        if let Some(promise) = self.negotiating.take() {
            promise.throw(error());
        }
        self.input.fail(error);
        self.output.fail(error);
        for what in self.afterwards.take() {
            match what {
                Afterwards::EndWriting(promise) => promise.throw(error()),
                // That was asked for.
                Afterwards::Close(promise) => promise.finish(()),
            }
        }
    }

    fn tell_closed(&self, why: &Closed) {
        if !self.told.replace(true) {
            self.signals.closed.emit(why);
        }
    }

    /// Takes the descriptor out, with what was read of it and taken by nobody; closes this.
    pub(crate) fn take_apart(&self) -> Result<(OwnedFd, Bytes)> {
        let Some(fd) = self.with_fd(|fd| fd.try_clone_to_owned()) else {
            return Err(self.closed());
        };
        let (fd, unread) = (fd?, self.input.take_all());
        self.close_now(&Closed::Asked);
        Ok((fd, unread))
    }

    fn closed_by_peer(&self) -> Error {
        self.read_error(io::ErrorKind::UnexpectedEof.into())
    }

    fn closed(&self) -> Error {
        ChannelError::Closed { name: self.name.clone() }.into()
    }

    fn want_more(&self, interest: Interest) -> Result<()> {
        let open = self.open.borrow();
        let wanted = open.as_ref().map_or(Ok(()), |open| open.descriptor.want_more(interest));
        wanted.map_err(|error| not_pollable(&self.name, error))
    }

    /// A handler of a signal has come or gone.
    pub(crate) fn handlers_changed(&self) {
        if self.detached.get() {
            return;
        }
        if self.signals.want_input()
            && !self.input.has_ended()
            && let Err(error) = self.want_more(Interest::READ)
        {
            self.input_ends(End::Failed(error));
            return;
        }
        self.emit_unasked();
        self.want_what_is_pending();
    }

    fn wants_input(&self) -> bool {
        let has_handlers = !self.detached.get() && self.signals.want_input();
        let is_wanted = self.input.is_awaited() || has_handlers;
        is_wanted && !self.input.has_ended()
    }

    fn want_what_is_pending(&self) {
        if let Some(open) = &*self.open.borrow() {
            let readable = self.wants_input();
            // What is written while they negotiate is taken when they have agreed.
            let writable = !self.output.is_empty() && !open.medium.is_negotiating();
            let wanted = Interest { readable, writable }.or(self.medium_wants());
            open.descriptor.want_less(wanted);
        }
    }

    /// Reads once, or, of a medium that holds more, all that it has.
    fn receive(&self) {
        self.receive_once();
        let has_more = |open: &Open| open.medium.has_more();
        while !self.input.has_ended() && self.open.borrow().as_ref().is_some_and(has_more) {
            self.receive_once();
        }
    }

    fn receive_once(&self) {
        let direct = {
            let open = self.open.borrow();
            let Some(open) = open.as_ref() else { return };
            self.buffer.lend(|buffer| {
                match open.medium.read(open.descriptor.as_fd(), buffer.all()) {
                    Ok(0) => Some(Err(End::Closed)),
                    Ok(length) => Some(Ok(self.input.receive(buffer, length))),
                    Err(error) if is_not_ready(&error) => None,
                    Err(error) => Some(Err(End::Failed(self.read_error(error)))),
                }
            })
        };
        match direct {
            None => return,
            Some(Ok(Some(bytes))) => self.input.pass_on(bytes),
            Some(Ok(None)) => {}
            Some(Err(end)) => return self.input_ends(end),
        }
        self.input.serve(&self.name);
        self.emit_unasked();
    }

    fn read_error(&self, error: io::Error) -> Error {
        ChannelError::Read { name: self.name.clone(), error }.into()
    }

    fn input_ends(&self, end: End) {
        let why = match &end {
            End::Closed => Closed::EndOfInput,
            End::Failed(error) => Closed::Failed(error.clone()),
        };
        if let Some(promise) = self.negotiating.take() {
            promise.throw(match &end {
                End::Closed => self.closed_by_peer(),
                End::Failed(error) => error.clone(),
            });
        }
        self.input.end(end);
        self.input.serve(&self.name);
        self.emit_unasked();
        self.tell_closed(&why);
    }

    /// What nobody has asked for goes to the signals, if anybody listens.
    fn emit_unasked(&self) {
        while !self.input.is_awaited() && !self.detached.get() {
            let Some((signal, amount)) = self.signals.listens() else { break };
            let Some(bytes) = self.input.unasked(&Demand::new(amount)) else { break };
            signal.emit(&bytes);
        }
    }

    fn flush(&self) {
        let flushed = {
            let open = self.open.borrow();
            let Some(Open { descriptor, medium }) = open.as_ref() else { return };
            let fd = descriptor.as_fd();
            match medium.flush(fd) {
                Err(error) if !is_not_ready(&error) => self.output.break_off(&self.name, error),
                _ => self.output.flush(&self.name, &|bytes| medium.write(fd, bytes)),
            }
        };
        let has_failed = flushed.has_failed();
        flushed.announce();
        if let Some(error) = self.output.failure().filter(|_| has_failed) {
            self.output.fail(&|| error.clone());
            self.tell_closed(&Closed::Failed(error.clone()));
        }
        self.output.serve();
        self.all_is_written();
    }
}

fn not_pollable(name: &str, error: io::Error) -> Error {
    ChannelError::NotPollable { name: name.to_owned(), error }.into()
}

impl OnReady for Shared {
    fn on_ready(self: Rc<Self>, ready: Interest) {
        if ready.writable {
            self.flush();
        }
        // The callbacks of a write may have closed it.
        if ready.readable && (self.wants_input() || self.medium_wants().readable) {
            self.receive();
        }
        self.follow_medium();
        self.want_what_is_pending();
    }

    fn review(&self) {
        self.want_what_is_pending();
    }

    fn on_loop_end(self: Rc<Self>) {
        let open = self.open.take();
        drop(open);
        self.fail_pending(&|| Abandoned.into());
        self.closing.take();
    }

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }
}

impl TakesBack<Chunk, Demand> for Shared {
    fn take_back(&self, chunk: Chunk, demand: &Demand) {
        self.input.take_back(chunk, demand);
        self.input.serve(&self.name);
        self.emit_unasked();
    }
}

impl Drop for Shared {
    /// The last handle has gone.
    fn drop(&mut self) {
        self.open.take();
        let name = std::mem::take(&mut self.name);
        self.fail_pending(&|| ChannelError::Closed { name: name.clone() }.into());
    }
}
