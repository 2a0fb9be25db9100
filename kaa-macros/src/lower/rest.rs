//! What a pattern leaves of a local: `(a, _)` leaves the second part, which lives as long as the local would.
//!
//! It is bound all the same, and moved at once to a hidden local that is as old as the one that was taken apart.
//!
//! ```text
//! let pair = (Guard("left"), Guard("right"));
//! let __rest1;
//! let (a, __part1) = pair;
//! __rest1 = __part1;
//! ```
//!
//! For the hidden local to stand there, the pattern has to be known where the other is declared: the body is lowered once more.

use std::collections::BTreeMap;

use syn::visit_mut::{self, VisitMut};
use syn::{Pat, parse_quote};

use super::Lower;
use super::pattern::{bindings, binds_whole, names_a_constant, takes_every_part};
use crate::ir::{Leaving, LocalId, Step, What};
use crate::names;

/// How many parts each pattern leaves: by the local's name, which of that name it is, and which pattern that does so with it.
pub(crate) type Rests = BTreeMap<(String, usize, usize), usize>;

/// A part that was bound, and where it is to live on.
pub(super) struct Kept {
    part: proc_macro2::Ident,
    rest: LocalId,
}

impl Lower<'_> {
    /// Declares what will hold the parts that patterns leave of `local`.
    pub(super) fn set_aside(&mut self, local: LocalId) {
        let of = self.body.local(local);
        let (name, ordinal) = (names::plain(&of.name), of.ordinal);
        let (region, declared) = (of.region, of.declared);
        let rests = self.rests;
        for ((_, _, number), parts) in
            rests.range((name.clone(), ordinal, 0)..=(name, ordinal, usize::MAX))
        {
            for _ in 0..*parts {
                let rest = names::rest(self.count("Rest"));
                let id = self.local(rest, true, None);
                let hidden = &mut self.body.locals[id.0];
                (hidden.region, hidden.declared, hidden.is_rest) = (region, declared, true);
                self.event(id, What::Declare { initialised: false });
                self.set_aside.entry((local, *number)).or_default().push(id);
            }
        }
    }

    /// After `pat` has matched `local`: what it took, and what it left.
    ///
    /// `is_given_back`: the region that is entered ends with the local's new value.
    pub(super) fn taken_with_rest(
        &mut self,
        local: Option<LocalId>,
        pat: &mut Pat,
        is_given_back: bool,
    ) -> Vec<Kept> {
        let mut whole = pat.clone();
        let parts = bind_all(&mut whole, || names::part(0));
        let (Some(local), false) = (local, parts.is_empty()) else {
            self.taken_apart(local, pat);
            return Vec::new();
        };
        if bindings(pat).is_empty() || !takes_every_part(&whole) || binds_whole(pat) {
            self.taken_apart(Some(local), pat);
            return Vec::new();
        }
        let number = self.next_leaving(local);
        let Some(rests) = self.set_aside.get(&(local, number)).cloned() else {
            self.leave_parts(local, number, parts.len(), false, is_given_back);
            return Vec::new();
        };
        let parts = bind_all(pat, || names::part(self.count("Part")));
        if is_given_back {
            self.body.regions[self.region.0].ends.clone_from(&rests);
        }
        self.taken_apart(Some(local), &whole);
        parts.into_iter().zip(rests).map(|(part, rest)| Kept { part, rest }).collect()
    }

    /// The same inside of a statement that is not taken apart: there nothing can be kept.
    pub(super) fn taken_inside(&mut self, local: Option<LocalId>, pat: &Pat) {
        let mut whole = pat.clone();
        let parts = bind_all(&mut whole, || names::part(0));
        if let Some(local) = local
            && !parts.is_empty()
            && !bindings(pat).is_empty()
            && takes_every_part(&whole)
        {
            let number = self.next_leaving(local);
            self.leave_parts(local, number, parts.len(), true, false);
        }
        self.taken_apart(local, pat);
    }

    fn next_leaving(&mut self, local: LocalId) -> usize {
        let number = self.leaving.entry(local).or_default();
        *number += 1;
        *number - 1
    }

    fn leave_parts(
        &mut self,
        of: LocalId,
        number: usize,
        parts: usize,
        is_inside: bool,
        is_given_back: bool,
    ) {
        let Some(block) = self.current else { return };
        let at = (block, self.body.block(block).events.len());
        self.body.leavings.push(Leaving { of, number, parts, at, is_inside, is_given_back });
    }

    /// `__rest1 = __part1;`
    pub(super) fn keep_rests(&mut self, kept: Vec<Kept>) {
        for Kept { part, rest } in kept {
            let name = &self.body.local(rest).name;
            let statement = parse_quote!(#name = #part;);
            self.event(rest, What::Assign);
            self.push(Step::Statement(statement));
        }
    }
}

/// Binds the parts that a pattern leaves; gives their names. Nothing where alternatives would have to bind the same.
fn bind_all(pat: &mut Pat, name: impl FnMut() -> proc_macro2::Ident) -> Vec<proc_macro2::Ident> {
    struct Bind<F> {
        name: F,
        bound: Vec<proc_macro2::Ident>,
    }
    impl<F: FnMut() -> proc_macro2::Ident> VisitMut for Bind<F> {
        fn visit_pat_mut(&mut self, pat: &mut Pat) {
            let is_left = match pat {
                Pat::Wild(_) | Pat::Path(_) => true,
                Pat::Ident(ident) => names_a_constant(ident) && ident.ident != "None",
                Pat::Or(_) | Pat::Reference(_) => return,
                _ => false,
            };
            if !is_left {
                return visit_mut::visit_pat_mut(self, pat);
            }
            let name = (self.name)();
            *pat = match &*pat {
                Pat::Wild(_) => parse_quote!(#name),
                part => parse_quote!(#name @ #part),
            };
            self.bound.push(name);
        }
    }
    if matches!(pat, Pat::Wild(_) | Pat::Path(_) | Pat::Ident(_)) {
        return Vec::new();
    }
    let mut bind = Bind { name, bound: Vec::new() };
    bind.visit_pat_mut(pat);
    bind.bound
}
