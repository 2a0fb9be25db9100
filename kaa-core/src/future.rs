//! Futures in coroutines, and `InProgress` in async code.
//!
//! A future that is yielded is a task: polled at once, then whenever it is woken. Its waker may be on another thread; what it
//! wakes there is noted in the inbox of the future's thread, whose loop is told.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use slotmap::{Key as _, KeyData};

use crate::abort;
use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Resumed, Source};
use crate::error::{Abandoned, Error, InProgressAborted, Result, TaskRef};
use crate::host::{self, Driver};
use crate::in_progress::{InProgress, IntoInProgress};
use crate::queue::{self, Queue, TaskId};
use crate::site::Origin;
use crate::table;
use crate::task::Nested;
use crate::waiter::{Connection, Wants};

/// What other threads have woken.
#[derive(Default)]
struct Inbox {
    tasks: Mutex<Vec<u64>>,
    /// Whether there is one: read on every turn, without the lock.
    is_full: AtomicBool,
}

thread_local! {
    static INBOX: OnceCell<Arc<Inbox>> = const { OnceCell::new() };
    /// Those that were polled before there was a driver to wake.
    static UNDRIVEN: RefCell<BTreeSet<TaskId>> = const { RefCell::new(BTreeSet::new()) };
}

fn inbox() -> Option<Arc<Inbox>> {
    INBOX.try_with(|inbox| inbox.get_or_init(Arc::default).clone()).ok()
}

/// Whether another thread has woken something of this one.
#[inline]
pub(crate) fn has_woken() -> bool {
    let is_full = |inbox: &OnceCell<Arc<Inbox>>| {
        inbox.get().is_some_and(|inbox| inbox.is_full.load(Ordering::Acquire))
    };
    INBOX.try_with(is_full).unwrap_or(false)
}

/// Makes ready what other threads have woken.
pub(crate) fn take_woken(queue: &Queue) {
    let Some(inbox) = inbox() else { return };
    inbox.is_full.store(false, Ordering::Release);
    let woken = std::mem::take(&mut *inbox.tasks.lock().unwrap_or_else(PoisonError::into_inner));
    for id in woken {
        queue.push(KeyData::from_ffi(id).into());
    }
}

/// There is a driver now: what was polled before is polled again, so that it knows whom to wake.
pub(crate) fn driver_installed() {
    let undriven = UNDRIVEN.try_with(RefCell::take).unwrap_or_default();
    undriven.into_iter().for_each(queue::push);
}

/// Wakes one future. It is held by whoever will wake it, not by the future: so the loop's own waker, which is in it, tells
/// the loop whether anybody is left who could.
struct Alarm {
    /// 0 until it has a task.
    task: AtomicU64,
    is_woken: AtomicBool,
    inbox: Arc<Inbox>,
    driver: Option<Waker>,
}

impl Alarm {
    fn new(task: TaskId) -> Option<Arc<Self>> {
        let task = AtomicU64::new(if task.is_null() { 0 } else { task.data().as_ffi() });
        let driver = host::ask(Driver::waker);
        Some(Arc::new(Alarm { task, is_woken: AtomicBool::new(false), inbox: inbox()?, driver }))
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let is_first = !self.is_woken.swap(true, Ordering::AcqRel);
        let task = self.task.load(Ordering::Acquire);
        // Without a task it is looked at when it gets one.
        if !is_first || task == 0 {
            return;
        }
        let is_here = |inbox: &OnceCell<Arc<Inbox>>| {
            inbox.get().is_some_and(|inbox| Arc::ptr_eq(inbox, &self.inbox))
        };
        if INBOX.try_with(is_here).unwrap_or(false) {
            return queue::push(KeyData::from_ffi(task).into());
        }
        self.inbox.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(task);
        self.inbox.is_full.store(true, Ordering::Release);
        if let Some(driver) = &self.driver {
            driver.wake_by_ref();
        }
    }
}

/// The source of a future's outcome.
struct Polled<F> {
    created: &'static Location<'static>,
    id: Cell<TaskId>,
    alarm: RefCell<Weak<Alarm>>,
    aborted_by: OnceCell<Box<TaskRef>>,
    of: std::marker::PhantomData<fn() -> F>,
}

/// A panic in it is a failure.
fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Option<Result<F::Output>> {
    let polled = catch_unwind(AssertUnwindSafe(|| future.poll(&mut Context::from_waker(waker))));
    match polled {
        Ok(Poll::Pending) => None,
        Ok(Poll::Ready(output)) => Some(Ok(output)),
        Err(payload) => Some(Err(Error::panicked(payload))),
    }
}

impl<F> Polled<F> {
    /// The waker to poll it with.
    fn waker(&self) -> Option<Waker> {
        let kept = self.alarm.borrow().upgrade();
        let alarm = match kept {
            Some(alarm) if alarm.driver.is_some() => alarm,
            _ => {
                let alarm = Alarm::new(self.id.get())?;
                *self.alarm.borrow_mut() = Arc::downgrade(&alarm);
                alarm
            }
        };
        alarm.is_woken.store(false, Ordering::Release);
        if alarm.driver.is_none() {
            note_undriven(self.id.get());
        }
        Some(alarm.into())
    }
}

fn note_undriven(id: TaskId) {
    // At the end of the thread there will be no driver.
    let _ = UNDRIVEN.try_with(|undriven| undriven.borrow_mut().insert(id));
}

fn forget_undriven(id: TaskId) {
    let _ = UNDRIVEN.try_with(|undriven| undriven.borrow_mut().remove(&id));
}

fn end<F: Future<Output: 'static> + 'static>(
    body: &Body<Polled<F>, F::Output>,
    me: &NodeRef,
    outcome: Result<F::Output>,
) {
    body.finish(me.header(), outcome);
    forget_undriven(body.source.id.get());
    let owned = table::with(|table| table.remove(body.source.id.get()));
    announce(me);
    drop(owned);
}

impl<F: Future<Output: 'static> + 'static> Source<F::Output> for Polled<F> {
    type Machine = Pin<Box<F>>;

    const KIND: &'static str = "future";

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }

    fn resume(body: &Body<Self, F::Output>, me: &NodeRef, _: TaskId) -> Resumed {
        if !me.header().is_pending() || me.header().has(Flags::RUNNING) {
            return Resumed::Over;
        }
        let Some(waker) = body.source.waker() else { return Resumed::Over };
        me.header().set(Flags::RUNNING);
        let outcome = body.with_machine(|future| poll(future.as_mut(), &waker)).flatten();
        drop(waker);
        me.header().clear(Flags::RUNNING);
        match (outcome, body.source.aborted_by.get()) {
            (Some(outcome), _) => end(body, me, outcome),
            (None, Some(origin)) if me.header().has(Flags::ASKED) => abort::asked(me, origin),
            (None, _) => {}
        }
        Resumed::Over
    }

    /// A future is aborted by dropping it.
    fn abort(body: &Body<Self, F::Output>, me: &NodeRef, origin: &TaskRef) {
        body.source.aborted_by.get_or_init(|| Box::new(origin.clone()));
        if me.header().has(Flags::RUNNING) {
            return me.header().set(Flags::ASKED);
        }
        me.header().set(Flags::MARKED | Flags::RUNNING);
        let error = InProgressAborted::new(origin.clone(), me.describe());
        end(body, me, Err(error.into()));
    }

    fn close(body: &Body<Self, F::Output>, me: &NodeRef) -> bool {
        if !me.header().is_pending() || me.header().has(Flags::RUNNING) {
            return false;
        }
        me.header().set(Flags::RUNNING);
        me.mark_handled();
        end(body, me, Err(Abandoned.into()));
        true
    }
}

/// Any future can be yielded. It is polled at once, and then whenever it is woken; what it gives is the value, so one that
/// gives a `Result` gives it inside of that of `yield_!`. An abort drops it.
///
/// ```
/// use kaa_core::inprogress;
///
/// let sum = inprogress(async { 1 + std::future::ready(2).await });
/// assert_eq!(sum.take_result().unwrap().unwrap(), 3);
/// ```
impl<F: Future<Output: 'static> + 'static> IntoInProgress for F {
    type Output = F::Output;

    #[track_caller]
    fn into_inprogress(self) -> InProgress<F::Output> {
        start(Location::caller(), Box::pin(self))
    }
}

fn start<F: Future<Output: 'static> + 'static>(
    created: &'static Location<'static>,
    mut future: Pin<Box<F>>,
) -> InProgress<F::Output> {
    let Some(alarm) = Alarm::new(TaskId::null()) else {
        return InProgress::settled(Err(Abandoned.into()), Origin::Code(created));
    };
    // If starts are nested too deeply it is polled by the queue.
    let is_polled = match Nested::enter() {
        Some(_nested) => {
            if let Some(outcome) = poll(future.as_mut(), &alarm.clone().into()) {
                return InProgress::settled(outcome, Origin::Code(created));
            }
            true
        }
        None => false,
    };
    let source = Polled {
        created,
        id: Cell::default(),
        alarm: RefCell::new(Arc::downgrade(&alarm)),
        aborted_by: OnceCell::new(),
        of: std::marker::PhantomData,
    };
    let node = Known::new(Flags::ABORTABLE, source, future);
    let Some(id) = table::with(|table| table.insert(node.erased())) else {
        let _ = node.erased().close();
        return InProgress::of(node.typed());
    };
    node.body().source.id.set(id);
    alarm.task.store(id.data().as_ffi(), Ordering::Release);
    if alarm.driver.is_none() {
        note_undriven(id);
    }
    if !is_polled || alarm.is_woken.load(Ordering::Acquire) {
        queue::push(id);
    }
    InProgress::of(node.typed())
}

/// An [`InProgress`] as a future: any executor on its thread can await it. It takes the outcome.
///
/// ```
/// use kaa_core::{InProgress, inprogress};
///
/// let (promise, number) = InProgress::new();
/// let doubled = inprogress(async move { number.await.map(|n: u32| 2 * n) });
/// promise.finish(4);
/// kaa_core::driver::run_ready(1);
/// assert_eq!(doubled.take_result().unwrap().unwrap().unwrap(), 8);
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct InProgressFuture<T: 'static> {
    of: InProgress<T>,
    /// Whom to wake, and the callback that will.
    told: Rc<RefCell<Option<Waker>>>,
    connection: Option<Connection>,
}

impl<T: 'static> IntoFuture for InProgress<T> {
    type Output = Result<T>;
    type IntoFuture = InProgressFuture<T>;

    fn into_future(self) -> InProgressFuture<T> {
        InProgressFuture { of: self, told: Rc::default(), connection: None }
    }
}

impl<T: 'static> IntoFuture for &InProgress<T> {
    type Output = Result<T>;
    type IntoFuture = InProgressFuture<T>;

    fn into_future(self) -> InProgressFuture<T> {
        self.clone().into_future()
    }
}

/// There is nothing pinned in it.
impl<T: 'static> Unpin for InProgressFuture<T> {}

impl<T: 'static> Future for InProgressFuture<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        if let Some(outcome) = self.of.take_result() {
            return Poll::Ready(outcome);
        }
        let before = self.told.borrow_mut().replace(context.waker().clone());
        drop(before);
        if self.connection.is_none() {
            let told = self.told.clone();
            let wake = move |_: crate::waiter::Lent<'_>| {
                let waker = told.borrow_mut().take();
                if let Some(waker) = waker {
                    waker.wake();
                }
            };
            self.connection = Some(self.of.add(Wants::End, wake));
        }
        Poll::Pending
    }
}

impl<T: 'static> Drop for InProgressFuture<T> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection {
            self.of.disconnect(connection);
        }
    }
}

impl<T: 'static> fmt::Debug for InProgressFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InProgressFuture({:?})", self.of)
    }
}
