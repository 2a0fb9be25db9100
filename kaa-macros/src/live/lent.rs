//! Borrows that a state would have to hold: rustc would refuse that, further away from what the user wrote.

use std::collections::BTreeSet;

use super::{Held, Machine};
use crate::diag::Errors;
use crate::ir::{Body, Local, LocalId};
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
                    let root = name_of(body.local(lent.root));
                    let borrow = diag::Crossing {
                        local: &name_of(binding),
                        root: &root,
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

/// As the user knows it.
fn name_of(local: &Local) -> String {
    match names::plain(&local.name).as_str() {
        "__self" => "self".to_owned(),
        name => name.to_owned(),
    }
}
