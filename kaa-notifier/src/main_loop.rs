//! The loop of a thread: what it consists of, and one turn of it.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{Rc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use kaa_core::{Error, Result, driver};

use crate::error::LoopError;
use crate::fd::{Descriptor, Descriptors, OnReady};
use crate::sys::poll::{Poll, Ready};
use crate::thread::Outstanding;
use crate::timer::Timers;
use crate::wake::{Job, Mailbox, Poster};

/// So much is read at once.
const READ_AT_ONCE: usize = 64 * 1024;

/// The loop of one thread.
///
/// No `RefCell` in it is borrowed while code of the user's runs, a drop included.
pub(crate) struct MainLoop {
    pub(crate) timers: Timers,
    pub(crate) outstanding: Outstanding,
    descriptors: Rc<Descriptors>,
    /// What reaches the loop from outside. Made when first needed, since it may fail and timers do well
    /// without it: as long as there is none, nobody can end a sleep early.
    outside: OnceCell<Outside>,
    /// What has been posted and not been run yet.
    posts: RefCell<VecDeque<Job>>,
    /// Lent to whoever has something to read.
    pub(crate) read_buffer: Rc<RefCell<Box<[u8]>>>,
    state: Cell<State>,
    /// Somebody wants the running loop to stop. Unset while it is not running.
    stop: Cell<bool>,
    /// Somebody wanted a loop to stop that was not running.
    stop_next_run: Cell<bool>,
}

struct Outside {
    poll: Rc<Poll>,
    mailbox: Mailbox,
    /// Empty between two calls of `poll_descriptors`; kept for its memory.
    ready: Cell<Vec<Ready>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nobody runs the loop.
    Resting,
    Running,
    /// The thread ends. Nothing is taken any more.
    Ended,
}

/// What a loop does when nothing is left that could wake it.
#[derive(Clone, Copy)]
pub(crate) enum WhenDeserted {
    Sleep,
    Fail,
}

/// How long a turn may sleep.
enum Nap {
    /// Something is ready.
    None,
    Until(Instant),
    /// Until a descriptor is ready or another thread posts.
    Endless,
}

impl MainLoop {
    pub(crate) fn new() -> MainLoop {
        MainLoop {
            timers: Timers::new(),
            outstanding: Outstanding::default(),
            descriptors: Descriptors::new(),
            outside: OnceCell::new(),
            posts: RefCell::new(VecDeque::new()),
            read_buffer: Rc::new(RefCell::new(vec![0; READ_AT_ONCE].into())),
            state: Cell::new(State::Resting),
            stop: Cell::new(false),
            stop_next_run: Cell::new(false),
        }
    }

    /// Runs turns until `done` gives something, which is asked between them.
    pub(crate) fn run_until<R>(
        &self,
        when_deserted: WhenDeserted,
        mut done: impl FnMut() -> Option<R>,
    ) -> Result<R> {
        let _running = Running::enter(self)?;
        loop {
            if let Some(result) = done() {
                return Ok(result);
            }
            let nap = self.nap(when_deserted)?;
            self.turn(&nap)?;
        }
    }

    /// Has the running loop stop after this turn; if it is not running, the next `run`.
    pub(crate) fn stop(&self) {
        let stop = if self.is_running() { &self.stop } else { &self.stop_next_run };
        stop.set(true);
    }

    /// Whether the running loop is to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.get()
    }

    /// Whether the next `run` is to return at once; asking takes that back.
    pub(crate) fn take_early_stop(&self) -> bool {
        self.stop_next_run.take()
    }

    pub(crate) fn is_running(&self) -> bool {
        self.state.get() == State::Running
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.state.get() == State::Ended
    }

    /// What another thread needs to post to this loop.
    pub(crate) fn poster(&self) -> Result<Poster> {
        Ok(self.outside()?.mailbox.poster())
    }

    /// Takes a descriptor over; its owner is told when it is ready.
    pub(crate) fn watch(&self, fd: OwnedFd, handler: Weak<dyn OnReady>) -> Result<Descriptor> {
        Ok(self.descriptors.add(&self.outside()?.poll, fd, handler))
    }

    /// One turn: first whatever has happened, then the coroutines that it has made ready.
    fn turn(&self, nap: &Nap) -> Result<()> {
        self.poll_descriptors(nap)?;
        self.fire_due_timers()?;
        self.run_posts()?;
        driver::run_ready(driver::RESUMES_A_TURN);
        Ok(())
    }

    fn nap(&self, when_deserted: WhenDeserted) -> Result<Nap> {
        let posted = self.outside.get().is_some_and(|outside| outside.mailbox.has_posts());
        if driver::has_ready() || posted || !self.posts.borrow().is_empty() {
            return Ok(Nap::None);
        }
        match (self.timers.next_wake(), when_deserted) {
            (Some(at), _) => Ok(Nap::Until(at)),
            (None, WhenDeserted::Fail) if self.is_deserted() => Err(LoopError::NothingLeft.into()),
            (None, _) => Ok(Nap::Endless),
        }
    }

    /// Whether neither a descriptor nor another thread can wake the loop.
    fn is_deserted(&self) -> bool {
        let by_threads = self.outside.get().is_none_or(|outside| outside.mailbox.is_deserted());
        by_threads && !self.descriptors.is_still_waited_for()
    }

    fn poll_descriptors(&self, nap: &Nap) -> Result<()> {
        let limit = match nap {
            Nap::None if self.descriptors.is_waited_for() => Some(Duration::ZERO),
            Nap::None => return Ok(()),
            Nap::Until(at) => Some(at.saturating_duration_since(Instant::now())),
            Nap::Endless => None,
        };
        if let (None, Some(limit)) = (self.outside.get(), limit) {
            thread::sleep(limit);
            return Ok(());
        }
        let outside = self.outside()?;
        let mut ready = outside.ready.take();
        outside.poll.wait(limit, &mut ready)?;
        // A panic ends this early and loses the rest, which the next wait reports once more.
        for event in ready.drain(..) {
            guarded(|| self.descriptors.dispatch(event))??;
        }
        outside.ready.set(ready);
        Ok(())
    }

    fn fire_due_timers(&self) -> Result<()> {
        self.timers.collect_due();
        while let Some(alarm) = self.timers.pop_due() {
            guarded(|| alarm.ring())?;
        }
        Ok(())
    }

    fn run_posts(&self) -> Result<()> {
        if let Some(outside) = self.outside.get() {
            self.posts.borrow_mut().extend(outside.mailbox.take());
        }
        loop {
            let post = self.posts.borrow_mut().pop_front();
            let Some(post) = post else { return Ok(()) };
            guarded(post)?;
        }
    }

    fn outside(&self) -> Result<&Outside> {
        if self.has_ended() {
            return Err(LoopError::Ended.into());
        }
        if let Some(outside) = self.outside.get() {
            return Ok(outside);
        }
        let poll = Poll::new().map_err(|error| cannot_watch(&error))?;
        let mailbox = Mailbox::new(poll.waker());
        Ok(self.outside.get_or_init(|| Outside { poll, mailbox, ready: Cell::default() }))
    }
}

/// Ends the loop of a thread: nothing is taken any more, and what it holds is dropped.
///
/// The tasks go first. Their failures, and those of the promises that follow, are no news then.
pub(crate) fn end(main_loop: &MainLoop) {
    main_loop.state.set(State::Ended);
    quietly(driver::abandon_all);
    for alarm in main_loop.timers.take_all() {
        quietly(|| drop(alarm));
    }
    while let Some(token) = main_loop.descriptors.newest() {
        quietly(|| main_loop.descriptors.end(token));
    }
    while let Some(promise) = main_loop.outstanding.take_newest() {
        quietly(|| drop(promise));
    }
    loop {
        let post = main_loop.posts.borrow_mut().pop_back();
        let Some(post) = post else { break };
        quietly(|| drop(post));
    }
    // What the drops above have started.
    quietly(driver::abandon_all);
}

/// The system's error, in words that name what it keeps from working.
fn cannot_watch(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("the main loop cannot watch descriptors: {error}"))
}

/// The loop runs for as long as this exists.
struct Running<'a> {
    main_loop: &'a MainLoop,
}

impl Running<'_> {
    fn enter(main_loop: &MainLoop) -> Result<Running<'_>, LoopError> {
        match main_loop.state.get() {
            State::Running => Err(LoopError::Running),
            _ if driver::is_starting() => Err(LoopError::Running),
            State::Ended => Err(LoopError::Ended),
            State::Resting => {
                main_loop.state.set(State::Running);
                Ok(Running { main_loop })
            }
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.main_loop.state.set(State::Resting);
        self.main_loop.stop.set(false);
    }
}

/// Runs code of the user's; a panic is an error, which ends the loop.
fn guarded<R>(code: impl FnOnce() -> R) -> Result<R> {
    catch_unwind(AssertUnwindSafe(code)).map_err(Error::panicked)
}

/// Runs what drops things of the user's where a panic could only abort the process.
fn quietly(code: impl FnOnce()) {
    // The panic hook has told of it.
    drop(guarded(code));
}
