//! [`any`] and [`all`]: one node for all members, and a waiter in each of them.

mod members;

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use crate::abort;
use crate::announce::announce;
use crate::block::{Body, Flags, Known, NodeRef, Source};
use crate::error::{Error, InProgressAborted, Result, TaskRef};
use crate::in_progress::{InProgress, IntoInProgress};
use crate::report;
use crate::site::Origin;
use crate::waiter::Lent;

pub use members::{
    Each, FromIterator, FromTuple, IntoMembers, Member, Members, OneOf1, OneOf2, OneOf3, OneOf4,
    OneOf5, OneOf6, OneOf7, OneOf8,
};

/// Whether the outcome of a member counts.
type Keeps = Box<dyn Fn(usize, Lent<'_>) -> bool>;

/// The first of several to finish, be it with a value or with an error: it never fails by a member.
///
/// Of an iterator it finishes with the member's number and its outcome, of a tuple with [`OneOf2`] and so on. If several have
/// finished already it is the first of them in order. The outcome is *taken* from the member: if somebody has taken it before
/// it is [`ResultTaken`](crate::ResultTaken); one that is gathered twice, or looked at besides, has to be
/// [`shared`](InProgress::shared). It starts when it is turned into an `InProgress`, as `yield_!` does. An Any of nothing fails.
///
/// The others are left running, unless [`abort_losers`](InProgressAny::abort_losers) says otherwise. An abort goes to each member
/// that nobody else waits for.
///
/// ```
/// use kaa_core::{InProgress, OneOf2, any, inprogress};
///
/// let (_never, slow) = InProgress::<u32>::new();
/// let first = inprogress(any([&slow, &InProgress::finished(7)]));
/// let (number, outcome) = first.take_result().unwrap().unwrap();
/// assert_eq!((number, outcome.unwrap()), (1, 7));
///
/// let first = inprogress(any((&slow, InProgress::finished("text"))));
/// match first.take_result().unwrap().unwrap() {
///     OneOf2::A(number) => println!("{}", number.unwrap()),
///     OneOf2::B(text) => assert_eq!(text.unwrap(), "text"),
/// }
/// ```
#[doc(alias = "select")]
#[doc(alias = "race")]
#[track_caller]
pub fn any<K, M: IntoMembers<K>>(members: M) -> InProgressAny<M::Members> {
    let created = Location::caller();
    InProgressAny { members: members.into_members(), keeps: None, losers: Losers::Run, created }
}

/// All of several: it finishes when each of them has, with all their outcomes in order. It never fails by a member.
///
/// Of an iterator it finishes with a `Vec` of results, of a tuple with a tuple of results. The outcomes are *taken* from the
/// members when it finishes: one that somebody has taken before is [`ResultTaken`](crate::ResultTaken), and so is one that is
/// a member twice, unless it is [`shared`](InProgress::shared). It starts when it is turned into an
/// `InProgress`, as `yield_!` does. An All of nothing finishes at once. An abort goes to each member that nobody else waits for.
///
/// ```
/// use kaa_core::{InProgress, all, inprogress};
///
/// let (promise, slow) = InProgress::<u32>::new();
/// let both = inprogress(all((slow, InProgress::finished("text"))));
/// promise.throw(std::fmt::Error);
/// let (number, text) = both.take_result().unwrap().unwrap();
/// assert!(number.is_err());
/// assert_eq!(text.unwrap(), "text");
/// ```
#[doc(alias = "join")]
#[track_caller]
pub fn all<K, M: IntoMembers<K>>(members: M) -> InProgressAll<M::Members> {
    InProgressAll { members: members.into_members(), created: Location::caller() }
}

/// An [`any`] that has not started.
#[must_use = "it starts when it is yielded, or turned into an `InProgress`"]
pub struct InProgressAny<M: Members> {
    members: M,
    keeps: Option<Keeps>,
    losers: Losers,
    created: &'static Location<'static>,
}

/// An [`all`] that has not started.
#[must_use = "it starts when it is yielded, or turned into an `InProgress`"]
pub struct InProgressAll<M: Members> {
    members: M,
    created: &'static Location<'static>,
}

/// What becomes of the others.
#[derive(Clone, Copy, PartialEq)]
enum Losers {
    Run,
    Abort,
}

impl<M: Members> InProgressAny<M> {
    /// When the first has finished, the others are aborted: each that nobody else waits for and that may be.
    ///
    /// ```
    /// use kaa_core::{InProgress, any, inprogress};
    ///
    /// let (promise, slow) = InProgress::<u32>::new();
    /// promise.on_abort(|_| println!("not needed any more"));
    /// let first = inprogress(any([slow.clone(), InProgress::finished(7)]).abort_losers());
    /// assert!(first.is_finished());
    /// assert!(slow.take_result().unwrap().unwrap_err().is_aborted());
    /// ```
    pub fn abort_losers(mut self) -> Self {
        self.losers = Losers::Abort;
        self
    }

    fn keeping(mut self, keeps: impl Fn(usize, Lent<'_>) -> bool + 'static) -> Self {
        self.keeps = Some(Box::new(keeps));
        self
    }
}

impl<T: 'static> InProgressAny<Each<T>> {
    /// Only what `keeps` says yes to counts, as long as another can still finish: the last that is left finishes it in any case.
    /// It is given the number of a member and its outcome. What it says no to is gone.
    ///
    /// ```
    /// use kaa_core::{Error, InProgress, any, inprogress};
    ///
    /// let broken = InProgress::failed(Error::message("no answer"));
    /// let first = any([broken, InProgress::finished(0), InProgress::finished(7)]);
    /// let first = first.filter(|_, outcome| outcome.is_ok_and(|n| *n > 0));
    /// assert_eq!(inprogress(first).take_result().unwrap().unwrap().1.unwrap(), 7);
    /// ```
    pub fn filter(self, keeps: impl Fn(usize, Result<&T, &Error>) -> bool + 'static) -> Self {
        self.keeping(move |index, lent| lent.with(|outcome| keeps(index, outcome)))
    }
}

/// Asks whether the outcome of a member counts. One that panics does not keep it from finishing.
fn is_kept(keeps: &Keeps, member: &NodeRef, index: usize) -> bool {
    let mut answer = true;
    member.mark_handled();
    report::caught(report::PANIC_IN_CALLBACK, member.origin(), || {
        member.lend(&mut |lent| answer = keeps(index, lent));
    });
    answer
}

/// What distinguishes Any and All.
trait Rule<M: Members>: 'static {
    type Output: 'static;
    const KIND: &'static str;

    /// Whether one that has finished is enough.
    const ONE_IS_ENOUGH: bool;

    fn take(members: &M, index: usize) -> Self::Output;
}

enum First {}

enum Every {}

impl<M: Members> Rule<M> for First {
    type Output = M::One;
    const KIND: &'static str = "any";
    const ONE_IS_ENOUGH: bool = true;

    fn take(members: &M, index: usize) -> M::One {
        members.take_one(index)
    }
}

impl<M: Members> Rule<M> for Every {
    type Output = M::All;
    const KIND: &'static str = "all";
    const ONE_IS_ENOUGH: bool = false;

    fn take(members: &M, _: usize) -> M::All {
        members.take_all()
    }
}

struct Gather<M, R> {
    created: &'static Location<'static>,
    /// The number of members that it waits for. Each of these holds it once.
    linked: Cell<usize>,
    keeps: Option<Keeps>,
    losers: Losers,
    /// Where the abort began that has marked it.
    aborted_by: OnceCell<Box<TaskRef>>,
    of: PhantomData<fn() -> (M, R)>,
}

impl<M: Members, R: Rule<M>> Gather<M, R> {
    fn new(created: &'static Location<'static>, keeps: Option<Keeps>, losers: Losers) -> Self {
        let aborted_by = OnceCell::new();
        Gather { created, linked: Cell::new(0), keeps, losers, aborted_by, of: PhantomData }
    }

    /// Waits for those of the members that are pending, and for which `counts` says so.
    fn start(self, members: M, counts: impl Fn(usize) -> bool) -> InProgress<R::Output> {
        let node = Known::new(Flags::DERIVED | Flags::ABORTABLE, self, members);
        let body = node.body();
        body.peek(|members| {
            for index in (0..members.number()).filter(|&index| counts(index)) {
                let member = members.member(index);
                if !member.is_finished() {
                    body.source.linked.set(body.source.linked.get() + 1);
                    member.link(node.erased(), number(index));
                }
            }
        });
        InProgress::of(node.typed())
    }

    /// Waits for nobody any more.
    fn cut(&self, members: &M) {
        self.linked.set(0);
        for index in 0..members.number() {
            members.member(index).unlink();
        }
    }

    /// Member `index` is the last that it has waited for. True if it is to be announced.
    fn finish(body: &Body<Self, R::Output>, me: &NodeRef, index: usize) -> bool {
        let Some(members) = body.take_machine() else { return false };
        body.source.cut(&members);
        let output = R::take(&members, index);
        body.finish(me.header(), Ok(output));
        if body.source.losers == Losers::Run {
            drop(members);
            return true;
        }
        // First it is told who has won. Then the losers' producers may do what they like.
        let losers: Vec<_> = pending(&members).collect();
        drop(members);
        announce(me);
        let origin = me.describe();
        for loser in losers {
            abort::abort_unwaited(&loser, &origin);
        }
        false
    }

    /// It was marked, and those that were aborted with it are over.
    fn end_aborted(body: &Body<Self, R::Output>, me: &NodeRef) {
        let members = body.take_machine();
        if let Some(members) = &members {
            body.source.cut(members);
        }
        if me.header().is_pending() {
            let me_too = me.describe();
            let origin =
                body.source.aborted_by.get().map_or_else(|| me_too.clone(), |by| (**by).clone());
            body.finish(me.header(), Err(InProgressAborted::new(origin, me_too).into()));
        }
        drop(members);
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 members")
}

/// The members that have not finished.
fn pending<M: Members>(members: &M) -> impl Iterator<Item = NodeRef> {
    let all = (0..members.number()).map(|index| members.member(index));
    all.filter(|member| !member.is_finished()).map(members::Gathered::node)
}

impl<M: Members, R: Rule<M>> Source<R::Output> for Gather<M, R> {
    type Machine = M;

    const KIND: &'static str = R::KIND;

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }

    fn gather(body: &Body<Self, R::Output>, me: &NodeRef, index: u32) -> bool {
        let index = index as usize;
        let this = &body.source;
        let member = body.peek(|members| {
            let member = members.member(index);
            member.is_linked().then(|| {
                member.forget();
                this.linked.set(this.linked.get() - 1);
                this.keeps.as_ref().map(|_| member.node())
            })
        });
        let Some(Some(member)) = member else { return false };
        let is_last = this.linked.get() == 0;
        if me.header().has(Flags::MARKED) {
            if is_last {
                Self::end_aborted(body, me);
            }
            return is_last;
        }
        if let (Some(keeps), Some(member), false) = (&this.keeps, member, is_last)
            && !is_kept(keeps, &member, index)
        {
            return false;
        }
        (is_last || R::ONE_IS_ENOUGH) && Self::finish(body, me, index)
    }

    fn unwanted(body: &Body<Self, R::Output>, _me: &NodeRef) {
        let members = body.take_machine();
        if let Some(members) = &members {
            body.source.cut(members);
        }
        drop(members);
    }

    fn ties(body: &Body<Self, R::Output>) -> usize {
        body.source.linked.get()
    }

    fn width(body: &Body<Self, R::Output>) -> usize {
        body.peek(Members::number).unwrap_or(0)
    }

    fn waits_for(body: &Body<Self, R::Output>, index: usize) -> Option<NodeRef> {
        body.peek(|members| {
            let member = members.member(index);
            member.is_linked().then(|| member.node())
        })?
    }

    fn mark(body: &Body<Self, R::Output>, me: &NodeRef, origin: &TaskRef) {
        body.source.aborted_by.get_or_init(|| Box::new(origin.clone()));
        me.header().set(Flags::MARKED);
    }

    fn let_go(body: &Body<Self, R::Output>, me: &NodeRef, index: usize, _origin: &TaskRef) {
        let was_linked = body.peek(|members| members.member(index).unlink());
        if was_linked == Some(true) {
            body.source.linked.set(body.source.linked.get() - 1);
        }
        if body.source.linked.get() == 0 && me.header().is_pending() {
            Self::end_aborted(body, me);
            announce(me);
        }
    }

    fn abort(body: &Body<Self, R::Output>, me: &NodeRef, origin: &TaskRef) {
        Self::mark(body, me, origin);
        Self::end_aborted(body, me);
        announce(me);
    }
}

impl<M: Members> IntoInProgress for InProgressAny<M> {
    type Output = M::One;

    fn into_inprogress(self) -> InProgress<M::One> {
        let number = self.members.number();
        if number == 0 {
            return InProgress::settled(Err(nothing_to_wait_for()), Origin::Code(self.created));
        }
        let mut ignored = Ignored { which: Vec::new(), number: 0 };
        if let Some(first) = self.first_that_counts(&mut ignored) {
            return self.finish_with(first);
        }
        let gather = Gather::<M, First>::new(self.created, self.keeps, self.losers);
        gather.start(self.members, |index| !ignored.contains(index))
    }
}

impl<M: Members> InProgressAny<M> {
    /// The first that has finished and counts. It is looked again as long as the filter, which is the user's, is called.
    fn first_that_counts(&self, ignored: &mut Ignored) -> Option<usize> {
        let number = self.members.number();
        loop {
            let ignored_before = ignored.number;
            for index in (0..number).filter(|&index| self.members.member(index).is_finished()) {
                if ignored.contains(index) {
                    continue;
                }
                let is_last = ignored.number + 1 == number;
                let Some(keeps) = &self.keeps else { return Some(index) };
                if is_last || is_kept(keeps, &self.members.member(index).node(), index) {
                    return Some(index);
                }
                ignored.add(index, number);
            }
            if ignored.number == ignored_before {
                return None;
            }
        }
    }

    fn finish_with(self, index: usize) -> InProgress<M::One> {
        let won = InProgress::finished(self.members.take_one(index));
        if self.losers == Losers::Abort {
            let origin = won.block().erased().describe();
            let losers: Vec<_> = pending(&self.members).collect();
            drop(self.members);
            losers.iter().for_each(|loser| abort::abort_unwaited(loser, &origin));
        }
        won
    }
}

/// The members that a filter has said no to, before it started.
struct Ignored {
    /// Empty as long as there is none.
    which: Vec<bool>,
    number: usize,
}

impl Ignored {
    fn contains(&self, index: usize) -> bool {
        self.which.get(index).copied().unwrap_or(false)
    }

    fn add(&mut self, index: usize, of: usize) {
        self.which.resize(of, false);
        self.which[index] = true;
        self.number += 1;
    }
}

#[cold]
fn nothing_to_wait_for() -> Error {
    Error::message(
        "an Any of nothing would never finish; give it a member, or ask `is_empty` first",
    )
}

impl<M: Members> IntoInProgress for InProgressAll<M> {
    type Output = M::All;

    fn into_inprogress(self) -> InProgress<M::All> {
        let members = &self.members;
        if (0..members.number()).all(|index| members.member(index).is_finished()) {
            return InProgress::finished(members.take_all());
        }
        Gather::<M, Every>::new(self.created, None, Losers::Run).start(self.members, |_| true)
    }
}

impl<M: Members> fmt::Debug for InProgressAny<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InProgressAny({} members)", self.members.number())
    }
}

impl<M: Members> fmt::Debug for InProgressAll<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InProgressAll({} members)", self.members.number())
    }
}
