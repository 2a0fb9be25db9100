//! Entering an arm: what the state holds and by which names, and which of the regions around need a block of their own.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::arms::Arm;
use super::value::Code;
use crate::ir::{BlockId, Borrow, LocalId, RegionId, TextSays, What};
use crate::live::Held;
use crate::names;

/// A local or a slot of neighbours, taken over from the state.
pub(super) struct Bound {
    local: LocalId,
    /// What it is called in the user's text, or the slot's name.
    name: Ident,
    /// What the arm's pattern calls it.
    pattern: Ident,
    mutable: bool,
    slot: usize,
    level: usize,
}

impl Arm<'_> {
    /// Regions from the outermost on that are written without a block of their own.
    pub(super) fn count_flat(&self) -> usize {
        let inner = self.path.iter().skip(1);
        let needs_no_block = |region: RegionId| {
            let ends_more = !self.body.region(region).ends.is_empty();
            !ends_more && (!self.leaves(region) || self.is_bare(region) || self.is_last(region))
        };
        1 + inner.take_while(|(region, _)| needs_no_block(*region)).count()
    }

    /// Is the arm over with `region`, but for the state that it leaves for, and does the arm declare nothing in it that could borrow?
    ///
    /// What the state held of it is dropped when the arm ends: a moment later, before anything else happens.
    fn is_last(&self, region: RegionId) -> bool {
        let is_inside = |id: BlockId| self.body.is_within(self.body.block(id).region, region);
        let outside = self.owned().filter(|id| !is_inside(*id));
        outside.into_iter().all(|id| self.silent.contains(&id)) && !self.declares(region)
    }

    /// Does this arm declare locals of `region` that could borrow, or hide others?
    fn declares(&self, region: RegionId) -> bool {
        self.owned().any(|id| {
            self.body.block(id).events.iter().any(|event| {
                let local = self.body.local(event.local);
                matches!(event.what, What::Declare { .. })
                    && local.region == Some(region)
                    && (local.text_says != TextSays::Number || self.is_ambiguous(event.local))
            })
        })
    }

    /// Does control go on, in this arm or at a state, outside of `region` after having been in it?
    pub(super) fn leaves(&self, region: RegionId) -> bool {
        self.owned().any(|id| {
            let block = self.body.block(id);
            let is_inside = |id: BlockId| self.body.is_within(self.body.block(id).region, region);
            is_inside(id)
                && block.next.iter().any(|next| {
                    let ends = matches!(self.body.block(*next).origin, crate::ir::Origin::End);
                    !ends && !is_inside(*next)
                })
        })
    }

    /// Has `region` neither locals in the state, nor any that this arm declares?
    pub(super) fn is_bare(&self, region: RegionId) -> bool {
        let is_of_it = |local: LocalId| self.body.local(local).region == Some(region);
        let holds =
            self.state.slots.iter().any(|slot| is_of_it(self.machine.slots[*slot].oldest()));
        let declares =
            self.owned().any(|id| {
                self.body.block(id).events.iter().any(|event| {
                    matches!(event.what, What::Declare { .. }) && is_of_it(event.local)
                })
            });
        let region_of = self.body.region(region);
        let has_items =
            !region_of.items.is_empty() || !region_of.ends.is_empty() || region_of.is_unsafe;
        !has_items && !holds && !declares && !self.state.anew.iter().any(|local| is_of_it(*local))
    }

    fn level_of(&self, local: LocalId) -> usize {
        let region = self.body.local(local).region;
        self.path.iter().position(|(other, _)| Some(*other) == region).unwrap_or_default()
    }

    /// Names what the state holds, oldest first.
    pub(super) fn bind(&mut self) -> Vec<Bound> {
        let mut bound: Vec<Bound> = Vec::new();
        for &slot in &self.state.slots {
            let local = self.machine.slots[slot].oldest();
            let binding = self.body.local(local);
            let (name, mutable) = match &self.machine.slots[slot].held {
                Held::ByName(_) => (binding.name.clone(), binding.mutable),
                // It is taken out of a slot that is late, and set again.
                Held::Kept(_) | Held::Left(_) => {
                    (self.machine.slots[slot].name.clone(), self.late.contains(&local))
                }
            };
            let pattern = name.clone();
            bound.push(Bound { local, name, pattern, mutable, slot, level: self.level_of(local) });
        }
        for at in 0..bound.len() {
            let is_hidden = if bound[at].level < self.flat {
                bound[at + 1..]
                    .iter()
                    .any(|newer| newer.level < self.flat && newer.name == bound[at].name)
            } else {
                self.is_ambiguous(bound[at].local)
            };
            if is_hidden {
                let binding = self.body.local(bound[at].local);
                let alias = names::alias(&binding.name, binding.ordinal);
                self.visible.alias(bound[at].local, quote!(#alias));
                bound[at].pattern = alias;
            }
        }
        bound
    }

    /// Does its name mean something else as well, somewhere in the body?
    fn is_ambiguous(&self, local: LocalId) -> bool {
        let name = names::plain(&self.body.local(local).name);
        self.body.foreign.contains(&name)
            || self
                .body
                .local_ids()
                .any(|other| other != local && names::plain(&self.body.local(other).name) == name)
    }

    /// `__FetchState::While1 { sock, site, mut total }`
    pub(super) fn pattern(&self, bound: &[Bound]) -> TokenStream {
        let fields = bound.iter().map(|bound| {
            let slot = &self.machine.slots[bound.slot];
            let (field, name) = (&slot.name, &bound.pattern);
            let mutable =
                (bound.mutable && bound.level < self.flat).then(|| syn::Token![mut](name.span()));
            if *field == *name { quote!(#mutable #name) } else { quote!(#field: #mutable #name) }
        });
        self.variant(self.state, &fields.collect::<Code>())
    }

    // What it takes over.

    /// Locals of the state, and those that hold nothing in it, in the order of their age.
    ///
    /// ```text
    /// let x = __x2;
    /// let mut batch;
    /// ```
    pub(super) fn take_over(&mut self, level: usize, bound: &[Bound]) -> Code {
        let mut code = Code::new();
        let region = self.path[level].0;
        let is_here = |local: &LocalId| self.body.local(*local).region == Some(region);
        let anew: Vec<LocalId> = self.state.anew.iter().copied().filter(is_here).collect();
        let borrows = self.state.borrowed_anew.iter().copied().filter(is_here);
        let mut made: Vec<LocalId> = anew.iter().copied().chain(borrows).collect();
        made.sort_unstable();
        let mut made = made.into_iter().peekable();
        for bound in bound.iter().filter(|bound| bound.level == level) {
            while let Some(older) = made.next_if(|local| *local < bound.local) {
                self.make_anew(older, &mut code);
            }
            self.take_bound(bound, level < self.flat, !code.is_empty(), &mut code);
            code.extend(self.declare_note(bound.local));
        }
        for local in made {
            self.make_anew(local, &mut code);
        }
        let at_once = anew.into_iter().filter(|local| !self.late.contains(local));
        code.extend(at_once.filter_map(|local| self.restore(local)));
        code
    }

    /// A local of the state. What stands in the arm's pattern moves only if it must be dropped before an older one.
    fn take_bound(&mut self, bound: &Bound, is_flat: bool, is_newer: bool, code: &mut Code) {
        let (name, pattern) = (&bound.name, &bound.pattern);
        let mutable = bound.mutable.then(|| syn::Token![mut](name.span()));
        if !is_flat {
            self.keep_hidden(&[(bound.local, name.clone())], code);
            code.push(quote!(let #mutable #name = #pattern;));
            self.visible.rename(bound.local, name);
            return;
        }
        let is_number = self.body.local(bound.local).text_says == TextSays::Number;
        if is_newer && !is_number {
            code.push(quote!(let #mutable #pattern = #pattern;));
        }
        if *name == *pattern {
            self.visible.bind(name, bound.local);
        }
    }

    fn make_anew(&mut self, local: LocalId, code: &mut Code) {
        if self.state.borrowed_anew.contains(&local) {
            self.borrow_anew(local, code);
        } else {
            self.declare_anew(local, code);
        }
    }

    /// `let name: &mut Type = &mut root.field;`
    fn borrow_anew(&mut self, local: LocalId, code: &mut Code) {
        let body = self.body;
        let binding = body.local(local);
        let Some(Borrow { root, mutability, fields }) = &binding.borrow else {
            unreachable!("only a direct borrow is made anew")
        };
        self.keep_hidden(&[(local, binding.name.clone())], code);
        let root = self.visible.access(&body.local(*root).name, *root);
        let (name, ty) = (&binding.name, binding.ty.as_ref().map(|ty| quote!(: #ty)));
        code.push(quote!(let #name #ty = &#mutability #root #(.#fields)*;));
        self.visible.bind(name, local);
    }

    /// Declares a local that holds nothing in the state, or what paths may have left of it.
    fn declare_anew(&mut self, local: LocalId, code: &mut Code) {
        let body = self.body;
        let binding = body.local(local);
        self.keep_hidden(&[(local, binding.name.clone())], code);
        let (name, ty) = (&binding.name, binding.ty.as_ref().map(|ty| quote!(: #ty)));
        let mutable = binding.mutable.then(|| syn::Token![mut](name.span()));
        code.push(quote!(let #mutable #name #ty;));
        self.visible.bind(name, local);
        code.extend(self.declare_note(local));
    }

    /// Gives a local that is declared anew what paths may have left of it, so that Rust knows at run time whether an assignment drops that.
    ///
    /// ```text
    /// if let Some(__left) = __left1 { x = __left; }
    /// ```
    pub(super) fn restore(&self, local: LocalId) -> Option<TokenStream> {
        let slots = self.state.slots.iter().map(|slot| &self.machine.slots[*slot]);
        let slot = slots.into_iter().find(|slot| slot.held == Held::Left(local))?;
        let (left, name) = (&slot.name, &self.body.local(local).name);
        Some(quote!(if let ::core::option::Option::Some(__left) = #left { #name = __left; }))
    }
}
