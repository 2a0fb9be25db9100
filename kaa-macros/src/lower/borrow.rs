//! Direct borrows of a place: `let r = &x.y;`, `let r = &mut x;`. Names and fields only, so that it can be made anew without a trace.

use syn::{Expr, Member, Pat, UnOp};

use super::Lower;
use crate::ir::{Borrow, Local, LocalId, Seen, What};

impl Lower<'_> {
    /// Reads `let pat = &place;`. Nothing for a binding that can be assigned: it may borrow something else later.
    pub(super) fn direct_borrow(&mut self, pat: &Pat, init: &Expr) -> Option<Borrow> {
        let Expr::Reference(reference) = init else { return None };
        if !binds_for_good(pat) {
            return None;
        }
        let (root, fields) = self.path_to(&reference.expr)?;
        Some(Borrow { root, mutability: reference.mutability, fields })
    }

    /// The local that a place of names and fields begins with, and the fields, outermost first.
    fn path_to(&mut self, place: &Expr) -> Option<(LocalId, Vec<Member>)> {
        match place {
            Expr::Field(field) => {
                let (root, mut fields) = self.path_to(&field.base)?;
                fields.push(field.member.clone());
                Some((root, fields))
            }
            Expr::Paren(paren) => self.path_to(&paren.expr),
            Expr::Group(group) => self.path_to(&group.expr),
            place => Some((self.local_named_by(place)?, Vec::new())),
        }
    }

    /// A part of a local is assigned, or lent by `&mut place`. Where rustc allows that while a borrow of something in it is in use, the
    /// way to that leads through a reference, which may be another one afterwards.
    pub(super) fn change_part(&mut self, place: &Expr) {
        let Some((root, fields)) = self.path_to(in_names(place)) else { return };
        let leads_there = |local: &Local| {
            let borrow = local.borrow.as_ref();
            borrow.is_some_and(|it| it.root == root && it.fields.starts_with(&fields))
        };
        if self.body.locals.iter().any(leads_there) {
            self.event(root, What::AssignPart);
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

/// `x.y` of `x.y[0].z`: what of a place is names and fields.
fn in_names(place: &Expr) -> &Expr {
    let inner = match place {
        Expr::Index(index) => return in_names(&index.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => return in_names(&unary.expr),
        Expr::Field(field) => &field.base,
        Expr::Paren(paren) => &paren.expr,
        Expr::Group(group) => &group.expr,
        place => return place,
    };
    let names = in_names(inner);
    if std::ptr::eq(names, &**inner) { place } else { names }
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
