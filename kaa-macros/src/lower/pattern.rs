//! Patterns: what they bind, and what they take of the value they are matched with.

use syn::{Expr, Pat, Type};

use super::Lower;
use crate::ir::{BlockId, LocalId, Origin, Seen, What};
use crate::names;

impl Lower<'_> {
    /// Declares what `pat` binds, in the order of the text.
    pub(super) fn declare(&mut self, pat: &Pat, initialised: bool) {
        for binding in bindings(pat) {
            let id = self.local(binding.name.clone(), binding.mutable, binding.ty.cloned());
            self.event(id, What::Declare { initialised });
            self.set_aside(id);
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

    /// A place where control goes on if `pat` matches, and else to `failed`.
    ///
    /// What `Some(x)` does not match is `None`: nothing is left of it.
    pub(super) fn test(&mut self, expr: &Expr, pat: &Pat, failed: Option<BlockId>) {
        let none = self.local_named_by(expr).filter(|_| takes_all_but_none(pat));
        let (Some(local), Some(failed)) = (none, failed) else { return self.part(failed) };
        let is_none = self.block(Origin::Inner);
        self.part(Some(is_none));
        let matched = self.current.take();
        self.enter(is_none);
        self.event(local, What::Mention(Seen::Unwrapped));
        self.goto(failed);
        self.current = matched;
    }

    /// After `pat` has matched: the local that it was matched with, if it was one, may have been taken apart.
    ///
    /// The pattern may bind that local's own name, so it is looked up before that.
    pub(super) fn taken_apart(&mut self, local: Option<LocalId>, pat: &Pat) {
        let Some(local) = local else { return };
        let takes_all = !binds_whole(pat) && takes_every_part(pat) && !bindings(pat).is_empty();
        if is_none(pat) || takes_all && payload_of_some(pat).is_some() {
            self.event(local, What::Mention(Seen::Unwrapped));
        } else if takes_all {
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
pub(super) fn names_a_constant(ident: &syn::PatIdent) -> bool {
    ident.by_ref.is_none()
        && ident.mutability.is_none()
        && ident.subpat.is_none()
        && names::plain(&ident.ident).starts_with(char::is_uppercase)
}

/// `x`, `mut x`, `x @ ..`: binds the value as a whole, and so moves it.
pub(super) fn binds_whole(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) => ident.by_ref.is_none() && !names_a_constant(ident),
        Pat::Type(typed) => binds_whole(&typed.pat),
        Pat::Paren(paren) => binds_whole(&paren.pat),
        _ => false,
    }
}

/// Does each part of the value end up in a binding by value, so that nothing is left of it?
///
/// What type the value has is asked later, but of its parts that is not: one that might have a `Drop` of its own is not taken apart.
pub(super) fn takes_every_part(pat: &Pat) -> bool {
    match pat {
        Pat::Struct(parts) => {
            parts.rest.is_none() && parts.fields.iter().all(|field| takes_part(&field.pat))
        }
        Pat::TupleStruct(tuple) => tuple.elems.iter().all(takes_part),
        Pat::Or(or) => or.cases.iter().all(takes_every_part),
        Pat::Guard(guard) => takes_every_part(&guard.pat),
        Pat::Paren(paren) => takes_every_part(&paren.pat),
        Pat::Type(typed) => takes_every_part(&typed.pat),
        other => takes_part(other),
    }
}

fn takes_part(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) if names_a_constant(ident) => is_none(pat),
        Pat::Ident(ident) => ident.by_ref.is_none(),
        Pat::Lit(_) | Pat::Range(_) => true,
        Pat::Path(_) => is_none(pat),
        Pat::Or(or) => or.cases.iter().all(takes_part),
        Pat::Paren(paren) => takes_part(&paren.pat),
        Pat::Slice(slice) => slice.elems.iter().all(takes_part),
        Pat::Tuple(tuple) => tuple.elems.iter().all(takes_part),
        Pat::TupleStruct(tuple) => {
            let name = tuple.path.segments.last().map(|last| names::plain(&last.ident));
            let is_std = name.is_some_and(|name| matches!(&*name, "Some" | "Ok" | "Err"));
            is_std && tuple.elems.iter().all(takes_part)
        }
        Pat::Type(typed) => takes_part(&typed.pat),
        _ => false,
    }
}

/// The `x` of `Some(x)`.
fn payload_of_some(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::TupleStruct(tuple) if tuple.path.segments.last()?.ident == "Some" => {
            tuple.elems.first()
        }
        Pat::Paren(paren) => payload_of_some(&paren.pat),
        _ => None,
    }
}

fn is_none(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) => names_a_constant(ident) && ident.ident == "None",
        Pat::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "None"),
        Pat::Paren(paren) => is_none(&paren.pat),
        _ => false,
    }
}

/// `Some(x)`, `Some((x, _))`: matches whatever is not `None`.
fn takes_all_but_none(pat: &Pat) -> bool {
    fn takes_all(pat: &Pat) -> bool {
        match pat {
            Pat::Ident(ident) => ident.subpat.is_none() && !names_a_constant(ident),
            Pat::Paren(paren) => takes_all(&paren.pat),
            Pat::Tuple(tuple) => tuple.elems.iter().all(takes_all),
            Pat::Type(typed) => takes_all(&typed.pat),
            Pat::Wild(_) | Pat::Rest(_) => true,
            _ => false,
        }
    }
    payload_of_some(pat).is_some_and(takes_all)
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
