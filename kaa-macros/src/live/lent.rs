//! Borrows that a state would have to hold: rustc would refuse that, further away from what the user wrote.

use std::collections::BTreeSet;

use super::{Held, Machine};
use crate::diag::Errors;
use crate::ir::{Body, LocalId};
use crate::{diag, names};

/// Reports each borrow that is to be seen in the text and that crosses a `yield_!`; once each.
pub(crate) fn report(body: &Body, machine: &Machine, errors: &mut Errors) {
    let mut reported: BTreeSet<LocalId> = BTreeSet::new();
    for state in &machine.states {
        let Some(id) = body.resumed_at(state.block) else { continue };
        let waits = body.yields[id.0 - 1].span;
        for slot in &state.slots {
            let held = match &machine.slots[*slot].held {
                Held::ByName(local) => vec![(*local, true)],
                Held::Left(local) => vec![(*local, false)],
                Held::Kept(locals) => locals.iter().map(|(local, _)| (*local, false)).collect(),
            };
            for (local, is_used) in held {
                let binding = body.local(local);
                let Some(lent) = &binding.lent else { continue };
                if (is_used || lent.is_guard) && reported.insert(local) {
                    let borrow = diag::Crossing {
                        local: &names::plain(&binding.name),
                        owner: &lent.owner,
                        place: &lent.place,
                        waits,
                        is_guard: lent.is_guard,
                    };
                    errors.add(borrow.error());
                }
            }
        }
    }
}
