//! Direct borrows that no state holds: each arm that mentions one makes it anew.

use std::collections::BTreeSet;

use crate::ir::{Body, LocalId, What};

/// The borrows that mean the same wherever they are made.
///
/// Not one whose root is assigned while it is in use. rustc allows that where the root is a reference itself, and the borrow is one of
/// what it referred to; such a borrow outlives the root, and a state can hold it.
pub(super) fn made_anew(body: &Body, live: &[BTreeSet<LocalId>]) -> BTreeSet<LocalId> {
    let mut borrows: BTreeSet<LocalId> =
        body.local_ids().filter(|local| body.local(*local).borrow.is_some()).collect();
    for block in &body.blocks {
        let mut in_use: BTreeSet<LocalId> =
            block.next.iter().flat_map(|next| live[next.0].iter().copied()).collect();
        for event in block.events.iter().rev() {
            match event.what {
                What::Assign | What::AssignPart => {
                    borrows.retain(|borrow| {
                        !in_use.contains(borrow) || !is_root(body, event.local, *borrow)
                    });
                }
                What::Declare { .. } => {
                    in_use.remove(&event.local);
                }
                What::Mention(_) | What::Move => {
                    in_use.insert(event.local);
                }
            }
        }
    }
    borrows
}

/// Does `borrow` borrow from `root`, perhaps by way of others?
fn is_root(body: &Body, root: LocalId, borrow: LocalId) -> bool {
    let mut at = borrow;
    while let Some(next) = &body.local(at).borrow {
        at = next.root;
        if at == root {
            return true;
        }
    }
    false
}
