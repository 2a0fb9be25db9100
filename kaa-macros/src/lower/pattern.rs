//! Patterns: what they bind, and what they take of the value they are matched with.

use syn::{Expr, Pat, Type};

use super::Lower;
use crate::ir::{LocalId, Seen, What};
use crate::names;

impl Lower<'_> {
    /// Declares what `pat` binds, in the order of the text.
    pub(super) fn declare(&mut self, pat: &Pat, initialised: bool) {
        for binding in bindings(pat) {
            let id = self.local(binding.name.clone(), binding.mutable, binding.ty.cloned());
            self.event(id, What::Declare { initialised });
        }
    }

    /// Evaluates what `pat` is about to be matched with.
    pub(super) fn scrutinee(&mut self, expr: &Expr, pat: &Pat) {
        match (self.local_named_by(expr), binds_whole(pat)) {
            (Some(local), true) => self.event(local, What::Move),
            (None, true) => self.value(expr),
            _ => self.place(expr),
        }
    }

    /// After `pat` has matched: the local that it was matched with may have been taken apart.
    pub(super) fn taken_apart(&mut self, expr: &Expr, pat: &Pat) {
        if let Some(local) = self.local_named_by(expr)
            && !binds_whole(pat)
            && takes_every_part(pat)
            && !bindings(pat).is_empty()
        {
            self.event(local, What::Mention(Seen::TakenApart));
        }
    }

    pub(super) fn local_named_by(&mut self, expr: &Expr) -> Option<LocalId> {
        match expr {
            Expr::Path(path) if path.qself.is_none() => {
                let name = names::plain(path.path.get_ident()?);
                self.resolve(&name)
            }
            Expr::Paren(paren) => self.local_named_by(&paren.expr),
            Expr::Group(group) => self.local_named_by(&group.expr),
            _ => None,
        }
    }
}

/// A name that a pattern binds.
pub(crate) struct Binding<'a> {
    pub(crate) name: &'a proc_macro2::Ident,
    pub(crate) mutable: bool,
    pub(crate) ty: Option<&'a Type>,
}

/// What `pat` binds. Of an or-pattern the first case tells it: the others bind the same.
pub(crate) fn bindings(pat: &Pat) -> Vec<Binding<'_>> {
    let mut found = Vec::new();
    collect(pat, None, &mut found);
    found
}

fn collect<'a>(pat: &'a Pat, ty: Option<&'a Type>, found: &mut Vec<Binding<'a>>) {
    match pat {
        Pat::Ident(ident) => {
            if !names_a_constant(ident) {
                let mutable = ident.mutability.is_some() && ident.by_ref.is_none();
                found.push(Binding { name: &ident.ident, mutable, ty });
            }
            if let Some((_, inner)) = &ident.subpat {
                collect(inner, None, found);
            }
        }
        Pat::Type(typed) => collect(&typed.pat, Some(&typed.ty), found),
        Pat::Guard(guard) => collect(&guard.pat, None, found),
        Pat::Or(or) => or.cases.first().into_iter().for_each(|case| collect(case, None, found)),
        Pat::Paren(paren) => collect(&paren.pat, ty, found),
        Pat::Reference(reference) => collect(&reference.pat, None, found),
        Pat::Slice(slice) => slice.elems.iter().for_each(|part| collect(part, None, found)),
        Pat::Struct(parts) => {
            parts.fields.iter().for_each(|field| collect(&field.pat, None, found));
        }
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|part| collect(part, None, found)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|part| collect(part, None, found)),
        _ => {}
    }
}

/// `None`, `LIMIT`: a constant or a variant, by the way it is written; rustc warns of bindings that look so.
fn names_a_constant(ident: &syn::PatIdent) -> bool {
    ident.by_ref.is_none()
        && ident.mutability.is_none()
        && ident.subpat.is_none()
        && names::plain(&ident.ident).starts_with(char::is_uppercase)
}

/// `x`, `mut x`, `x @ ..`: binds the value as a whole, and so moves it.
fn binds_whole(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) => ident.by_ref.is_none() && !names_a_constant(ident),
        Pat::Type(typed) => binds_whole(&typed.pat),
        Pat::Paren(paren) => binds_whole(&paren.pat),
        _ => false,
    }
}

/// Does each part of the value end up in a binding by value, so that nothing is left of it?
fn takes_every_part(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) => ident.by_ref.is_none(),
        Pat::Lit(_) | Pat::Path(_) | Pat::Range(_) => true,
        Pat::Or(or) => or.cases.iter().all(takes_every_part),
        Pat::Guard(guard) => takes_every_part(&guard.pat),
        Pat::Paren(paren) => takes_every_part(&paren.pat),
        Pat::Slice(slice) => slice.elems.iter().all(takes_every_part),
        Pat::Struct(parts) => {
            parts.rest.is_none() && parts.fields.iter().all(|field| takes_every_part(&field.pat))
        }
        Pat::Tuple(tuple) => tuple.elems.iter().all(takes_every_part),
        Pat::TupleStruct(tuple) => tuple.elems.iter().all(takes_every_part),
        Pat::Type(typed) => takes_every_part(&typed.pat),
        _ => false,
    }
}

/// A primitive type: dropping it does nothing.
pub(super) fn is_number(ty: &Type) -> bool {
    const PRIMITIVES: [&str; 16] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize",
    ];
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            path.path.get_ident().is_some_and(|name| PRIMITIVES.iter().any(|known| name == known))
        }
        Type::Group(group) => is_number(&group.elem),
        _ => false,
    }
}
