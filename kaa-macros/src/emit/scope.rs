//! Which local each name means at a place of an arm, and how a hidden one is named there.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::ir::{Body, LocalId};
use crate::names;

/// The names that are visible at the place being written.
#[derive(Default)]
pub(super) struct Visible {
    scopes: Vec<Scope>,
}

#[derive(Default)]
struct Scope {
    names: Vec<(String, LocalId)>,
    /// What a local is called where another of its name hides it; nothing where it has its own name again.
    aliases: BTreeMap<LocalId, Option<TokenStream>>,
}

impl Visible {
    pub(super) fn open(&mut self) {
        self.scopes.push(Scope::default());
    }

    pub(super) fn close(&mut self) {
        self.scopes.pop();
    }

    /// From here on `name` means `local`.
    pub(super) fn bind(&mut self, name: &Ident, local: LocalId) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.push((names::plain(name), local));
        }
    }

    /// How many scopes are open.
    pub(super) fn depth(&self) -> usize {
        self.scopes.len()
    }

    /// The scope that `local` is bound in.
    pub(super) fn depth_of(&self, local: LocalId) -> Option<usize> {
        self.scopes.iter().position(|scope| scope.names.iter().any(|(_, bound)| *bound == local))
    }

    pub(super) fn means(&self, name: &Ident) -> Option<LocalId> {
        let name = names::plain(name);
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| scope.names.iter().rev().find(|(known, _)| *known == name))
            .map(|(_, local)| *local)
    }

    /// From here on to the end of this scope, `local` can be named so even if it is hidden.
    pub(super) fn alias(&mut self, local: LocalId, name: TokenStream) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.aliases.insert(local, Some(name));
        }
    }

    /// From here on to the end of this scope, `local` has left its alias for `name`.
    pub(super) fn rename(&mut self, local: LocalId, name: &Ident) {
        self.bind(name, local);
        if let Some(scope) = self.scopes.last_mut() {
            scope.aliases.insert(local, None);
        }
    }

    fn alias_of(&self, local: LocalId) -> Option<&TokenStream> {
        self.scopes.iter().rev().find_map(|scope| scope.aliases.get(&local))?.as_ref()
    }

    pub(super) fn has_alias(&self, local: LocalId) -> bool {
        self.alias_of(local).is_some()
    }

    /// How `local`, bound as `name`, is to be named here.
    pub(super) fn access(&self, name: &Ident, local: LocalId) -> TokenStream {
        match self.alias_of(local) {
            Some(alias) if self.means(name) != Some(local) => alias.clone(),
            _ => quote!(#name),
        }
    }
}

/// A name for a local that is about to be hidden.
///
/// ```text
/// macro_rules! __x1 { () => { x } }
/// ```
///
/// Names in a `macro_rules!` mean what they meant where it was defined. So the local stays where it is: neither is it moved, which
/// would end borrows of it and change when it is dropped, nor is the user's text rewritten.
pub(super) fn make_alias(body: &Body, local: LocalId) -> (TokenStream, TokenStream) {
    let binding = body.local(local);
    let (name, alias) = (&binding.name, names::alias(&binding.name, binding.ordinal));
    (quote!(macro_rules! #alias { () => { #name } }), quote!(#alias!()))
}
