//! Direct borrows of a place: `let r = &x.y;`, `let r = &mut x;`. Names and fields only, so that it can be made anew without a trace.

use syn::{Expr, Pat};

use super::Lower;
use crate::ir::{Borrow, LocalId, Seen, What};

impl Lower<'_> {
    /// Reads `let pat = &place;`. Nothing for a binding that can be assigned: it may borrow something else later.
    pub(super) fn direct_borrow(&mut self, pat: &Pat, init: &Expr) -> Option<Borrow> {
        let Expr::Reference(reference) = init else { return None };
        if !binds_for_good(pat) {
            return None;
        }
        let mut fields = Vec::new();
        let mut place = &*reference.expr;
        loop {
            match place {
                Expr::Field(field) => {
                    fields.push(field.member.clone());
                    place = &field.base;
                }
                Expr::Paren(paren) => place = &paren.expr,
                Expr::Group(group) => place = &group.expr,
                place => {
                    let root = self.local_named_by(place)?;
                    fields.reverse();
                    return Some(Borrow { root, mutability: reference.mutability, fields });
                }
            }
        }
    }

    /// Who mentions a borrow mentions what it borrows: that is to be there, for it is made anew from it.
    pub(super) fn event_at_root(&mut self, local: LocalId, what: What) {
        if matches!(what, What::Mention(_) | What::Move)
            && let Some(borrow) = &self.body.local(local).borrow
        {
            self.event(borrow.root, What::Mention(Seen::Anyhow));
        }
    }
}

fn binds_for_good(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) => {
            ident.by_ref.is_none() && ident.mutability.is_none() && ident.subpat.is_none()
        }
        Pat::Type(typed) => binds_for_good(&typed.pat),
        Pat::Paren(paren) => binds_for_good(&paren.pat),
        _ => false,
    }
}
