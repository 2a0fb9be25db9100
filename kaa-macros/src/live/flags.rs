//! What is known of each local where a block begins: forward over the graph.

use crate::ir::{Block, BlockId, Body, LocalId, Seen, What};

/// What may have happened last to a local: several things where paths meet.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Fact(u8);

/// Not declared, without a value, or moved.
const GONE: u8 = 1;
/// Has its value, and was last seen as [`Seen`] says: one bit each.
const WHOLE: [(Seen, u8); 7] = [
    (Seen::Anyhow, 2),
    (Seen::Unwrapped, 4),
    (Seen::Iterated, 8),
    (Seen::TakenApart, 16),
    (Seen::Called, 32),
    (Seen::Mapped, 64),
    (Seen::Collected, 128),
];

impl Fact {
    pub(crate) fn may_be_whole(self) -> bool {
        self.0 & !GONE != 0
    }

    /// Has its value on every path, and nothing may have taken of it.
    fn is_untouched(self) -> bool {
        self.seen() == Some(Seen::Anyhow)
    }

    /// Whole on one path, gone or differently seen on another.
    pub(crate) fn differs(self) -> bool {
        self.0.count_ones() > 1
    }

    /// How it was last seen, if that is the same on every path.
    pub(crate) fn seen(self) -> Option<Seen> {
        WHOLE.iter().find(|(_, bit)| self.0 == *bit).map(|(seen, _)| *seen)
    }
}

/// A fact for each local.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Facts(Vec<Fact>);

impl Facts {
    pub(crate) fn of(&self, local: LocalId) -> Fact {
        self.0[local.0]
    }

    fn apply(&mut self, local: LocalId, what: What) {
        self.0[local.0] = match what {
            What::Move | What::Declare { initialised: false } => Fact(GONE),
            What::Declare { initialised: true } | What::Assign => whole(Seen::Anyhow),
            What::Mention(seen) => whole(seen),
            What::AssignPart => return,
        };
    }
}

fn whole(seen: Seen) -> Fact {
    let bit = WHOLE.iter().find(|(other, _)| *other == seen).map_or(GONE, |(_, bit)| *bit);
    Fact(bit)
}

/// What is known at the start of each block; nothing of a block that is not reached.
pub(super) fn before(body: &Body) -> Vec<Option<Facts>> {
    let nothing = Facts(vec![Fact(GONE); body.locals.len()]);
    spread(body, BlockId(0), nothing, |_| true)
}

/// What is known at the start of each block that is reached from `start` by way of `passes`.
fn spread(
    body: &Body,
    start: BlockId,
    known: Facts,
    passes: impl Fn(BlockId) -> bool,
) -> Vec<Option<Facts>> {
    let mut before: Vec<Option<Facts>> = vec![None; body.blocks.len()];
    before[start.0] = Some(known);
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        let Some(mut facts) = before[id.0].clone() else { continue };
        let block = body.block(id);
        for event in &block.events {
            facts.apply(event.local, event.what);
        }
        for &next in block.next.iter().filter(|next| passes(**next)) {
            if merge(&mut before[next.0], &facts) {
                open.push(next);
            }
        }
    }
    before
}

/// What the arm of the state `from` knows where each of its blocks begins. Other arms may come to the same blocks: what they know does
/// not count.
pub(super) fn within(
    body: &Body,
    from: BlockId,
    known: &Facts,
    arm: impl Fn(BlockId) -> bool,
) -> Vec<Option<Facts>> {
    spread(body, from, known.clone(), |next| next != from && arm(next))
}

/// What is known where the arm of the state `from`, which comes to the blocks of `arm`, goes on to the state `to`.
pub(super) fn between(
    body: &Body,
    from: BlockId,
    known: &Facts,
    to: BlockId,
    arm: impl Fn(BlockId) -> bool,
) -> Option<Facts> {
    let before = within(body, from, known, arm);
    let mut known = None;
    for id in body.block_ids().filter(|id| body.block(*id).next.contains(&to)) {
        let Some(mut facts) = before[id.0].clone() else { continue };
        for event in &body.block(id).events {
            facts.apply(event.local, event.what);
        }
        merge(&mut known, &facts);
    }
    known
}

/// Adds what one path knows; true if that was new.
fn merge(known: &mut Option<Facts>, more: &Facts) -> bool {
    let Some(known) = known else {
        *known = Some(more.clone());
        return true;
    };
    let mut changed = false;
    for (known, more) in known.0.iter_mut().zip(&more.0) {
        changed |= known.0 | more.0 != known.0;
        known.0 |= more.0;
    }
    changed
}

/// Of each event of a block: is it an assignment that drops an old value for certain?
pub(super) fn assigns_what_has_a_value(block: &Block, before: &Facts) -> Vec<bool> {
    let mut facts = before.clone();
    let drops = block.events.iter().map(|event| {
        let drops = event.what == What::Assign && facts.of(event.local).is_untouched();
        facts.apply(event.local, event.what);
        drops
    });
    drops.collect()
}
