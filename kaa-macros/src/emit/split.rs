//! Locals that a branch inside of an arm leaves in different ways: gone on one path, whole on another.
//!
//! At the end of each path it is noted what is left of the local. The note stands where the local stands, so that it drops in its turn.
//!
//! ```text
//! let lock = Guard("lock");
//! let __left1;
//! if give {
//!     drop(lock);
//!     __left1 = ::core::option::Option::None;
//! } else {
//!     __left1 = __kaa::keep_some!(lock);
//! }
//! ```

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::arms::Arm;
use super::value::Code;
use crate::ir::{BlockId, Construct, ConstructKind, LocalId, RegionId, Seen, Step};
use crate::live::{Fact, Held};

/// A construct, by its place, and the locals that it leaves in different ways.
pub(super) struct Split {
    at: (RegionId, usize),
    locals: Vec<LocalId>,
}

impl Arm<'_> {
    /// The constructs of this arm behind which a state needs to know what they left.
    pub(super) fn find_splits(&self) -> Vec<Split> {
        let next = self
            .machine
            .states
            .iter()
            .filter(|to| self.machine.leads_to(self.body, self.state.block, to.block));
        let wanted: BTreeSet<LocalId> =
            next.flat_map(|to| self.machine.left_raw(self.state, to)).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut splits = Vec::new();
        for (region, contents) in self.body.regions.iter().enumerate() {
            for (step, content) in contents.steps.iter().enumerate() {
                let at = (RegionId(region), step);
                if let Step::Construct(construct) = content
                    && !self.path.iter().rev().skip(1).any(|begun| *begun == at)
                {
                    let is_split = |local: &LocalId| self.is_split(at.0, construct, *local);
                    let locals: Vec<LocalId> = wanted.iter().copied().filter(is_split).collect();
                    if !locals.is_empty() {
                        splits.push(Split { at, locals });
                    }
                }
            }
        }
        splits
    }

    /// Does the construct leave the local in different ways, and nothing happens to it in this arm afterwards?
    fn is_split(&self, region: RegionId, construct: &Construct, local: LocalId) -> bool {
        let is_around =
            self.body.local(local).region.is_some_and(|outer| self.body.is_within(region, outer));
        is_around
            && self.reaches(construct.exit)
            && !self.fact_at(construct.entry, local).differs()
            && self.fact_at(construct.exit, local).differs()
            && !self.is_touched_from(construct.exit, local)
            && self.is_clear_in_all_branches(construct, local)
    }

    /// Is it clear at the end of each branch what is left of the local? It is not where the condition alone may have moved it.
    fn is_clear_in_all_branches(&self, construct: &Construct, local: LocalId) -> bool {
        let is_clear = |end: BlockId| !self.reaches(end) || !self.fact_at(end, local).differs();
        let is_clear_in = |region: &RegionId| {
            let end = self.body.region(*region).end;
            end.is_none_or(is_clear) || self.is_split_within(*region, local)
        };
        match &construct.kind {
            ConstructKind::If { failed, then, otherwise, .. } => {
                is_clear_in(then) && otherwise.as_ref().map_or(is_clear(*failed), is_clear_in)
            }
            ConstructKind::Match { arms, .. } => arms.iter().all(|arm| is_clear_in(&arm.region)),
            _ => false,
        }
    }

    fn is_split_within(&self, outer: RegionId, local: LocalId) -> bool {
        let inside = |region: &RegionId| self.body.is_within(*region, outer);
        (0..self.body.regions.len()).map(RegionId).filter(inside).any(|region| {
            self.body.region(region).steps.iter().any(|step| {
                matches!(step, Step::Construct(inner) if self.is_split(region, inner, local))
            })
        })
    }

    fn fact_at(&self, block: BlockId, local: LocalId) -> Fact {
        self.machine.fact_at(self.body, self.state.block, block, local)
    }

    /// Does anything happen to `local` from `block` on, in this arm, or does a state that comes then hold it as a whole?
    fn is_touched_from(&self, block: BlockId, local: LocalId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![block];
        while let Some(block) = open.pop() {
            let holds_whole = |at: &usize| self.machine.slots[*at].held == Held::ByName(local);
            if self.machine.state_of(block).is_some_and(|to| to.slots.iter().any(holds_whole)) {
                return true;
            }
            if self.reaches(block) && seen.insert(block) {
                let block = self.body.block(block);
                if block.events.iter().any(|event| event.local == local) {
                    return true;
                }
                open.extend(&block.next);
            }
        }
        false
    }

    pub(super) fn split_at(&self, at: (RegionId, usize)) -> Vec<LocalId> {
        let found = self.splits.iter().find(|split| split.at == at);
        found.map(|split| split.locals.clone()).unwrap_or_default()
    }

    /// The slot in which it is noted what is left of `local`.
    fn note(&self, local: LocalId) -> Option<&Ident> {
        let slot = self.machine.slots.iter().find(|slot| slot.held == Held::Left(local));
        slot.map(|slot| &slot.name)
    }

    /// `let __left1;` behind the declaration of a local of which it will be noted what is left.
    pub(super) fn declare_note(&self, local: LocalId) -> Option<TokenStream> {
        let is_split = self.splits.iter().any(|split| split.locals.contains(&local));
        let note = self.note(local).filter(|_| is_split)?;
        Some(quote!(let #note;))
    }

    /// A branch, at the end of which it is noted what is left of `split`.
    pub(super) fn noting(&mut self, region: RegionId, split: &[LocalId]) -> Code {
        let before = self.noted.clone();
        let code = self.region(region);
        let noted = std::mem::replace(&mut self.noted, before);
        let end = self.body.region(region).end.filter(|end| self.reaches(*end));
        let Some(end) = end.filter(|_| !split.is_empty()) else { return code };
        let open: Vec<LocalId> =
            split.iter().copied().filter(|local| !noted.contains(local)).collect();
        let notes = self.notes(end, &open);
        if notes.is_empty() {
            return code;
        }
        with_notes(code, &notes)
    }

    /// The notes of an `if` without an `else`, where its condition fails.
    pub(super) fn notes_of_no_branch(
        &self,
        construct: &Construct,
        split: &[LocalId],
    ) -> Option<Code> {
        let ConstructKind::If { failed, .. } = construct.kind else { return None };
        (!split.is_empty()).then(|| self.notes(failed, split))
    }

    fn notes(&self, at: BlockId, locals: &[LocalId]) -> Code {
        let notes = locals.iter().filter_map(|local| {
            let (note, fact) = (self.note(*local)?, self.fact_at(at, *local));
            if fact.differs() {
                return None;
            }
            let left = if fact.may_be_whole() {
                let place = self.body.local(*local).name.span();
                let asked = self.asked(*local, fact.seen().unwrap_or(Seen::Anyhow), place);
                quote!(__kaa::keep_some!(#asked))
            } else {
                quote!(::core::option::Option::None)
            };
            Some(quote!(#note = #left;))
        });
        notes.collect()
    }
}

/// The notes behind the statements of a branch, and in front of nothing: its value is taken first.
fn with_notes(mut code: Code, notes: &[TokenStream]) -> Code {
    let value = code.pop_if(|last| syn::parse2::<syn::Expr>(last.clone()).is_ok());
    match value {
        None => code.extend(notes.iter().cloned()),
        Some(value) => {
            code.push(quote!(let __value = #value;));
            code.extend(notes.iter().cloned());
            code.push(quote!(__value));
        }
    }
    code
}
