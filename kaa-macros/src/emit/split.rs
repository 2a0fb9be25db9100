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
use syn::{Expr, Lifetime};

use super::arms::Arm;
use super::value::{Code, Value};
use crate::ir::{BlockId, ConstructKind, LocalId, RegionId, Seen, Step};
use crate::live::{Fact, Held};

/// A place where paths meet, and the locals that they leave in different ways.
pub(super) struct Split {
    at: BlockId,
    pub(super) locals: Vec<LocalId>,
}

impl Arm<'_> {
    /// The places of this arm behind which a state needs to know what the paths to them left.
    pub(super) fn find_splits(&self) -> Vec<Split> {
        let next = self
            .machine
            .states
            .iter()
            .filter(|to| self.machine.leads_to(self.state.block, to.block));
        let wanted: BTreeSet<LocalId> =
            next.flat_map(|to| self.machine.left_raw(self.state, to)).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let writable = self.writable();
        let mut splits = Vec::new();
        for (at, region) in self.meetings() {
            let is_split = |local: &LocalId| self.is_split(at, region, *local, &writable);
            let locals: Vec<LocalId> = wanted.iter().copied().filter(is_split).collect();
            if !locals.is_empty() {
                splits.push(Split { at, locals });
            }
        }
        splits
    }

    /// Where paths meet: behind constructs, and at the end of a loop's lap. Each with the region that the construct stands in.
    fn meetings(&self) -> Vec<(BlockId, RegionId)> {
        let mut meetings = Vec::new();
        for (region, contents) in self.body.regions.iter().enumerate() {
            for step in &contents.steps {
                if let Step::Construct(construct) = step {
                    meetings.push((construct.exit, RegionId(region)));
                    if let ConstructKind::Loop { next, .. } = construct.kind {
                        meetings.push((next, RegionId(region)));
                    }
                }
            }
        }
        meetings
    }

    /// Blocks at whose end a note can be written: ends of regions, failed conditions, jumps.
    fn writable(&self) -> BTreeSet<BlockId> {
        let mut writable = BTreeSet::new();
        for region in &self.body.regions {
            writable.extend(region.end);
            for step in &region.steps {
                match step {
                    Step::Jump { from, .. } => _ = writable.insert(*from),
                    Step::Construct(construct) => match construct.kind {
                        ConstructKind::If { failed, otherwise: None, .. }
                        | ConstructKind::Test { failed, .. } => _ = writable.insert(failed),
                        _ => {}
                    },
                    _ => {}
                }
            }
        }
        writable
    }

    /// Do the paths that meet at `at` leave the local in different ways, and does nothing happen to it in this arm afterwards?
    fn is_split(
        &self,
        at: BlockId,
        region: RegionId,
        local: LocalId,
        writable: &BTreeSet<BlockId>,
    ) -> bool {
        let is_around =
            self.body.local(local).region.is_some_and(|outer| self.body.is_within(region, outer));
        is_around
            && self.reaches(at)
            && self.fact_at(at, local).differs()
            && (self.late.contains(&local)
                || !self.is_touched_from(at, local) && self.is_clear_before(at, local, writable))
    }

    /// Is it clear at the end of each path to `at` what is left of the local, or has it been noted there? It is not where a condition
    /// alone may have moved it.
    fn is_clear_before(&self, at: BlockId, local: LocalId, writable: &BTreeSet<BlockId>) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![at];
        while let Some(block) = open.pop() {
            for from in self.owned().filter(|from| self.body.block(*from).next.contains(&block)) {
                let differs = self.fact_at(from, local).differs();
                let happens = self.body.block(from).events.iter().any(|event| event.local == local);
                if happens || from == self.state.block || !differs && !writable.contains(&from) {
                    return false;
                }
                if differs && seen.insert(from) {
                    open.push(from);
                }
            }
        }
        true
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

    pub(super) fn split_at(&self, at: BlockId) -> Vec<LocalId> {
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
        let note = self.note(local).filter(|_| is_split && !self.late.contains(&local))?;
        Some(quote!(let #note;))
    }

    /// One of several paths: what is noted in it counts in it only.
    pub(super) fn branch(&mut self, region: RegionId) -> Code {
        let before = self.noted.clone();
        let mut code = self.region(region);
        self.noted = before;
        if self.drops_at_end(region).is_some() {
            // What the pattern bound goes before what it left.
            let bound = self.entry_bindings(region).into_iter().map(|(local, name)| {
                let mutable = self.body.local(local).mutable.then(|| syn::Token![mut](name.span()));
                quote!(let #mutable #name = #name;)
            });
            let inner: Code = bound.chain(code).collect();
            code = self.ended(region, Value::block(&inner)).into_statements();
        }
        code
    }

    /// Drops what a pattern left of a local that is assigned behind this region.
    fn drops_at_end(&self, region: RegionId) -> Option<Code> {
        let region = self.body.region(region);
        region.end.filter(|end| self.reaches(*end))?;
        let drops = region.ends.iter().rev().map(|rest| {
            let name = &self.body.local(*rest).name;
            quote!(::core::mem::drop(#name);)
        });
        Some(drops.collect()).filter(|drops: &Code| !drops.is_empty())
    }

    /// ```text
    /// let __value = { region };
    /// ::core::mem::drop(__rest1);
    /// __value
    /// ```
    pub(super) fn ended(&self, region: RegionId, value: Value) -> Value {
        let Some(drops) = self.drops_at_end(region) else { return value };
        let value = value.into_expression();
        Value::Expression(quote!({ let __value = #value; #(#drops)* __value }))
    }

    /// The notes behind the statements of a region; its value is taken first.
    pub(super) fn note_at_end(&self, region: RegionId, code: &mut Code) {
        let end = self.body.region(region).end.filter(|end| self.reaches(*end));
        let notes = end.map(|end| self.notes(end)).unwrap_or_default();
        if notes.is_empty() {
            return;
        }
        match code.pop_if(|last| syn::parse2::<Expr>(last.clone()).is_ok()) {
            None => code.extend(notes),
            Some(value) => {
                code.push(quote!(let __value = #value;));
                code.extend(notes);
                code.push(quote!(__value));
            }
        }
    }

    /// The notes of an `if` without an `else`, where its condition fails.
    pub(super) fn notes_of_no_branch(&self, failed: BlockId) -> Option<Code> {
        Some(self.notes(failed)).filter(|notes| !notes.is_empty())
    }

    /// ```text
    /// let __value = value;
    /// __left1 = ::core::option::Option::None;
    /// break 'label __value;
    /// ```
    pub(super) fn jump(
        &self,
        label: &Lifetime,
        value: Option<&Expr>,
        semicolon: bool,
        from: BlockId,
        code: &mut Code,
    ) {
        let notes = self.notes(from);
        let taken = value.filter(|_| !notes.is_empty());
        code.extend(taken.map(|value| quote!(let __value = #value;)));
        let is_noted = !notes.is_empty();
        code.extend(notes);
        let value = match value {
            Some(_) if is_noted => Some(quote!(__value)),
            value => value.map(|value| quote!(#value)),
        };
        let semicolon = semicolon.then(<syn::Token![;]>::default);
        code.push(quote!(break #label #value #semicolon));
    }

    /// What is to be noted where the block `from` ends, for the place that it leads to.
    fn notes(&self, from: BlockId) -> Code {
        if !self.reaches(from) {
            return Code::new();
        }
        let next = self.body.block(from).next.iter();
        let locals = next.flat_map(|next| self.split_at(*next));
        let notes = locals.filter(|local| !self.noted.contains(local)).filter_map(|local| {
            let (note, fact) = (self.note(local)?, self.fact_at(from, local));
            if fact.differs() {
                return None;
            }
            let left = if fact.may_be_whole() {
                let place = self.body.local(local).name.span();
                let asked = self.asked(local, fact.seen().unwrap_or(Seen::Anyhow), place);
                quote!(__kaa::keep_some!(#asked))
            } else {
                quote!(::core::option::Option::None)
            };
            Some(quote!(#note = #left;))
        });
        notes.collect()
    }
}
