//! Which states there are, and what each of them holds.
//!
//! A state is the start, a suspension, the head of a loop, or a place behind a construct that is reached from two arms. What it holds
//! of a local is decided by what last happened to the local on the way to it, and by whether it is mentioned after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{BlockId, Body, LocalId, Origin, RegionId, Seen, TextSays, What};
use crate::names;

mod borrow;
mod flags;
mod lent;
mod rest;

pub(crate) use flags::Fact;
use flags::Facts;
pub(crate) use lent::report as report_borrows;

/// The states of a machine, in the order of the text.
pub(crate) struct Machine {
    pub(crate) states: Vec<State>,
    /// Of each slot its name; a state lists slots by their place here, oldest first.
    pub(crate) slots: Vec<Slot>,
    /// From which states each block is entered without passing another.
    owners: Vec<BTreeSet<BlockId>>,
    is_state: BTreeMap<BlockId, usize>,
    /// Of each state those to which its arm goes.
    next: BTreeMap<BlockId, BTreeSet<BlockId>>,
    /// What is known of locals where a block begins.
    before: Vec<Option<Facts>>,
    /// Patterns whose leavings have to be kept; by their place in [`Body::leavings`].
    pub(crate) leavings: Vec<usize>,
}

pub(crate) struct State {
    pub(crate) block: BlockId,
    pub(crate) name: String,
    pub(crate) doc: String,
    /// What it holds, oldest first: places in [`Machine::slots`].
    pub(crate) slots: Vec<usize>,
    /// Locals whose scope is open, that hold nothing or [`Held::Left`], and that the arm assigns: it declares them anew.
    pub(crate) anew: Vec<LocalId>,
    /// Direct borrows that the arm mentions: it makes them anew.
    pub(crate) borrowed_anew: Vec<LocalId>,
}

/// A place of the enum: a local by its name, or neighbours that are never mentioned again.
pub(crate) struct Slot {
    pub(crate) name: proc_macro2::Ident,
    /// The type parameter of the enum that is its type.
    pub(crate) parameter: String,
    pub(crate) held: Held,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Held {
    ByName(LocalId),
    /// Asked by their types, with how each was last seen; oldest first.
    Kept(Neighbours),
    /// An `Option`: paths differ in what they left of the local.
    Left(LocalId),
}

impl Slot {
    /// The local whose age is the slot's, and whose region it belongs to.
    pub(crate) fn oldest(&self) -> LocalId {
        match &self.held {
            Held::ByName(local) | Held::Left(local) => *local,
            Held::Kept(locals) => locals[0].0,
        }
    }
}

impl Machine {
    pub(crate) fn state_of(&self, block: BlockId) -> Option<&State> {
        self.is_state.get(&block).map(|&at| &self.states[at])
    }

    /// What is known of `local` where the arm of `from` goes to the state `to`.
    pub(crate) fn fact_between(
        &self,
        body: &Body,
        from: BlockId,
        to: BlockId,
        local: LocalId,
    ) -> Fact {
        let known = self.before[from.0].as_ref();
        known
            .and_then(|known| flags::between(body, from, known, to, |id| self.reaches(from, id)))
            .map(|facts| facts.of(local))
            .unwrap_or_default()
    }

    /// What the arm of `from` knows of `local` where `block` begins.
    pub(crate) fn fact_at(
        &self,
        body: &Body,
        from: BlockId,
        block: BlockId,
        local: LocalId,
    ) -> Fact {
        let Some(known) = &self.before[from.0] else { return Fact::default() };
        let within = flags::within(body, from, known, |id| self.reaches(from, id));
        within[block.0].as_ref().map(|facts| facts.of(local)).unwrap_or_default()
    }

    /// Locals of which paths inside of one arm leave different things, and that a state holds in the end.
    pub(crate) fn split_inside_arms(&self, body: &Body) -> BTreeSet<LocalId> {
        let mut split = BTreeSet::new();
        for from in &self.states {
            for to in self.states.iter().filter(|to| self.leads_to(from.block, to.block)) {
                split.extend(self.left_raw(from, to).filter(|local| {
                    self.fact_between(body, from.block, to.block, *local).differs()
                }));
            }
        }
        split
    }

    /// Does the arm of `from` go to the state `to`?
    pub(crate) fn leads_to(&self, from: BlockId, to: BlockId) -> bool {
        self.next.get(&from).is_some_and(|next| next.contains(&to))
    }

    /// Locals of which the arm of `from` has to find out what is left of them for the state `to`.
    pub(crate) fn left_raw<'a>(
        &'a self,
        from: &'a State,
        to: &'a State,
    ) -> impl Iterator<Item = LocalId> + 'a {
        let arrives = move |at: &usize, local: &LocalId| {
            from.slots.contains(at) && !from.anew.contains(local)
        };
        to.slots.iter().filter_map(move |at| match self.slots[*at].held {
            Held::Left(local) if !arrives(at, &local) => Some(local),
            _ => None,
        })
    }

    /// Does the arm of `state` come to `block`?
    pub(crate) fn reaches(&self, state: BlockId, block: BlockId) -> bool {
        self.owners[block.0].contains(&state)
    }
}

/// Finds the states and what they hold.
pub(crate) fn analyse(body: &Body) -> Machine {
    let (is_state, owners) = find_states(body);
    let before = flags::before(body);
    let live = find_live(body, &before);
    let borrows = borrow::made_anew(body, &live);
    let order: Vec<BlockId> = in_order_of_the_text(body, &is_state);
    let mut plans: Vec<Plan> = Vec::new();
    for &block in &order {
        plans.push(plan(body, block, &before, &live, &owners, &borrows));
    }
    let leavings = rest::to_keep(body, &live, &is_state);
    let slots = make_slots(body, &mut plans);
    let mut states = Vec::new();
    for (block, plan) in order.iter().zip(&plans) {
        states.push(State {
            block: *block,
            name: state_name(body, *block),
            doc: state_doc(body, *block),
            slots: slots_of(plan, &slots),
            anew: anew(body, *block, plan, &owners),
            borrowed_anew: plan.borrowed_anew.clone(),
        });
    }
    let is_state = order.iter().enumerate().map(|(at, block)| (*block, at)).collect();
    let next = find_next(body, &owners, &is_state);
    Machine { states, slots, owners, is_state, next, before, leavings }
}

// States.

fn find_states(body: &Body) -> (BTreeSet<BlockId>, Vec<BTreeSet<BlockId>>) {
    let reached = reached(body);
    let mut states: BTreeSet<BlockId> = body
        .block_ids()
        .filter(|id| reached.contains(id))
        .filter(|id| {
            matches!(
                body.block(*id).origin,
                Origin::Start | Origin::Resume(_) | Origin::LoopHead { .. }
            )
        })
        .collect();
    loop {
        let owners = find_owners(body, &states);
        let join = body.block_ids().find(|id| {
            matches!(body.block(*id).origin, Origin::After { .. })
                && !states.contains(id)
                && owners[id.0].len() > 1
        });
        match join {
            None => return (states, owners),
            Some(join) => states.insert(join),
        };
    }
}

fn reached(body: &Body) -> BTreeSet<BlockId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![BlockId(0)];
    while let Some(block) = open.pop() {
        if reached.insert(block) {
            open.extend(&body.block(block).next);
        }
    }
    reached
}

/// Of each block the states from which it is entered without passing another.
fn find_owners(body: &Body, states: &BTreeSet<BlockId>) -> Vec<BTreeSet<BlockId>> {
    let mut owners = vec![BTreeSet::new(); body.blocks.len()];
    for &state in states {
        let mut open = vec![state];
        while let Some(block) = open.pop() {
            let is_other_state = block != state && states.contains(&block);
            if !is_other_state && owners[block.0].insert(state) {
                open.extend(&body.block(block).next);
            }
        }
    }
    owners
}

fn find_next(
    body: &Body,
    owners: &[BTreeSet<BlockId>],
    is_state: &BTreeMap<BlockId, usize>,
) -> BTreeMap<BlockId, BTreeSet<BlockId>> {
    let mut next: BTreeMap<BlockId, BTreeSet<BlockId>> = BTreeMap::new();
    for id in body.block_ids() {
        for to in body.block(id).next.iter().filter(|to| is_state.contains_key(to)) {
            for from in &owners[id.0] {
                next.entry(*from).or_default().insert(*to);
            }
        }
    }
    next
}

fn in_order_of_the_text(body: &Body, states: &BTreeSet<BlockId>) -> Vec<BlockId> {
    let mut order: Vec<BlockId> = states.iter().copied().collect();
    // Where a state stands: the step of the outermost region, then of the next one in, and so on.
    order.sort_by_key(|block| {
        let path: Vec<(usize, usize)> =
            body.path(*block).iter().map(|(region, step)| (*step, region.0)).collect();
        let steps_and_regions: Vec<usize> =
            path.into_iter().flat_map(|(step, region)| [region, step]).collect();
        steps_and_regions
    });
    order
}

fn state_name(body: &Body, block: BlockId) -> String {
    match &body.block(block).origin {
        Origin::Resume(id) => {
            let found = &body.yields[id.0 - 1];
            names::yield_state(id.0, found.callee.as_deref())
        }
        Origin::LoopHead { name, .. } | Origin::After { name, .. } => name.clone(),
        _ => "Start".to_owned(),
    }
}

fn state_doc(body: &Body, block: BlockId) -> String {
    match &body.block(block).origin {
        Origin::Resume(id) => match body.yields[id.0 - 1].text.as_str() {
            "" => " Waiting for a turn of the loop.".to_owned(),
            text => format!(" Waiting for `{text}`."),
        },
        Origin::LoopHead { text, .. } => format!(" At the head of `{text}`."),
        Origin::After { text, .. } => format!(" After `{text}`."),
        _ => " Not started.".to_owned(),
    }
}

// Liveness.

/// Of each block the locals that are mentioned from its start on, before they get a new value.
fn find_live(body: &Body, before: &[Option<Facts>]) -> Vec<BTreeSet<LocalId>> {
    let mut live = vec![BTreeSet::new(); body.blocks.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for id in body.block_ids().rev() {
            let Some(facts) = &before[id.0] else { continue };
            let now = live_before(body, id, facts, &live);
            changed |= now != live[id.0];
            live[id.0] = now;
        }
    }
    live
}

fn live_before(
    body: &Body,
    id: BlockId,
    facts: &Facts,
    live: &[BTreeSet<LocalId>],
) -> BTreeSet<LocalId> {
    let block = body.block(id);
    let mut now: BTreeSet<LocalId> =
        block.next.iter().flat_map(|next| live[next.0].iter().copied()).collect();
    let assigns_whole = flags::assigns_what_has_a_value(block, facts);
    for (event, drops_old_value) in block.events.iter().zip(assigns_whole).rev() {
        match event.what {
            What::Declare { .. } => now.remove(&event.local),
            What::Assign if !drops_old_value => now.remove(&event.local),
            _ => now.insert(event.local),
        };
    }
    now
}

// What is held.

/// What one state holds, before slots are made.
struct Plan {
    held: Vec<(LocalId, Hold)>,
    anew: Vec<LocalId>,
    borrowed_anew: Vec<LocalId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hold {
    ByName,
    /// By its name if it is held so anywhere, else kept.
    Whole,
    Kept(Seen),
    /// Paths differ.
    Left,
}

/// A local's scope is open at a place if its region is around it and its declaration before it.
fn is_open(body: &Body, local: LocalId, path: &[(RegionId, usize)]) -> bool {
    let local = body.local(local);
    path.iter().any(|(region, step)| {
        local.region == Some(*region) && local.declared.is_none_or(|declared| declared < *step)
    })
}

fn plan(
    body: &Body,
    state: BlockId,
    before: &[Option<Facts>],
    live: &[BTreeSet<LocalId>],
    owners: &[BTreeSet<BlockId>],
    borrows: &BTreeSet<LocalId>,
) -> Plan {
    let path = body.path(state);
    let mut plan = Plan { held: Vec::new(), anew: Vec::new(), borrowed_anew: Vec::new() };
    let Some(facts) = &before[state.0] else { return plan };
    if matches!(body.block(state).origin, Origin::Start) {
        let arguments = body.local_ids().filter(|local| body.local(*local).is_argument);
        plan.held.extend(arguments.map(|local| (local, Hold::ByName)));
        let is_rest = |local: &LocalId| {
            let of = body.local(*local);
            of.is_rest && of.declared.is_none() && is_open(body, *local, &path)
        };
        let gets_value = |local: &LocalId| is_given_a_value(body, state, *local, owners);
        plan.anew.extend(body.local_ids().filter(is_rest).filter(gets_value));
        return plan;
    }
    for local in body.local_ids().filter(|local| is_open(body, *local, &path)) {
        let fact = facts.of(local);
        if body.local(local).in_guard {
            continue;
        }
        if borrows.contains(&local) {
            if live[state.0].contains(&local) && is_written(body, state, local, owners) {
                plan.borrowed_anew.push(local);
            }
            continue;
        }
        let hold = if live[state.0].contains(&local) {
            Some(Hold::ByName)
        } else {
            held_for_its_drop(body, local, fact)
        };
        match hold {
            Some(hold) => plan.held.push((local, hold)),
            None if is_written(body, state, local, owners) => plan.anew.push(local),
            None => {}
        }
    }
    plan
}

/// A local that is never mentioned again: what is held of it because its scope is open.
fn held_for_its_drop(body: &Body, local: LocalId, fact: Fact) -> Option<Hold> {
    let text_says = body.local(local).text_says;
    if matches!(text_says, TextSays::Number | TextSays::BorrowingClosure) || !fact.may_be_whole() {
        return None;
    }
    if fact.differs() {
        return Some(Hold::Left);
    }
    match fact.seen() {
        // What is assigned is asked for by its own type, not by that of a slot.
        Some(Seen::Anyhow) | None if is_assigned(body, local) => Some(Hold::ByName),
        Some(Seen::Anyhow) | None => Some(Hold::Whole),
        // The assignment is to drop what is held, if that is anything.
        Some(_) if is_assigned(body, local) => Some(Hold::Left),
        Some(seen) => Some(Hold::Kept(seen)),
    }
}

/// The locals that the arm of `state` declares anew, oldest first.
fn anew(body: &Body, state: BlockId, plan: &Plan, owners: &[BTreeSet<BlockId>]) -> Vec<LocalId> {
    let left = plan
        .held
        .iter()
        .filter(|(local, hold)| *hold == Hold::Left && is_written(body, state, *local, owners));
    let anew = plan.anew.iter().copied().chain(left.map(|(local, _)| *local));
    Vec::from_iter(BTreeSet::from_iter(anew))
}

/// Is the local ever assigned as a whole?
fn is_assigned(body: &Body, local: LocalId) -> bool {
    let mut events = body.blocks.iter().flat_map(|block| &block.events);
    events.any(|event| event.local == local && event.what == What::Assign)
}

/// Does the arm of `state` mention the local?
fn is_written(body: &Body, state: BlockId, local: LocalId, owners: &[BTreeSet<BlockId>]) -> bool {
    body.block_ids()
        .filter(|id| owners[id.0].contains(&state))
        .any(|id| body.block(id).events.iter().any(|event| event.local == local))
}

/// Does the arm of `state` do more with the local than declare it?
fn is_given_a_value(
    body: &Body,
    state: BlockId,
    local: LocalId,
    owners: &[BTreeSet<BlockId>],
) -> bool {
    let events = body
        .block_ids()
        .filter(|id| owners[id.0].contains(&state))
        .flat_map(|id| &body.block(id).events);
    events
        .into_iter()
        .any(|event| event.local == local && !matches!(event.what, What::Declare { .. }))
}

// Slots.

fn make_slots(body: &Body, plans: &mut [Plan]) -> Vec<Slot> {
    let loose: BTreeSet<LocalId> = plans
        .iter()
        .flat_map(|plan| &plan.held)
        .filter(|(_, hold)| *hold == Hold::Left)
        .map(|(local, _)| *local)
        .collect();
    // Where paths differ once, every state holds the local in the same way.
    for (local, hold) in plans.iter_mut().flat_map(|plan| &mut plan.held) {
        if *hold != Hold::ByName && loose.contains(local) {
            *hold = Hold::Left;
        }
    }
    let by_name: BTreeSet<LocalId> = plans
        .iter()
        .flat_map(|plan| &plan.held)
        .filter(|(local, hold)| {
            *hold == Hold::ByName || *hold == Hold::Whole && body.local(*local).is_argument
        })
        .map(|(local, _)| *local)
        .collect();
    for (local, hold) in plans.iter_mut().flat_map(|plan| &mut plan.held) {
        if *hold == Hold::Whole {
            *hold = if by_name.contains(local) { Hold::ByName } else { Hold::Kept(Seen::Anyhow) };
        }
    }
    let mut slots: Vec<Slot> = Vec::new();
    for local in body.local_ids() {
        if by_name.contains(&local) {
            let binding = body.local(local);
            let name = names::slot(&binding.name, binding.ordinal);
            slots.push(Slot { name, parameter: String::new(), held: Held::ByName(local) });
        }
    }
    slots.extend(loose.iter().map(|local| Slot {
        name: names::left(1),
        parameter: String::new(),
        held: Held::Left(*local),
    }));
    slots.extend(kept_slots(body, plans, &by_name));
    slots.sort_by_key(Slot::oldest);
    name_slots(body, &mut slots, &by_name);
    slots
}

/// Which states hold a local as kept, and how it was last seen.
type Holders = BTreeMap<usize, Seen>;

/// Locals in the order of their age, each with how it was last seen.
type Neighbours = Vec<(LocalId, Seen)>;

/// Neighbours in age that the same states hold share a slot.
fn kept_slots(body: &Body, plans: &[Plan], by_name: &BTreeSet<LocalId>) -> Vec<Slot> {
    let mut slots: Vec<(Neighbours, BTreeSet<usize>)> = Vec::new();
    for local in body.local_ids() {
        let holders: Holders = plans
            .iter()
            .enumerate()
            .flat_map(|(at, plan)| plan.held.iter().map(move |(held, hold)| (at, *held, *hold)))
            .filter_map(|(at, held, hold)| match hold {
                Hold::Kept(seen) if held == local => Some((at, seen)),
                _ => None,
            })
            .collect();
        for seen in BTreeSet::from_iter(holders.values().copied()) {
            let states: BTreeSet<usize> = holders
                .iter()
                .filter(|(_, other)| **other == seen)
                .map(|(state, _)| *state)
                .collect();
            let neighbour = slots.last_mut().filter(|(locals, others)| {
                let newest = locals[locals.len() - 1].0;
                *others == states
                    && newest != local
                    && body.local(newest).region == body.local(local).region
                    && !states.iter().any(|state| holds_between(&plans[*state], newest, local))
                    && !by_name.contains(&local)
            });
            match neighbour {
                Some((locals, _)) => locals.push((local, seen)),
                None => slots.push((vec![(local, seen)], states)),
            }
        }
    }
    let slot = |(locals, _): (Neighbours, _)| Slot {
        name: body.local(locals[0].0).name.clone(),
        parameter: String::new(),
        held: Held::Kept(locals),
    };
    slots.into_iter().map(slot).collect()
}

fn holds_between(plan: &Plan, older: LocalId, newer: LocalId) -> bool {
    plan.held.iter().any(|(local, _)| older < *local && *local < newer)
}

/// Names the slots, and their type parameters after them.
fn name_slots(body: &Body, slots: &mut [Slot], by_name: &BTreeSet<LocalId>) {
    let (mut kept, mut left) = (0, 0);
    let mut used = BTreeSet::new();
    for slot in slots {
        if let Held::Kept(locals) = &slot.held {
            let only = body.local(locals[0].0);
            let own_name = names::slot(&only.name, only.ordinal);
            let is_alone = locals.len() == 1 && !by_name.contains(&locals[0].0);
            slot.name = if is_alone && !used.contains(&own_name.to_string()) {
                own_name
            } else {
                kept += 1;
                names::kept(kept)
            };
        }
        if let Held::Left(_) = &slot.held {
            left += 1;
            slot.name = names::left(left);
        }
        used.insert(slot.name.to_string());
        let parameter = names::parameter(&slot.name);
        let mut unique = parameter.clone();
        let mut number = 2;
        while used.contains(&format!("<{unique}>")) {
            unique = format!("{parameter}{number}");
            number += 1;
        }
        used.insert(format!("<{unique}>"));
        slot.parameter = unique;
    }
}

fn slots_of(plan: &Plan, slots: &[Slot]) -> Vec<usize> {
    let holds = |slot: &Slot| {
        plan.held.iter().any(|(local, hold)| match (&slot.held, hold) {
            (Held::ByName(named), Hold::ByName) => named == local,
            (Held::Left(named), Hold::Left) => named == local,
            (Held::Kept(locals), Hold::Kept(seen)) => locals.contains(&(*local, *seen)),
            _ => false,
        })
    };
    (0..slots.len()).filter(|at| holds(&slots[*at])).collect()
}
