//! Patterns whose leavings have to be kept: a state comes where the local's scope is still open.

use std::collections::BTreeSet;

use super::is_open;
use crate::ir::{BlockId, Body, Leaving, LocalId, What};

/// The patterns of which what they leave is to be kept; by their place in [`Body::leavings`].
///
/// Not where the local, or a part of it, is mentioned again, and not where it gets a new value: that drops what was left.
pub(super) fn to_keep(
    body: &Body,
    live: &[BTreeSet<LocalId>],
    states: &BTreeSet<BlockId>,
) -> Vec<usize> {
    let is_to_keep = |leaving: &Leaving| {
        !is_mentioned_after(body, leaving, live)
            && (leaving.is_given_back || !super::is_assigned(body, leaving.of))
            && comes_to_a_state(body, leaving, states)
    };
    (0..body.leavings.len()).filter(|at| is_to_keep(&body.leavings[*at])).collect()
}

fn is_mentioned_after(body: &Body, leaving: &Leaving, live: &[BTreeSet<LocalId>]) -> bool {
    let (id, from) = leaving.at;
    let block = body.block(id);
    let mut events = block.events[from..].iter().filter(|event| event.local == leaving.of);
    match events.next().map(|event| event.what) {
        Some(What::Declare { .. } | What::Assign) => false,
        Some(_) => true,
        None => block.next.iter().any(|next| live[next.0].contains(&leaving.of)),
    }
}

fn comes_to_a_state(body: &Body, leaving: &Leaving, states: &BTreeSet<BlockId>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![leaving.at.0];
    while let Some(id) = open.pop() {
        for &next in &body.block(id).next {
            if states.contains(&next) && is_open(body, leaving.of, &body.path(next)) {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}
