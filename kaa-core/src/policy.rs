//! Policies: what becomes of a call of a coroutine while earlier calls have not finished. And what else a call may have: an
//! interval, a status.
//!
//! The calls that have not finished are kept here, by coroutine (or group) and object, each until it is over.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::rc::Rc;
use std::time::Duration;

use crate::block::Typed;
use crate::error::{Error, Result};
use crate::in_progress::InProgress;
use crate::pace::paced;
use crate::progress::InProgressStatus;
use crate::queue::{self, TaskId};
use crate::resume::{Resume, Step};
use crate::site::{Origin, Site};
use crate::task;
use crate::waiter::{Callback, Waiter, Wants, next_serial};

/// How a call of a coroutine begins: a plain [`Site`], or a [`Call`] with a policy.
pub trait Manner<T: 'static>: Sized {
    /// Starts the machine, or whatever is to happen instead.
    fn start<F>(self, machine: F) -> InProgress<T>
    where
        F: FnMut(&mut Resume) -> Step<Result<T>> + 'static;
}

impl<T: 'static> Manner<T> for &'static Site {
    #[inline]
    fn start<F>(self, machine: F) -> InProgress<T>
    where
        F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
    {
        task::start(self, machine)
    }
}

/// A call of a coroutine that has arguments in its attribute.
pub struct Call<P> {
    site: &'static Site,
    scope: Scope,
    object: Option<Object>,
    interval: Duration,
    status: Option<Rc<InProgressStatus>>,
    policy: P,
}

/// Whose calls a policy is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    /// By its address.
    Site(usize),
    /// A name, and the module if it is not that of an object.
    Group(&'static str, &'static str),
}

/// The object that a method was called on.
struct Object {
    address: usize,
    /// A `Weak` of it: as long as that is there nothing else gets its address.
    _weak: Box<dyn Any>,
}

/// No policy: each call runs.
pub struct Free(());

/// Calls run one after the other, in order.
pub struct Synchronized(());

/// While a call has not finished, each further one is that one.
pub struct Singleton<T> {
    clone: fn(&T) -> T,
}

/// A call is told of the one before, if that has not finished.
pub struct PassLast<T>(PhantomData<fn() -> T>);

/// A policy with calls that are noted.
trait Policy {
    const KIND: Kind;
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Synchronized,
    Singleton,
    PassLast,
}

impl Policy for Synchronized {
    const KIND: Kind = Kind::Synchronized;
}

impl<T> Policy for Singleton<T> {
    const KIND: Kind = Kind::Singleton;
}

impl<T> Policy for PassLast<T> {
    const KIND: Kind = Kind::PassLast;
}

impl Call<Free> {
    /// A call without any of them.
    #[must_use]
    pub fn new(site: &'static Site) -> Self {
        Call {
            site,
            scope: Scope::Site(std::ptr::from_ref(site).addr()),
            object: None,
            interval: Duration::ZERO,
            status: None,
            policy: Free(()),
        }
    }

    /// It goes on so long after what it had to wait for.
    #[must_use]
    pub fn interval(self, interval: Duration) -> Self {
        Call { interval, ..self }
    }

    /// It has a status, which its `InProgress` shows.
    #[must_use]
    pub fn progress(self) -> Self {
        Call { status: Some(Rc::new(InProgressStatus::new(0))), ..self }
    }

    /// It counts among all of a name: of a module, or of the methods of an object if `module` is empty.
    #[must_use]
    pub fn group(self, module: &'static str, name: &'static str) -> Self {
        Call { scope: Scope::Group(module, name), ..self }
    }

    /// It is a method of this object.
    #[must_use]
    pub fn object<O: 'static>(self, object: &Rc<O>) -> Self {
        let address = Rc::as_ptr(object).addr();
        let object = Object { address, _weak: Box::new(Rc::downgrade(object)) };
        Call { object: Some(object), ..self }
    }

    /// It waits for its turn.
    #[must_use]
    pub fn synchronized(self) -> Call<Synchronized> {
        self.with(Synchronized(()))
    }

    /// It is the call before, if there is one.
    #[must_use]
    pub fn singleton<T: Clone>(self) -> Call<Singleton<T>> {
        self.with(Singleton { clone: T::clone })
    }

    /// It is told of the call before.
    #[must_use]
    pub fn pass_last<T>(self) -> Call<PassLast<T>> {
        self.with(PassLast(PhantomData))
    }

    fn with<P>(self, policy: P) -> Call<P> {
        let Call { site, scope, object, interval, status, policy: _ } = self;
        Call { site, scope, object, interval, status, policy }
    }
}

impl<P> Call<P> {
    /// What the argument `progress` is.
    ///
    /// # Panics
    ///
    /// Panics without [`progress`](Call::progress): a bug in the macro.
    #[must_use]
    pub fn status(&self) -> Rc<InProgressStatus> {
        self.status.clone().expect("asked for with `progress`")
    }

    fn prepare<T, F>(&self, machine: F) -> (Typed<T>, Option<TaskId>)
    where
        T: 'static,
        F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
    {
        let status = self.status.clone().map(|status| status as Rc<dyn Any>);
        if self.interval.is_zero() {
            task::prepare(self.site, machine, status)
        } else {
            task::prepare(self.site, paced(self.interval, machine), status)
        }
    }
}

#[allow(private_bounds, reason = "policies are not made elsewhere")]
impl<P: Policy> Call<P> {
    fn key(&self) -> Key {
        let object = self.object.as_ref().map_or(0, |object| object.address);
        Key { scope: self.scope, object, kind: P::KIND }
    }

    /// The calls that have not finished, youngest first, as far as `find` wants to see them.
    fn find<R>(&self, find: impl Fn(&Rc<dyn Any>) -> Option<R>) -> Option<R> {
        let look = |calls: &Calls| {
            let mut unfinished = calls.get(&self.key())?.unfinished.values().rev();
            unfinished.find_map(|call| find(&call.handle))
        };
        CALLS.try_with(|calls| look(&calls.borrow())).ok().flatten()
    }

    /// Notes a call until it is over. True if no other has not finished.
    fn enter<T: 'static>(self, node: &Typed<T>, id: TaskId) -> bool {
        let key = self.key();
        let serial = next_serial();
        let call = move |_: crate::waiter::Lent<'_>| over(key, serial);
        let over = Callback { serial, wants: Wants::Over, call: Box::new(call) };
        node.header().add(Waiter::Callback(over));
        let handle: Rc<dyn Any> = Rc::new(node.clone());
        let enter = |calls: &mut Calls| {
            let entry = calls.entry(key);
            let entry =
                entry.or_insert_with(|| Entry { unfinished: BTreeMap::new(), object: None });
            if entry.object.is_none() {
                entry.object = self.object;
            }
            entry.unfinished.insert(serial, Unfinished { id, handle });
            entry.unfinished.len() == 1
        };
        CALLS.try_with(|calls| enter(&mut calls.borrow_mut())).unwrap_or(true)
    }
}

fn as_call_of<T: 'static>(handle: &Rc<dyn Any>) -> Option<InProgress<T>> {
    handle.downcast_ref::<Typed<T>>().map(|node| InProgress::of(node.clone()))
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    scope: Scope,
    /// 0 for functions.
    object: usize,
    kind: Kind,
}

/// The calls of a key that have not finished, in order.
struct Entry {
    unfinished: BTreeMap<u64, Unfinished>,
    object: Option<Object>,
}

struct Unfinished {
    id: TaskId,
    /// A `Typed<T>`.
    handle: Rc<dyn Any>,
}

type Calls = HashMap<Key, Entry>;

thread_local! {
    /// Never borrowed while user code runs.
    static CALLS: RefCell<Calls> = RefCell::default();
}

/// A call is over. If it was the oldest of them and they are synchronized, it is the next one's turn.
fn over(key: Key, serial: u64) {
    let leave = |calls: &mut Calls| {
        let entry = calls.get_mut(&key)?;
        let was_oldest = entry.unfinished.keys().next() == Some(&serial);
        let left = entry.unfinished.remove(&serial);
        let next = entry.unfinished.values().next().map(|call| call.id);
        let emptied = if next.is_none() { calls.remove(&key) } else { None };
        Some((left, emptied, next.filter(|_| was_oldest)))
    };
    let left = CALLS.try_with(|calls| leave(&mut calls.borrow_mut())).ok().flatten();
    if let Some((left, emptied, next)) = left {
        if key.kind == Kind::Synchronized
            && let Some(next) = next
        {
            queue::push(next);
        }
        drop((left, emptied));
    }
}

impl<T: 'static> Manner<T> for Call<Free> {
    fn start<F>(self, machine: F) -> InProgress<T>
    where
        F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
    {
        let (node, id) = self.prepare(machine);
        if let Some(id) = id {
            task::begin(&node.erased(), id);
        }
        InProgress::of(node)
    }
}

impl<T: 'static> Manner<T> for Call<Synchronized> {
    fn start<F>(self, machine: F) -> InProgress<T>
    where
        F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
    {
        let (node, id) = self.prepare(machine);
        if let Some(id) = id
            && self.enter(&node, id)
        {
            task::begin(&node.erased(), id);
        }
        InProgress::of(node)
    }
}

impl<T: 'static> Manner<T> for Call<Singleton<T>> {
    fn start<F>(self, machine: F) -> InProgress<T>
    where
        F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
    {
        if let Some(running) = self.find(|handle| Some(handle.clone())) {
            let origin = Origin::Coroutine(self.site);
            return as_call_of(&running)
                .unwrap_or_else(|| InProgress::settled(Err(of_another_type(self.site)), origin));
        }
        let (node, id) = self.prepare(machine);
        node.share(self.policy.clone);
        if let Some(id) = id {
            self.enter(&node, id);
            task::begin(&node.erased(), id);
        }
        InProgress::of(node)
    }
}

#[cold]
fn of_another_type(site: &Site) -> Error {
    let message = "a singleton of another type runs already in its place; wait for that first, or use another group";
    Error::message(format!("coroutine `{}`: {message}", site.name))
}

impl<T: 'static> Call<PassLast<T>> {
    /// What the argument `last` is.
    #[must_use]
    pub fn last(&self) -> Option<InProgress<T>> {
        self.find(as_call_of)
    }
}

impl<T: 'static> Manner<T> for Call<PassLast<T>> {
    fn start<F>(self, machine: F) -> InProgress<T>
    where
        F: FnMut(&mut Resume) -> Step<Result<T>> + 'static,
    {
        let (node, id) = self.prepare(machine);
        if let Some(id) = id {
            self.enter(&node, id);
            task::begin(&node.erased(), id);
        }
        InProgress::of(node)
    }
}
