//! Links: [`limited`], which is cut when the time is up, and `noabort`, which stops an abort.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::time::Instant;

use slotmap::SlotMap;

use crate::abort;
use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source, WeakNode};
use crate::error::{Error, InProgressAborted, TaskRef};
use crate::follow::Follow;
use crate::host::{self, TimerId};
use crate::in_progress::InProgress;
use crate::report;
use crate::site::{self, Origin};

/// Those of this thread who have asked their loop for a moment.
struct Timers(RefCell<SlotMap<TimerId, Sleeper>>);

/// Who is to be told when the time is up.
pub(crate) enum Sleeper {
    /// Somebody else keeps it.
    Known(WeakNode),
    /// Nobody else has to.
    Kept(NodeRef),
}

impl Sleeper {
    fn node(self) -> Option<NodeRef> {
        match self {
            Sleeper::Known(node) => node.upgrade(),
            Sleeper::Kept(node) => Some(node),
        }
    }
}

thread_local! {
    static TIMERS: Timers = Timers(RefCell::new(SlotMap::with_key()));
}

struct Link<T: 'static> {
    created: &'static Location<'static>,
    follow: Cell<Option<Follow<T>>>,
    limit: Cell<Limit>,
}

/// What becomes of a link when its time is up.
#[derive(Default)]
enum Limit {
    /// There is no such time.
    #[default]
    None,
    Time(Time),
    /// It is up: what it follows cleans up, then it fails with this.
    Late(Error),
}

struct Time {
    timer: TimerId,
    error: Box<dyn FnOnce() -> Error>,
    and_then: WhenLate,
}

#[derive(Clone, Copy, PartialEq)]
enum WhenLate {
    Leave,
    Abort,
}

impl Time {
    /// It does not matter any more.
    fn cancel(self, origin: Option<Origin>) {
        cancel(self.timer);
        // In the middle of an announcement, which has to go on.
        report::dropped(self.error, origin);
    }

    fn into_error(self) -> Error {
        catch_unwind(AssertUnwindSafe(self.error)).unwrap_or_else(Error::panicked)
    }
}

impl<T: 'static> Link<T> {
    fn new(created: &'static Location<'static>) -> Self {
        Link { created, follow: Cell::new(None), limit: Cell::default() }
    }

    fn cancel(&self) {
        if let Limit::Time(time) = self.limit.take() {
            time.cancel(self.origin());
        }
    }

    fn cut(&self) {
        if let Some(follow) = self.follow.take() {
            follow.cut();
        }
    }
}

impl<T: 'static> Source<T> for Link<T> {
    type Machine = ();

    const KIND: &'static str = "timeout";

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }

    fn settle(body: &Body<Self, T>, me: &NodeRef) -> bool {
        let Some(follow) = body.source.follow.take() else { return false };
        match body.source.limit.take() {
            Limit::None => follow.settle(body, me),
            Limit::Time(time) => {
                let settled = follow.settle(body, me);
                time.cancel(body.source.origin());
                settled
            }
            Limit::Late(error) => {
                let is_pending = me.header().is_pending();
                if is_pending {
                    body.finish(me.header(), Err(error));
                }
                is_pending
            }
        }
    }

    fn unwanted(body: &Body<Self, T>, _: &NodeRef) {
        body.source.cancel();
        body.source.cut();
    }

    fn expire(body: &Body<Self, T>, me: &NodeRef) {
        let limit = body.source.limit.take();
        let Limit::Time(time) = limit else { return body.source.limit.set(limit) };
        if me.header().has(Flags::MARKED) {
            // It is being aborted, and the clean-up takes its time. Nobody is to hear of that too early.
            return body.source.limit.set(Limit::Time(time));
        }
        if time.and_then == WhenLate::Leave {
            body.source.cut();
        }
        let and_then = time.and_then;
        let error = time.into_error();
        if and_then == WhenLate::Abort && me.header().is_pending() {
            me.header().set(Flags::MARKED);
            body.source.limit.set(Limit::Late(error));
            if !abort::pass_on(me) {
                give_up(body, me);
            }
        } else if me.header().is_pending() {
            body.finish(me.header(), Err(error));
            announce(me);
        }
    }

    fn width(_body: &Body<Self, T>) -> usize {
        1
    }

    fn waits_for(body: &Body<Self, T>, _index: usize) -> Option<NodeRef> {
        let follow = body.source.follow.take();
        let leader = follow.as_ref().map(Follow::leader);
        body.source.follow.set(follow);
        leader
    }

    fn describe(body: &Body<Self, T>, me: &NodeRef) -> TaskRef {
        let kind = if me.header().has(Flags::NOABORT) { "noabort" } else { Self::KIND };
        site::node_ref(me.address(), kind, body.source.origin())
    }

    fn abort(body: &Body<Self, T>, me: &NodeRef, origin: &TaskRef) {
        me.header().set(Flags::MARKED);
        let follow = body.source.follow.take();
        body.source.cancel();
        if me.header().is_pending() {
            let error = InProgressAborted::new(origin.clone(), me.describe());
            body.finish(me.header(), Err(error.into()));
            announce(me);
        }
        if let Some(follow) = follow {
            follow.cut();
        }
    }
}

/// The time is up, and what it follows cannot be aborted: it is left alone.
fn give_up<T: 'static>(body: &Body<Link<T>, T>, me: &NodeRef) {
    if let Limit::Late(error) = body.source.limit.take()
        && me.header().is_pending()
    {
        body.source.cut();
        body.finish(me.header(), Err(error));
        announce(me);
    }
}

impl<T: 'static> InProgress<T> {
    /// The same, but no abort goes through it: neither one of its own, which is refused, nor one of whoever waits for it.
    ///
    /// The outcome is shared: whoever takes it first, through either of them, has it. What it protects can still be aborted
    /// itself, and then this fails, too.
    ///
    /// ```
    /// let (promise, work) = kaa_core::InProgress::new();
    /// promise.on_abort(|_| unreachable!("protected"));
    /// let protected = work.noabort();
    /// assert!(protected.abort().is_failed());
    /// # drop(protected.abort().take_result());
    /// promise.finish(4);
    /// assert_eq!(protected.take_result().unwrap().unwrap(), 4);
    /// ```
    #[track_caller]
    pub fn noabort(&self) -> InProgress<T> {
        if self.is_finished() {
            return self.clone();
        }
        let flags = Flags::DERIVED | Flags::LINK | Flags::NOABORT;
        let node = Known::new(flags, Link::new(Location::caller()), ());
        node.body().source.follow.set(Some(Follow::start(node.erased(), self.block())));
        InProgress::of(node.typed())
    }
}

/// What `of` comes to, or the `error` if that takes until `deadline`: the loop tells by [`expired`](crate::driver::expired).
///
/// The outcome is shared with `of`: whoever takes it first, through either of them, has it. When the time is up the link to `of`
/// is cut, and the work behind `of` goes on. The timer is cancelled as soon as the outcome is there, or nobody can look at it
/// any more.
///
/// This is what a loop makes its `timeout` of. Without a [`Driver`](crate::Driver) on this thread it fails, saying so.
///
/// ```
/// use kaa_core::{InProgress, TimeoutException, limited};
/// use std::time::Instant;
///
/// let answer = InProgress::finished(4);
/// let in_time = limited(&answer, Instant::now(), || TimeoutException::new().into());
/// assert_eq!(in_time.take_result().unwrap().unwrap(), 4);
/// ```
#[track_caller]
pub fn limited<T: 'static>(
    of: &InProgress<T>,
    deadline: Instant,
    error: impl FnOnce() -> Error + 'static,
) -> InProgress<T> {
    limited_and(WhenLate::Leave, of, deadline, error)
}

/// The same, but when the time is up the abort of `of` is asked for, if nobody else waits for it: it is told and cleans up, and
/// when that is over this fails with `error`. What cannot be aborted is left alone, as [`limited`] does it.
///
/// ```
/// use kaa_core::{Driver, Error, InProgress, TimerId, driver, limited_abort};
/// use std::{cell::Cell, rc::Rc, task::Waker, time::Instant};
///
/// #[derive(Default)]
/// struct Clock(Cell<Option<TimerId>>);
///
/// impl Driver for Clock {
///     fn now(&self) -> Instant {
///         Instant::now()
///     }
///     fn wake_at(&self, _: Instant, timer: TimerId) {
///         self.0.set(Some(timer));
///     }
///     fn cancel(&self, _: TimerId) {}
///     fn waker(&self) -> Waker {
///         Waker::noop().clone()
///     }
///     fn ready(&self) {}
/// }
///
/// let clock = Rc::new(Clock::default());
/// driver::install(clock.clone());
/// let (promise, answer) = InProgress::<u8>::new();
/// promise.on_abort(|_| println!("stopping"));
/// let in_time = limited_abort(&answer, Instant::now(), || Error::message("late"));
/// driver::expired(clock.0.take().unwrap());
/// assert!(answer.take_result().unwrap().unwrap_err().is_aborted());
/// assert_eq!(in_time.take_result().unwrap().unwrap_err().to_string(), "late");
/// ```
#[track_caller]
pub fn limited_abort<T: 'static>(
    of: &InProgress<T>,
    deadline: Instant,
    error: impl FnOnce() -> Error + 'static,
) -> InProgress<T> {
    limited_and(WhenLate::Abort, of, deadline, error)
}

#[track_caller]
fn limited_and<T: 'static>(
    and_then: WhenLate,
    of: &InProgress<T>,
    deadline: Instant,
    error: impl FnOnce() -> Error + 'static,
) -> InProgress<T> {
    let created = Location::caller();
    if of.is_finished() {
        return of.clone();
    }
    let flags = Flags::DERIVED | Flags::LINK | Flags::ABORTABLE;
    let node = Known::new(flags, Link::new(created), ());
    let me = node.erased();
    let Some(timer) = wake_at(deadline, Sleeper::Known(me.downgrade())) else {
        return InProgress::settled(Err(no_driver()), Origin::Code(created));
    };
    node.body().source.limit.set(Limit::Time(Time { timer, error: Box::new(error), and_then }));
    node.body().source.follow.set(Some(Follow::start(me, of.block())));
    InProgress::of(node.typed())
}

/// Asks the loop for a moment; nothing if there is no loop.
pub(crate) fn wake_at(deadline: Instant, sleeper: Sleeper) -> Option<TimerId> {
    let insert = |timers: &Timers| timers.0.borrow_mut().insert(sleeper);
    let timer = TIMERS.try_with(insert).ok()?;
    let asked = host::ask(|driver| driver.wake_at(deadline, timer));
    if asked.is_none() {
        drop(forget(timer));
    }
    asked.map(|()| timer)
}

/// How many there are.
pub(crate) fn timers() -> usize {
    TIMERS.try_with(|timers| timers.0.borrow().len()).unwrap_or(0)
}

fn forget(timer: TimerId) -> Option<Sleeper> {
    TIMERS.try_with(|timers| timers.0.borrow_mut().remove(timer)).ok().flatten()
}

pub(crate) fn no_driver() -> Error {
    Error::message(
        "no loop is installed on this thread to tell the time; call `driver::install` first",
    )
}

/// A moment does not matter any more.
pub(crate) fn cancel(timer: TimerId) {
    if forget(timer).is_some() {
        host::ask(|driver| driver.cancel(timer));
    }
}

/// The time is up. Ids that are not known (any more) are ignored.
pub(crate) fn expired(timer: TimerId) {
    if let Some(node) = forget(timer).and_then(Sleeper::node) {
        node.expire();
    }
}

/// The time will never be up.
pub(crate) fn lost(timer: TimerId) {
    if let Some(node) = forget(timer).and_then(Sleeper::node) {
        node.close();
    }
}
