//! Locals of which a state holds what paths may have left, and that only one path of its arm assigns.
//!
//! Such a local stays what it is in the state, an `Option`, until it is assigned: only there the local itself gets what was left of it,
//! so that Rust knows at run time whether the assignment drops that.
//!
//! ```text
//! let mut last: Guard;
//! '__for1: {
//!     if __resume.output(__yield1)? > 3 {
//!         break '__for1;
//!     }
//!     if let Some(__left) = __left1 { last = __left; }
//!     last = Guard("last");
//!     __left1 = __kaa::keep_some!(last);
//! }
//! ```

use std::collections::BTreeSet;

use quote::ToTokens;

use super::arms::Arm;
use super::value::Code;
use crate::ir::{BlockId, LocalId};
use crate::live::Held;
use crate::lower::mentioned;
use crate::names;

impl Arm<'_> {
    /// The locals that stay in their `Option` until they are assigned: a state that comes needs them, and not all paths to it agree.
    pub(super) fn find_late(&self) -> BTreeSet<LocalId> {
        let next = self
            .machine
            .states
            .iter()
            .filter(|to| self.machine.leads_to(self.state.block, to.block));
        let differs = |to: BlockId, local: LocalId| {
            self.machine.fact_between(self.body, self.state.block, to, local).differs()
        };
        let is_held = |local: LocalId| {
            let mut held = self.state.slots.iter().map(|slot| &self.machine.slots[*slot].held);
            held.any(|held| *held == Held::Left(local))
        };
        let needed = next.flat_map(|to| {
            let left = self.machine.left_raw(self.state, to);
            left.filter(move |local| differs(to.block, *local))
        });
        needed.filter(|local| is_held(*local)).collect()
    }

    /// Gives a local what was left of it, in front of code that assigns it.
    ///
    /// ```text
    /// if let Some(__left) = __left1 { last = __left; }
    /// ```
    pub(super) fn restore_late(&mut self, touching: &impl ToTokens, code: &mut Code) {
        if self.late.is_disjoint(&self.noted) {
            return;
        }
        let names = mentioned(touching.to_token_stream());
        let late: Vec<LocalId> = self.late.intersection(&self.noted).copied().collect();
        for local in late {
            let name = &self.body.local(local).name;
            let is_named = names.contains(&names::plain(name));
            if is_named && self.visible.means(name) == Some(local) {
                code.extend(self.restore(local));
                self.noted.remove(&local);
                self.restored.insert(local);
            }
        }
    }

    /// Writes a construct whose value is delivered at `exit`: behind it a local is what all the paths through it made of it.
    pub(super) fn paths<T>(&mut self, exit: BlockId, write: impl FnOnce(&mut Self) -> T) -> T {
        let outside = std::mem::take(&mut self.restored);
        let before = self.noted.clone();
        let value = write(self);
        self.noted = before.difference(&self.restored).copied().collect();
        self.noted.extend(self.split_at(exit));
        self.restored.extend(outside);
        value
    }
}
