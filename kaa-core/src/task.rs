//! A coroutine: a machine in a block, started on the caller's stack, owned by the table of tasks once it waits.

use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::marker::PhantomData;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use slotmap::Key as _;

use crate::abort;
use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Resumed, Source, Typed};
use crate::error::{Abandoned, Error, InProgressAborted, Result, TaskRef, WaitsForItself};
use crate::in_progress::InProgress;
use crate::list::SlotId;
use crate::queue::{self, TaskId};
use crate::report;
use crate::resume::{Awaited, Resume, Step};
use crate::site::{Origin, Site};
use crate::table;
use crate::waiter::Waiter;

/// So many starts may nest on the stack; the next is queued.
const MOST_NESTED: u32 = 64;

/// A start is also queued when those around it have used so many bytes of the stack.
const MOST_STACK: usize = 256 * 1024;

/// A coroutine goes on at once with so many outcomes in a row that are there already; then others have a turn.
const MOST_IN_A_ROW: u32 = 128;

/// The source of a coroutine's outcome. The machine stands in the place of the block.
struct Task<F> {
    site: &'static Site,
    id: Cell<TaskId>,
    /// What it waits for while it rests. Borrowed while the machine runs.
    resume: RefCell<Resume>,
    /// Where it stands among the waiters of that.
    slot: Cell<SlotId>,
    rare: OnceCell<Box<Rare>>,
    machine: PhantomData<fn() -> F>,
}

/// What few coroutines have.
#[derive(Default)]
struct Rare {
    /// Where the abort began that has reached it.
    aborted_by: OnceCell<TaskRef>,
    status: Option<Rc<dyn Any>>,
}

/// Why a machine was left.
enum Left<T> {
    Ended(Result<T>),
    /// It waits for a node that is pending.
    Waits,
    /// It has had its turn.
    HadItsTurn,
}

impl<F, T> Source<T> for Task<F>
where
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
    T: 'static,
{
    type Machine = F;

    const KIND: &'static str = "coroutine";

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Coroutine(self.site))
    }

    fn status(&self) -> Option<&dyn Any> {
        self.rare.get()?.status.as_deref()
    }

    #[inline]
    fn resume(body: &Body<Self, T>, me: &NodeRef, id: TaskId) -> Resumed {
        if !me.header().is_pending() || me.header().has(Flags::RUNNING | Flags::MARKED) {
            return resume_oddly(body, me, id);
        }
        me.header().set(Flags::RUNNING);
        let left = body.with_machine(|machine| {
            run(machine, &mut body.source.resume.borrow_mut(), Some((&body.source, me)))
        });
        match left {
            None => {}
            Some(Left::Ended(outcome)) => {
                body.source.drop_awaited();
                end(body, me, outcome);
            }
            Some(Left::Waits) => park(body, me, id),
            Some(Left::HadItsTurn) => {
                had_its_turn(body, me);
                return Resumed::Again;
            }
        }
        Resumed::Over
    }

    fn describe(body: &Body<Self, T>, _me: &NodeRef) -> TaskRef {
        let at = body.source.resume.try_borrow().map_or(0, |resume| resume.at);
        body.source.task_ref(at)
    }

    fn width(_body: &Body<Self, T>) -> usize {
        1
    }

    fn waits_for(body: &Body<Self, T>, _index: usize) -> Option<NodeRef> {
        match &body.source.resume.try_borrow().ok()?.awaited {
            Awaited::Node(node) if node.header().is_pending() => Some(node.clone()),
            _ => None,
        }
    }

    fn mark(body: &Body<Self, T>, me: &NodeRef, origin: &TaskRef) {
        body.source.mark(me, origin);
    }

    fn abort(body: &Body<Self, T>, me: &NodeRef, origin: &TaskRef) {
        abort(body, me, origin);
    }

    fn close(body: &Body<Self, T>, me: &NodeRef) -> bool {
        if !me.header().is_pending() || me.header().has(Flags::RUNNING) {
            return false;
        }
        me.header().set(Flags::RUNNING);
        // It is among the waiters of what is pending only: the slot may be an old one.
        if let Some(node) = Self::waits_for(body, 0) {
            drop(node.header().unlink(body.source.slot.get()));
        }
        body.source.drop_awaited();
        me.mark_handled();
        me.header().clear(Flags::MARKED);
        end(body, me, Err(Abandoned.into()));
        true
    }
}

/// The coroutine rests until what it waits for has finished.
fn park<F, T>(body: &Body<Task<F>, T>, me: &NodeRef, id: TaskId)
where
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
{
    if let Awaited::Node(node) = &body.source.resume.borrow().awaited {
        body.source.slot.set(node.header().add(Waiter::Task(id)));
    }
    me.header().clear(Flags::RUNNING);
    if me.header().has(Flags::ASKED) {
        body.source.aborted_meanwhile(me);
    }
}

/// The coroutine goes to the back of the queue.
fn had_its_turn<F, T>(body: &Body<Task<F>, T>, me: &NodeRef)
where
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
{
    me.header().clear(Flags::RUNNING);
    if me.header().has(Flags::ASKED) {
        body.source.aborted_meanwhile(me);
    }
}

/// Resumes a coroutine that is being aborted; not one that has ended or runs.
#[cold]
fn resume_oddly<F, T>(body: &Body<Task<F>, T>, me: &NodeRef, id: TaskId) -> Resumed
where
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
{
    if !me.header().is_pending() || me.header().has(Flags::RUNNING) {
        return Resumed::Over;
    }
    if !me.header().has(Flags::CLEANING) {
        body.source.refuse(me);
    }
    me.header().set(Flags::RUNNING);
    let left = body.with_machine(|machine| {
        run(machine, &mut body.source.resume.borrow_mut(), Some((&body.source, me)))
    });
    match left {
        None => {}
        Some(Left::Ended(outcome)) => {
            body.source.drop_awaited();
            end(body, me, outcome);
        }
        Some(left) if body.source.may_not_wait() => {
            body.source.drop_awaited();
            drop(left);
            end(body, me, Err(body.source.aborted(me)));
        }
        Some(Left::Waits) => park(body, me, id),
        Some(Left::HadItsTurn) => {
            had_its_turn(body, me);
            return Resumed::Again;
        }
    }
    Resumed::Over
}

/// The abort goes no further than this coroutine.
#[cold]
fn abort<F, T>(body: &Body<Task<F>, T>, me: &NodeRef, origin: &TaskRef)
where
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
{
    let task = &body.source;
    if me.header().has(Flags::RUNNING) {
        task.set_aborted_by(origin);
        return me.header().set(Flags::ASKED);
    }
    task.mark(me, origin);
    if me.header().has(Flags::CLEANING) {
        return;
    }
    let waits_for = Task::waits_for(body, 0);
    let never_ran = matches!(task.resume.borrow().awaited, Awaited::Nothing);
    if never_ran {
        me.header().set(Flags::RUNNING);
        return end(body, me, Err(task.aborted(me)));
    }
    if let Some(node) = waits_for {
        drop(node.header().unlink(task.slot.get()));
        queue::push(task.id.get());
    }
    task.refuse(me);
}

/// The coroutine is over: its body is dropped, then the outcome announced.
fn end<F, T>(body: &Body<Task<F>, T>, me: &NodeRef, outcome: Result<T>)
where
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
{
    let outcome = if me.header().has(Flags::MARKED) {
        body.source.drop_outcome(outcome);
        Err(body.source.aborted(me))
    } else {
        body.source.traced(outcome)
    };
    body.finish(me.header(), outcome);
    let owned = table::with(|table| table.remove(body.source.id.get()));
    announce(me);
    drop(owned);
}

/// Enters a machine until it has to wait, or ends. It is known as `me` once there is a node.
#[inline]
fn run<F, T>(machine: &mut F, resume: &mut Resume, me: Option<(&Task<F>, &NodeRef)>) -> Left<T>
where
    F: FnMut(&mut Resume) -> Step<Result<T>>,
{
    let left = catch_unwind(AssertUnwindSafe(|| run_a_row(machine, resume, me)));
    left.unwrap_or_else(|payload| Left::Ended(Err(Error::panicked(payload))))
}

/// The same, but a panic goes through; caught once for the whole row, it costs less.
fn run_a_row<F, T>(
    machine: &mut F,
    resume: &mut Resume,
    me: Option<(&Task<F>, &NodeRef)>,
) -> Left<T>
where
    F: FnMut(&mut Resume) -> Step<Result<T>>,
{
    for _ in 0..=MOST_IN_A_ROW {
        if let Step::Finished(outcome) = machine(resume) {
            return Left::Ended(outcome);
        }
        match &resume.awaited {
            Awaited::Value(_) | Awaited::Refused(_) => {}
            Awaited::Node(node) if !node.header().is_pending() => {}
            Awaited::Node(node) => match me {
                Some((task, me)) if me.is_same(node) => {
                    resume.awaited = Awaited::Refused(task.waits_for_itself(resume.at));
                }
                _ => return Left::Waits,
            },
            Awaited::Turn => return Left::HadItsTurn,
            Awaited::Nothing => return Left::Ended(Err(suspended_for_nothing())),
        }
    }
    Left::HadItsTurn
}

impl<F> Task<F> {
    fn new(site: &'static Site, resume: Resume) -> Self {
        Task {
            site,
            id: Cell::new(TaskId::null()),
            resume: RefCell::new(resume),
            slot: Cell::new(SlotId::NONE),
            rare: OnceCell::new(),
            machine: PhantomData,
        }
    }

    fn task_ref(&self, at: usize) -> TaskRef {
        self.site.task_ref(self.id.get().data().as_ffi(), at)
    }

    /// It may have left something there that it does not wait for any more.
    #[inline]
    fn drop_awaited(&self) {
        let awaited = mem::take(&mut self.resume.borrow_mut().awaited);
        awaited.let_go(self.site);
    }

    /// It ends so; a failure has gone through it.
    #[inline]
    fn traced<T>(&self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| error.through(self.task_ref(self.resume.borrow().at)))
    }

    fn aborted_by(&self) -> Option<&TaskRef> {
        self.rare.get()?.aborted_by.get()
    }

    fn set_aborted_by(&self, origin: &TaskRef) {
        let rare = self.rare.get_or_init(Box::default);
        rare.aborted_by.get_or_init(|| origin.clone());
    }

    /// It ends aborted from here on.
    fn mark(&self, me: &NodeRef, origin: &TaskRef) {
        self.set_aborted_by(origin);
        me.header().set(Flags::MARKED);
    }

    #[cold]
    fn aborted_meanwhile(&self, me: &NodeRef) {
        if let Some(origin) = self.aborted_by() {
            abort::asked(me, origin);
        }
    }

    /// What it fails with when it was marked.
    fn aborted(&self, me: &NodeRef) -> Error {
        let me = me.describe();
        let origin = self.aborted_by().unwrap_or(&me).clone();
        InProgressAborted::new(origin, me).into()
    }

    /// What it has come to, which counts for nothing; but what went wrong in the clean-up is told.
    #[cold]
    fn drop_outcome<T>(&self, outcome: Result<T>) {
        let origin = Some(Origin::Coroutine(self.site));
        let by = self.aborted_by();
        match outcome {
            Err(error) if !error.is_of_abort(by) => report::unhandled(error, origin),
            outcome => report::dropped(outcome, origin),
        }
    }

    /// Its yield evaluates to the abort, in place of what it waited for.
    fn refuse(&self, me: &NodeRef) {
        me.header().set(Flags::CLEANING);
        let waited_for = match &self.resume.borrow().awaited {
            Awaited::Node(node) => Some(node.clone()),
            _ => None,
        };
        let me = me.describe();
        let inprogress = waited_for.map_or_else(|| me.clone(), |node| node.describe());
        let origin = self.aborted_by().unwrap_or(&me).clone();
        let refused = Awaited::Refused(InProgressAborted::new(origin, inprogress).into());
        let awaited = mem::replace(&mut self.resume.borrow_mut().awaited, refused);
        report::dropped(awaited, Some(Origin::Coroutine(self.site)));
    }

    /// It cleans up, and has come to a `yield_!` that it may not wait at.
    fn may_not_wait(&self) -> bool {
        match &self.resume.borrow().awaited {
            Awaited::Turn => true,
            Awaited::Node(node) => node.header().is_pending() && !abort::is_shielded(node.clone()),
            Awaited::Nothing | Awaited::Value(_) | Awaited::Refused(_) => false,
        }
    }

    #[cold]
    fn waits_for_itself(&self, at: usize) -> Error {
        WaitsForItself::coroutine(self.task_ref(at)).into()
    }
}

#[cold]
fn suspended_for_nothing() -> Error {
    Error::message("a coroutine was suspended without anything to wait for")
}

/// Runs a coroutine at once, up to its first unfinished wait. One that ends before takes no block.
pub(crate) fn start<T, F>(site: &'static Site, mut machine: F) -> InProgress<T>
where
    T: 'static,
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
{
    let Some(nested) = Nested::enter() else {
        return own(site, machine, Resume::default());
    };
    let mut resume = Resume::default();
    let left = run(&mut machine, &mut resume, None);
    let Left::Ended(outcome) = left else {
        drop(nested);
        return own(site, machine, resume);
    };
    resume.awaited.let_go(site);
    if mem::needs_drop::<F>() {
        report::dropped(machine, Some(Origin::Coroutine(site)));
    }
    ended_at_once(site, outcome, resume.at)
}

/// Runs a body that never waits.
pub(crate) fn execute<T: 'static>(
    site: &'static Site,
    body: impl FnOnce() -> Result<T>,
) -> InProgress<T> {
    // It cannot be queued; what it starts itself can.
    let nested = Nested::enter();
    let outcome = report::outcome_of(body);
    drop(nested);
    ended_at_once(site, outcome, 0)
}

/// What a coroutine has come to that never was a task.
#[inline]
fn ended_at_once<T: 'static>(site: &'static Site, outcome: Result<T>, at: usize) -> InProgress<T> {
    let outcome = outcome.map_err(|error| error.through(site.task_ref(0, at)));
    InProgress::settled(outcome, Origin::Coroutine(site))
}

/// Hands a machine that has not ended to the table of tasks.
fn own<T, F>(site: &'static Site, machine: F, resume: Resume) -> InProgress<T>
where
    T: 'static,
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
{
    let waits = resume.waits();
    let node = Known::new(Flags::ABORTABLE, Task::new(site, resume), machine);
    let (body, me) = (node.body(), node.erased());
    match table::with(|table| table.insert(me.clone())) {
        None => drop(me.close()),
        Some(id) => {
            body.source.id.set(id);
            if waits {
                park(body, &me, id);
            } else {
                queue::push(id);
            }
        }
    }
    InProgress::of(node.typed())
}

/// A coroutine that has a block from the start and was not entered yet; without a number at the end of the thread.
pub(crate) fn prepare<T, F>(
    site: &'static Site,
    machine: F,
    status: Option<Rc<dyn Any>>,
) -> (Typed<T>, Option<TaskId>)
where
    T: 'static,
    F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
{
    let task = Task::new(site, Resume::default());
    if status.is_some() {
        task.rare.get_or_init(|| Box::new(Rare { status, ..Rare::default() }));
    }
    let node = Known::new(Flags::ABORTABLE, task, machine);
    let id = table::with(|table| table.insert(node.erased()));
    match id {
        None => drop(node.erased().close()),
        Some(id) => node.body().source.id.set(id),
    }
    (node.typed(), id)
}

/// Runs one that was prepared, up to its first unfinished wait.
pub(crate) fn begin(task: &NodeRef, id: TaskId) {
    let resumed = Nested::enter().map(|_nested| task.resume(id));
    if resumed != Some(Resumed::Over) {
        queue::push(id);
    }
}

/// Whether a coroutine is being started on this stack: what runs is the part of it before its first wait.
pub(crate) fn is_starting() -> bool {
    STARTS.try_with(|starts| starts.get().nested > 0).unwrap_or(false)
}

/// How deep starts are nested on this stack.
#[derive(Clone, Copy)]
struct Starts {
    nested: u32,
    /// Where the stack stood at the outermost.
    base: usize,
}

thread_local! {
    static STARTS: Cell<Starts> = const { Cell::new(Starts { nested: 0, base: 0 }) };
}

/// A start on the caller's stack.
pub(crate) struct Nested {
    around: Starts,
}

impl Nested {
    /// None if it would be too deep.
    #[inline]
    pub(crate) fn enter() -> Option<Self> {
        let marker = 0_u8;
        let here = std::ptr::from_ref(&marker).addr();
        let around = STARTS.get();
        let base = if around.nested == 0 { here } else { around.base };
        if around.nested >= MOST_NESTED || here.abs_diff(base) > MOST_STACK {
            return None;
        }
        STARTS.set(Starts { nested: around.nested + 1, base });
        Some(Nested { around })
    }
}

impl Drop for Nested {
    #[inline]
    fn drop(&mut self) {
        STARTS.set(self.around);
    }
}
