//! The loop of a thread: what it consists of, who may run it, and for how long.

mod end;
mod turn;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use kaa_core::{Error, Flow, Result, driver};

use crate::buffer::ReadBuffer;
use crate::clock::{Clock, ClockId};
use crate::error::LoopError;
use crate::fd::{Descriptor, Descriptors, OnReady};
use crate::later::Calls;
use crate::resolve::Resolver;
use crate::shuffle::Shuffle;
use crate::signals::Signals;
use crate::sys::fork::Generation;
use crate::sys::poll::{Poll, Ready};
use crate::thread::Outstanding;
use crate::timer::Timers;
use crate::unix_signal::UnixSignals;
use crate::wake::{Mailbox, Post, Poster};
use crate::watch::{Place, Watch};

pub(crate) use end::end;

/// So many loops may run inside of each other. Each is some frames on the stack, and each was written by the
/// user, so more are a callback that calls itself.
const MOST_NESTED: u32 = 32;

/// The loop of one thread.
///
/// No `RefCell` in it is borrowed while code of the user's runs, a drop included.
pub(crate) struct MainLoop {
    pub(crate) clock: Clock,
    pub(crate) timers: Timers,
    pub(crate) outstanding: Outstanding,
    pub(crate) calls: Calls,
    pub(crate) signals: Rc<Signals>,
    pub(crate) watch: Watch,
    pub(crate) unix_signals: UnixSignals,
    /// A run is on that `SIGINT` and `SIGTERM` end.
    pub(crate) takes_termination: Cell<bool>,
    descriptors: Rc<Descriptors>,
    /// What reaches the loop from outside. Made when first needed, since it may fail and timers do well
    /// without it: as long as there is none, nobody can end a sleep early.
    outside: OnceCell<Outside>,
    /// What has been posted and not been run yet.
    posts: RefCell<VecDeque<Post>>,
    /// Asked for the addresses of hosts in place of the system.
    pub(crate) resolver: RefCell<Option<Resolver>>,
    /// Lent to whoever has something to read.
    pub(crate) read_buffer: Rc<ReadBuffer>,
    state: Cell<State>,
    /// How many runs there are inside of each other.
    depth: Cell<u32>,
    /// Coroutines are being resumed: what runs is one of them, or something that one calls.
    resuming: Cell<bool>,
    /// Somebody wants the running loop to stop. Unset while it is not running.
    stop: Cell<bool>,
    /// Somebody wanted a loop to stop that was not running.
    stop_next_run: Cell<bool>,
    /// A run has ended, and is being cleaned up after.
    shutting_down: Cell<bool>,
    /// How long a shutdown waits for the jobs of thread pools.
    pub(crate) shutdown_limit: Cell<Duration>,
    /// `Signals::init` has been emitted.
    initialized: Cell<bool>,
    /// Set in a test that wants another order.
    shuffle: Option<Shuffle>,
    /// The process that it was made in.
    process: Generation,
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

/// Where a run may be begun.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Nesting {
    /// Only where no loop is running.
    Outermost,
    /// Also in a callback of the running loop.
    Allowed,
}

/// How long a turn may sleep.
#[derive(Clone, Copy)]
enum Nap {
    /// Something is ready.
    None,
    Until(Instant),
    /// Until a descriptor is ready or another thread posts.
    Endless,
}

impl MainLoop {
    pub(crate) fn new(clock: Clock, seed: Option<u64>) -> MainLoop {
        MainLoop {
            timers: Timers::new(&clock),
            clock,
            outstanding: Outstanding::default(),
            calls: Calls::default(),
            signals: Rc::new(Signals::new()),
            watch: Watch::default(),
            unix_signals: UnixSignals::default(),
            takes_termination: Cell::new(false),
            descriptors: Descriptors::new(),
            outside: OnceCell::new(),
            posts: RefCell::new(VecDeque::new()),
            resolver: RefCell::new(None),
            read_buffer: Rc::default(),
            state: Cell::new(State::Resting),
            depth: Cell::new(0),
            resuming: Cell::new(false),
            stop: Cell::new(false),
            stop_next_run: Cell::new(false),
            shutting_down: Cell::new(false),
            shutdown_limit: Cell::new(Duration::from_secs(5)),
            initialized: Cell::new(false),
            shuffle: seed.map(Shuffle::new),
            process: Generation::current(),
        }
    }

    /// Runs turns until `done` gives something, which is asked between them.
    pub(crate) fn run_until<R>(
        &self,
        nesting: Nesting,
        when_deserted: WhenDeserted,
        mut done: impl FnMut() -> Option<R>,
    ) -> Result<R> {
        let _running = Running::enter(self, nesting)?;
        loop {
            if let Some(result) = done() {
                return Ok(result);
            }
            let nap = self.nap(None, when_deserted)?;
            self.turn(nap)?;
        }
    }

    /// Runs one turn, which sleeps for at most `limit`.
    pub(crate) fn step(&self, limit: Option<Duration>) -> Result<()> {
        let _running = Running::enter(self, Nesting::Outermost)?;
        let nap = self.nap(limit.map(|limit| self.deadline_in(limit)), WhenDeserted::Sleep)?;
        self.turn(nap)
    }

    /// When the next turn has something to do; none if only a descriptor or another thread can tell.
    pub(crate) fn prepare(&self) -> Result<Option<Instant>> {
        self.check_usable()?;
        self.timers.set_alarm_clocks(self); // The host sleeps by its own clock.
        Ok(match self.nap(None, WhenDeserted::Sleep)? {
            Nap::None => Some(self.clock.now()),
            Nap::Until(at) => Some(at),
            Nap::Endless => None,
        })
    }

    /// Runs one turn that looks at everything, also at a wake-up that nobody needs any more: a loop outside would see
    /// it for ever.
    pub(crate) fn guest_turn(&self, limit: Duration) -> Result<()> {
        let _running = Running::enter(self, Nesting::Outermost)?;
        let nap = self.nap(Some(self.deadline_in(limit)), WhenDeserted::Sleep)?;
        if let Nap::None = nap {
            self.wait_for_descriptors(Some(Duration::ZERO))?;
        }
        self.turn(nap)
    }

    /// What is readable when a descriptor is ready or another thread has posted.
    pub(crate) fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.outside.get()?.poll.as_fd())
    }

    /// `limit` from now; what is too far away to be told is some centuries from now.
    pub(crate) fn deadline_in(&self, limit: Duration) -> Instant {
        self.deadline_by(ClockId::Monotonic, limit)
    }

    /// The same, by another clock.
    pub(crate) fn deadline_by(&self, clock: ClockId, limit: Duration) -> Instant {
        const CENTURIES: Duration = Duration::from_secs(10_000_000_000);
        let now = self.clock.now_by(clock);
        now.checked_add(limit).unwrap_or_else(|| now + CENTURIES)
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

    pub(crate) fn is_shutting_down(&self) -> bool {
        self.shutting_down.get()
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

    fn outside(&self) -> Result<&Outside> {
        self.check_usable()?;
        if let Some(outside) = self.outside.get() {
            return Ok(outside);
        }
        let poll = Poll::new().map_err(|error| cannot_watch(&error))?;
        let mailbox = Mailbox::new(poll.waker());
        Ok(self.outside.get_or_init(|| Outside { poll, mailbox, ready: Cell::default() }))
    }

    /// Whether this process was forked from the one that it was made in.
    pub(crate) fn is_of_another_process(&self) -> bool {
        !self.process.is_current()
    }

    /// Whether the loop may be run from here.
    pub(crate) fn check_may_run(&self, nesting: Nesting) -> Result<(), LoopError> {
        self.check_usable()?;
        let in_coroutine = driver::is_starting() || self.resuming.get();
        if in_coroutine || (self.is_running() && nesting == Nesting::Outermost) {
            return Err(LoopError::Running);
        }
        if self.depth.get() == MOST_NESTED { Err(LoopError::TooDeep) } else { Ok(()) }
    }

    fn check_usable(&self) -> Result<(), LoopError> {
        if self.has_ended() {
            return Err(LoopError::Ended);
        }
        if self.process.is_current() { Ok(()) } else { Err(LoopError::Forked) }
    }

    /// Runs code of the user's. A panic is an error, which ends the loop unless a handler has dealt with it.
    fn call(&self, place: Place, code: impl FnOnce()) -> Result<()> {
        let _call = self.watch.begin(place);
        guarded(code).or_else(|error| match self.signals.exception.emit(&error) {
            Flow::Stop | Flow::Veto => Ok(()),
            Flow::Continue => Err(error),
        })
    }
}

/// The system's error, in words that name what it keeps from working.
fn cannot_watch(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("the main loop cannot watch descriptors: {error}"))
}

/// The loop runs for as long as this exists. They nest.
struct Running<'a> {
    main_loop: &'a MainLoop,
}

impl Running<'_> {
    fn enter(main_loop: &MainLoop, nesting: Nesting) -> Result<Running<'_>, LoopError> {
        main_loop.check_may_run(nesting)?;
        main_loop.depth.set(main_loop.depth.get() + 1);
        main_loop.state.set(State::Running);
        if !main_loop.initialized.replace(true) {
            main_loop.signals.init.emit(&());
        }
        Ok(Running { main_loop })
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let depth = self.main_loop.depth.get() - 1;
        self.main_loop.depth.set(depth);
        if depth == 0 {
            self.main_loop.state.set(State::Resting);
            self.main_loop.stop.set(false);
        }
    }
}

/// Runs code of the user's; a panic is an error.
fn guarded<R>(code: impl FnOnce() -> R) -> Result<R> {
    catch_unwind(AssertUnwindSafe(code)).map_err(Error::panicked)
}

/// Runs what drops things of the user's where a panic could only abort the process.
fn quietly(code: impl FnOnce()) {
    // The panic hook has told of it.
    drop(guarded(code));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::sys::fork::tests::in_a_child;
    use crate::{LoopError, Socket, Wait, delay, main};

    #[test]
    fn a_loop_used_after_a_fork_says_so_and_leaves_the_parent_s_alone() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = Socket::new();
        socket.connect(listener.local_addr().unwrap().to_string()).wait().unwrap();
        let (read, closed) = (socket.read(), socket.clone());
        let says_so = move || {
            let refused = [delay(Duration::ZERO).wait().err(), main::run().err()];
            drop(closed.close()); // Takes nothing out of the parent's poller.
            let forked = Some(&LoopError::Forked);
            refused.iter().flatten().filter(|error| error.downcast_ref() == forked).count() == 2
        };
        assert!(in_a_child(says_so));
        let in_a_thread = || {
            let thread = std::thread::spawn(|| delay(Duration::from_millis(1)).wait().is_ok());
            thread.join().is_ok_and(|is_ok| is_ok)
        };
        assert!(in_a_child(in_a_thread));
        // The parent is still told.
        let (mut client, _) = listener.accept().unwrap();
        std::io::Write::write_all(&mut client, b"hello").unwrap();
        let chunk = read.timeout(Duration::from_secs(20)).wait().unwrap();
        assert_eq!(chunk.as_deref(), Some(&b"hello"[..]));
    }
}
