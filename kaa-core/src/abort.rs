//! Aborting: the walk down to what is innermost, and the marks on the way.
//!
//! An abort goes from a node to what it waits for, and on from there, by a work list. It stops before what is `noabort`, what
//! nobody would be told of, what has vetoed, and what somebody else waits for, too. Where it has passed, nodes are marked: they
//! end aborted when what they wait for is over. What it passed to and could not go on from is innermost, and is aborted.
//!
//! Callbacks of the user's run in between. Before each of the innermost is aborted it is asked again who waits for it.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::panic::Location;

use crate::block::{Body, Flags, Known, NodeRef, Source};
use crate::error::{Error, InProgressAborted, NotAbortable, Refusal, TaskRef};
use crate::in_progress::InProgress;
use crate::list::SlotId;
use crate::report;
use crate::site::Origin;
use crate::waiter::{Connection, Lent, Waiter, Wants};

/// So often new promises are asked whether they object; those that appear later are left alone.
const MOST_ROUNDS: usize = 100;

impl<T: 'static> InProgress<T> {
    /// Asks for it to end now. What comes back finishes when that is so and all clean-up is over.
    ///
    /// A coroutine is not cut off where it is: the abort goes on to what it waits for, and to what that waits for, down to the
    /// innermost, which is told. Then each coroutine on the way up gets an [`InProgressAborted`] at its `yield_!`, in place of
    /// what it waited for, cleans up and ends. It ends aborted whatever it returns. While it cleans up it may wait for what has
    /// finished and for what is [`noabort`](Self::noabort); any other `yield_!` ends it there.
    ///
    /// The abort stops before what somebody else waits for, too, and before what is `noabort`. It goes through Any and All to
    /// each member that nobody else waits for. A coroutine that runs at this moment is aborted when it suspends next; one that
    /// was queued and never ran is dropped.
    ///
    /// # Errors
    ///
    /// What comes back fails with [`NotAbortable`], and nothing has changed, if this has finished already, is `noabort`, or is a
    /// promise that has no [`on_abort`](crate::Promise::on_abort) or has [vetoed](crate::Promise::on_abort_veto). A second abort
    /// changes nothing and waits for the end of the first.
    ///
    /// ```
    /// let (promise, download) = kaa_core::InProgress::<usize>::new();
    /// promise.on_abort(|_| println!("closing the connection"));
    /// let over = download.abort();
    /// assert!(over.is_finished() && !over.is_failed());
    /// assert!(download.take_result().unwrap().unwrap_err().is_aborted());
    /// ```
    #[doc(alias = "cancel")]
    #[track_caller]
    pub fn abort(&self) -> InProgress<()> {
        let created = Location::caller();
        let node = self.block().erased();
        match abort_as(&node, &node.describe()) {
            Ok(()) => until_over(&node, created),
            Err(refusal) => {
                let error = NotAbortable::new(refusal).into();
                let refused = InProgress::settled(Err(error), Origin::Code(created));
                if refusal == Refusal::Finished {
                    refused.block().erased().mark_handled();
                }
                refused
            }
        }
    }

    /// Whether an [`abort`](Self::abort) would be tried. A veto is not asked for.
    ///
    /// ```
    /// assert!(!kaa_core::InProgress::finished(1).is_abortable());
    /// ```
    #[must_use]
    pub fn is_abortable(&self) -> bool {
        !self.is_finished() && check(&self.block().erased()).is_ok()
    }

    /// Calls `callback` with the [`InProgressAborted`] when an abort reaches this one, its own or one that passes through:
    /// while it is pending still, and before anything below it is told. It is never called if that does not happen.
    ///
    /// It makes nothing abortable, and does not count as waiting.
    ///
    /// ```
    /// let (promise, work) = kaa_core::InProgress::<u8>::new();
    /// promise.on_abort(|_| println!("second: the producer"));
    /// work.on_abort(|error| println!("first: {error}"));
    /// drop(work.abort());
    /// ```
    #[doc(alias = "signals")]
    pub fn on_abort(&self, callback: impl FnOnce(&Error) + 'static) -> Connection {
        self.add(Wants::Abort, move |lent| {
            if let Lent::Failed(error) = lent {
                callback(error);
            }
        })
    }
}

/// Whether an abort may begin here.
fn check(node: &NodeRef) -> Result<(), Refusal> {
    if !node.header().is_pending() {
        Err(Refusal::Finished)
    } else if is_shielded(node.clone()) {
        Err(Refusal::Protected)
    } else if !node.header().has(Flags::ABORTABLE) {
        Err(Refusal::NobodyToTell)
    } else {
        Ok(())
    }
}

/// Whether it is `noabort`, or does nothing but follow what is.
pub(crate) fn is_shielded(mut node: NodeRef) -> bool {
    loop {
        if node.header().has(Flags::NOABORT) {
            return true;
        }
        if !node.header().has(Flags::LINK) {
            return false;
        }
        let Some(next) = node.waits_for(0) else { return false };
        node = next;
    }
}

/// Aborts `root`, because of an abort of `origin`.
fn abort_as(root: &NodeRef, origin: &TaskRef) -> Result<(), Refusal> {
    let mut answers = Answers::default();
    for _ in 0..MOST_ROUNDS {
        if root.header().is_pending() && root.header().has(Flags::MARKED | Flags::ASKED) {
            return Ok(());
        }
        check(root)?;
        if root.has_vetoes() && !answers.ask(root) {
            return Err(Refusal::Vetoed);
        }
        check(root)?;
        let plan = Plan::new(root.clone(), &answers);
        if plan.unasked.is_empty() {
            plan.carry_out(origin);
            return Ok(());
        }
        for promise in plan.unasked {
            answers.ask(&promise);
        }
    }
    Plan::new(root.clone(), &answers).carry_out(origin);
    Ok(())
}

/// An abort that came while `me` ran takes effect: it has suspended.
#[cold]
pub(crate) fn asked(me: &NodeRef, origin: &TaskRef) {
    me.header().clear(Flags::ASKED);
    // It is a coroutine: there is nobody to refuse.
    let _ = abort_as(me, origin);
}

/// `link`, which is marked, aborts what it follows. False if that cannot be, or somebody else waits for it.
pub(crate) fn pass_on(link: &NodeRef) -> bool {
    let Some(below) = link.waits_for(0) else { return false };
    if below.header().counting() > 1 {
        return false;
    }
    if below.header().has(Flags::MARKED) {
        return true;
    }
    let origin = link.describe();
    below.header().is_pending() && abort_as(&below, &origin).is_ok()
}

/// Aborts what nobody waits for (any more).
pub(crate) fn abort_unwaited(node: &NodeRef, origin: &TaskRef) {
    if node.header().counting() == 0 {
        // What refuses goes on.
        let _ = abort_as(node, origin);
    }
}

/// What promises have said when they were asked, by the address of each.
#[derive(Default)]
struct Answers(HashMap<usize, (NodeRef, bool)>);

impl Answers {
    fn ask(&mut self, promise: &NodeRef) -> bool {
        let key = promise.address();
        if let Some((_, answer)) = self.0.get(&key) {
            return *answer;
        }
        // A veto that aborts its own promise is not asked once more, for it would do it once more.
        let answer = !promise.header().has(Flags::ASKING) && {
            promise.header().set(Flags::ASKING);
            let consents = promise.consents();
            promise.header().clear(Flags::ASKING);
            consents
        };
        self.0.insert(key, (promise.clone(), answer));
        answer
    }
}

/// A node that the abort reaches.
struct Reached {
    node: NodeRef,
    /// The entry that waits for it, and as which of what that waits for; none for the root.
    above: Option<(usize, usize)>,
    depth: usize,
    /// How many waiters of it belong to the one above.
    ties: usize,
    /// To how many the abort passes on from here. From one of the innermost to none.
    passes: usize,
    /// It leads to nothing but what is `noabort`, and is left alone like that.
    is_shielded: bool,
}

/// Where an abort goes, found out without calling anybody.
struct Plan {
    reached: Vec<Reached>,
    /// What is waited for by an entry and stays as it is, as which of what that waits for.
    left_alone: Vec<(usize, usize)>,
    /// What is waited for by an entry more than once: of which it was met as first, as which it was met again.
    twins: HashMap<(usize, usize), Vec<usize>>,
    /// Promises that may object and were not asked.
    unasked: Vec<NodeRef>,
}

/// What an abort does about something that is waited for.
enum Judgement {
    Pass,
    Stop,
    Shielded,
    AskFirst,
}

impl Plan {
    fn new(root: NodeRef, answers: &Answers) -> Self {
        let first =
            Reached { node: root, above: None, depth: 0, ties: 0, passes: 0, is_shielded: false };
        let mut plan = Plan {
            reached: vec![first],
            left_alone: Vec::new(),
            twins: HashMap::new(),
            unasked: Vec::new(),
        };
        let mut at = 0;
        while at < plan.reached.len() {
            let node = plan.reached[at].node.clone();
            // What runs finds out by itself where it goes on, and what is marked has been gone through before.
            if !node.header().has(Flags::RUNNING | Flags::MARKED) {
                plan.go_on_from(at, &node, answers);
            }
            at += 1;
        }
        plan
    }

    fn go_on_from(&mut self, at: usize, node: &NodeRef, answers: &Answers) {
        let mut several = Several::default();
        for index in 0..node.width() {
            let Some(below) = node.waits_for(index) else { continue };
            let ties = match several.ties(node, &below, index) {
                Met::First { ties } => ties,
                Met::Again { first } => {
                    self.twins.entry((at, first)).or_default().push(index);
                    continue;
                }
            };
            match judge(&below, ties, answers) {
                Judgement::Pass => {
                    self.reached[at].passes += 1;
                    let depth = self.reached[at].depth + 1;
                    let above = Some((at, index));
                    let passes = 0;
                    let is_shielded = false;
                    self.reached.push(Reached {
                        node: below,
                        above,
                        depth,
                        ties,
                        passes,
                        is_shielded,
                    });
                }
                // What others wait for as well may be `noabort` further down: then this is, too.
                Judgement::Stop if node.header().has(Flags::LINK) && is_shielded(below.clone()) => {
                    self.stop_above(at, index);
                }
                Judgement::Stop => self.left_alone.push((at, index)),
                Judgement::Shielded => self.stop_above(at, index),
                Judgement::AskFirst => {
                    self.left_alone.push((at, index));
                    self.unasked.push(below);
                }
            }
        }
    }

    /// The `index`th of what is waited for there is `noabort`; so is what only follows it.
    fn stop_above(&mut self, mut at: usize, mut index: usize) {
        while let Some((above, as_index)) = self.reached[at].above
            && self.reached[at].node.header().has(Flags::LINK)
        {
            self.reached[at].is_shielded = true;
            self.reached[above].passes -= 1;
            (at, index) = (above, as_index);
        }
        self.left_alone.push((at, index));
    }

    fn carry_out(self, origin: &TaskRef) {
        for entry in self.reached.iter().filter(|entry| entry.passes > 0) {
            entry.node.mark(origin);
        }
        for &(at, index) in &self.left_alone {
            if self.reached[at].passes > 0 {
                self.let_go(at, index, origin);
            }
        }
        // From here on the user's code runs.
        let mut order: Vec<usize> =
            (0..self.reached.len()).filter(|&at| !self.reached[at].is_shielded).collect();
        order.sort_by_key(|&at| Reverse(self.reached[at].depth));
        for &at in order.iter().filter(|&&at| self.reached[at].passes > 0) {
            let node = &self.reached[at].node;
            let error = error_for(node, origin);
            tell_consumers(node, &error);
            node.tell(&error);
        }
        for &at in order.iter().filter(|&&at| self.reached[at].passes == 0) {
            self.abort_innermost(at, origin);
        }
    }

    /// An entry waits no longer for the `index`th, nor for the same under another number.
    fn let_go(&self, at: usize, index: usize, origin: &TaskRef) {
        let node = &self.reached[at].node;
        node.let_go(index, origin);
        for again in self.twins.get(&(at, index)).into_iter().flatten() {
            if node.header().is_pending() {
                node.let_go(*again, origin);
            }
        }
    }

    fn abort_innermost(&self, at: usize, origin: &TaskRef) {
        let entry = &self.reached[at];
        let header = entry.node.header();
        if !self.is_alone(entry, origin) {
            return;
        }
        tell_consumers(&entry.node, &error_for(&entry.node, origin));
        if self.is_alone(entry, origin) && !header.has(Flags::MARKED) {
            entry.node.abort(origin);
        }
    }

    /// Whether it is still pending, and waited for by nobody but the one above. If there is somebody else, that one waits no
    /// longer.
    fn is_alone(&self, entry: &Reached, origin: &TaskRef) -> bool {
        let header = entry.node.header();
        let Some((at, index)) = entry.above else { return header.is_pending() };
        let above = &self.reached[at].node;
        let waits = above.waits_for(index).is_some_and(|node| node.is_same(&entry.node));
        if !waits || !header.is_pending() || !above.header().is_pending() {
            return false;
        }
        let is_alone = header.counting() <= entry.ties && !header.has(Flags::NOABORT);
        if !is_alone {
            self.let_go(at, index, origin);
        }
        is_alone
    }
}

fn judge(below: &NodeRef, ties: usize, answers: &Answers) -> Judgement {
    let header = below.header();
    if header.has(Flags::NOABORT) {
        return Judgement::Shielded;
    }
    if !header.is_pending() || header.counting() > ties {
        return Judgement::Stop;
    }
    if header.has(Flags::MARKED) {
        return Judgement::Pass;
    }
    if !header.has(Flags::ABORTABLE) {
        return Judgement::Stop;
    }
    if !below.has_vetoes() {
        return Judgement::Pass;
    }
    match answers.0.get(&below.address()) {
        None => Judgement::AskFirst,
        Some((_, true)) => Judgement::Pass,
        Some((_, false)) => Judgement::Stop,
    }
}

/// Members that are the same, which are rare: looked for where a member has more waiters than one.
#[derive(Default)]
struct Several {
    ties: Option<HashMap<usize, usize>>,
    /// As which each was met first.
    seen: HashMap<usize, usize>,
}

enum Met {
    First {
        /// How many waiters of it belong to the one above.
        ties: usize,
    },
    Again {
        first: usize,
    },
}

impl Several {
    fn ties(&mut self, node: &NodeRef, below: &NodeRef, index: usize) -> Met {
        if node.width() < 2 || below.header().counting() < 2 {
            return Met::First { ties: 1 };
        }
        let address = below.address();
        if let Some(&first) = self.seen.get(&address) {
            return Met::Again { first };
        }
        self.seen.insert(address, index);
        let all = self.ties.get_or_insert_with(|| {
            let mut all = HashMap::new();
            for member in (0..node.width()).filter_map(|index| node.waits_for(index)) {
                *all.entry(member.address()).or_insert(0) += 1;
            }
            all
        });
        Met::First { ties: all.get(&address).copied().unwrap_or(1) }
    }
}

fn error_for(node: &NodeRef, origin: &TaskRef) -> Error {
    InProgressAborted::new(origin.clone(), node.describe()).into()
}

fn tell_consumers(node: &NodeRef, error: &Error) {
    while let Some(Waiter::Callback(callback)) = node.header().pop_for_abort() {
        let call = callback.call;
        report::caught(report::PANIC_IN_CALLBACK, node.origin(), || call(Lent::Failed(error)));
    }
}

/// Finishes when something is over, however.
struct Over {
    created: &'static Location<'static>,
    watched: Cell<Option<(NodeRef, SlotId)>>,
}

impl Source<()> for Over {
    type Machine = ();

    const KIND: &'static str = "abort";

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }

    fn settle(body: &Body<Self, ()>, me: &NodeRef) -> bool {
        let is_pending = me.header().is_pending();
        if is_pending {
            body.source.watched.take();
            body.finish(me.header(), Ok(()));
        }
        is_pending
    }

    fn unwanted(body: &Body<Self, ()>, _me: &NodeRef) {
        if let Some((watched, slot)) = body.source.watched.take() {
            drop(watched.header().unlink(slot));
        }
    }
}

fn until_over(node: &NodeRef, created: &'static Location<'static>) -> InProgress<()> {
    if !node.header().is_pending() {
        return InProgress::finished(());
    }
    let over = Known::new(Flags::DERIVED, Over { created, watched: Cell::new(None) }, ());
    let slot = node.header().add(Waiter::Observer(over.erased()));
    over.body().source.watched.set(Some((node.clone(), slot)));
    InProgress::of(over.typed())
}
