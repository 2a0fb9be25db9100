//! Fields that a `let` moves out: they get an empty value again, if their type has one, so that a state can hold the whole.
//!
//! ```text
//! let name = request.name;
//! let Config { path, .. } = config;
//!     ->
//! let name = request.name;
//! __kaa::refill!(name => request.name);
//! let Config { path, .. } = config;
//! __kaa::refill!(path => config.path);
//! ```
//!
//! Which types have one, rustc decides. What is refilled has to be `mut` in the machine.

use std::collections::BTreeSet;

use proc_macro2::Ident;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Block as Code, Expr, Local, Member, Pat, ReceiverKind, Stmt, Type, parse_quote};

use super::pattern::is_number;
use crate::input::Input;
use crate::{names, text, yields};

/// Refills behind each `let` that a wait may follow. Gives the locals that are refilled.
pub(crate) fn refill(code: &mut Code, input: &Input) -> BTreeSet<String> {
    let mut bound = Bound::default();
    bound.visit_block(code);
    let receiver = input.function.sig.receiver().map(|receiver| &receiver.kind);
    let is_owned = matches!(receiver, Some(ReceiverKind::Value));
    for argument in &input.arguments {
        if argument.ty.as_ref().map_or(is_owned, may_be_moved_from) {
            bound.0.insert(names::plain(&argument.name));
        }
    }
    let mut refill = Refill { bound: bound.0, refilled: BTreeSet::new(), waits_later: false };
    refill.visit_block_mut(code);
    if !refill.refilled.is_empty() {
        Mutable(&refill.refilled).visit_block_mut(code);
    }
    refill.refilled
}

/// Nothing can be moved out of what is shared or borrowed.
fn may_be_moved_from(ty: &Type) -> bool {
    let text = text::of(ty);
    let is_shared = ["Rc<", "Arc<", "rc::Rc<", "sync::Arc<"].iter().any(|rc| text.starts_with(rc));
    !is_shared && !matches!(ty, Type::Reference(_)) && !is_number(ty)
}

struct Refill {
    bound: BTreeSet<String>,
    refilled: BTreeSet<String>,
    /// A wait may follow what is being visited.
    waits_later: bool,
}

impl Refill {
    /// The statements behind a `let`.
    fn behind(&mut self, local: &Local) -> Vec<Stmt> {
        let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_none()) else {
            return Vec::new();
        };
        let taken = match &local.pat {
            Pat::Struct(parts) if parts.rest.is_some() && parts.path.segments.len() == 1 => {
                let fields = parts.fields.iter();
                fields.filter_map(|field| taken(&field.pat, &init.expr, &field.member)).collect()
            }
            Pat::TupleStruct(parts) if parts.path.segments.len() == 1 => {
                let is_rest = |part: &&Pat| !matches!(part, Pat::Rest(_));
                let has_rest = parts.elems.iter().any(|part| !is_rest(&part));
                let before = parts.elems.iter().take_while(is_rest).enumerate();
                let taken =
                    before.filter_map(|(at, part)| taken(part, &init.expr, &Member::from(at)));
                if has_rest { taken.collect() } else { Vec::new() }
            }
            pat => match &*init.expr {
                Expr::Field(field) => {
                    taken(pat, &field.base, &field.member).into_iter().collect::<Vec<_>>()
                }
                _ => Vec::new(),
            },
        };
        let mut refilled = Vec::new();
        for (name, field) in taken {
            let Some(root) = root(&field).map(names::plain) else { continue };
            if self.bound.contains(&root) && root != names::plain(&name) {
                self.refilled.insert(root);
                refilled.push(parse_quote!(__kaa::refill!(#name => #field);));
            }
        }
        refilled
    }
}

/// The name that gets the field, and the field.
fn taken(pat: &Pat, base: &Expr, member: &Member) -> Option<(Ident, Expr)> {
    match pat {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            root(base)?;
            Some((name.ident.clone(), parse_quote!(#base.#member)))
        }
        Pat::Type(typed) => taken(&typed.pat, base, member),
        _ => None,
    }
}

/// The local that a path of fields begins with.
fn root(place: &Expr) -> Option<&Ident> {
    match place {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Field(field) => root(&field.base),
        _ => None,
    }
}

impl VisitMut for Refill {
    fn visit_block_mut(&mut self, block: &mut Code) {
        let outside = self.waits_later;
        let waits: Vec<bool> = block.stmts.iter().map(yields::contained_in_statement).collect();
        let mut statements = Vec::new();
        for (at, mut statement) in std::mem::take(&mut block.stmts).into_iter().enumerate() {
            self.waits_later = outside || waits[at + 1..].contains(&true);
            self.visit_stmt_mut(&mut statement);
            self.waits_later = outside || waits[at + 1..].contains(&true);
            let behind = match &statement {
                Stmt::Local(local) if self.waits_later => self.behind(local),
                _ => Vec::new(),
            };
            statements.push(statement);
            statements.extend(behind);
        }
        block.stmts = statements;
        self.waits_later = outside;
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                let outside = self.waits_later;
                self.waits_later |= yields::contains(expr);
                visit_mut::visit_expr_mut(self, expr);
                self.waits_later = outside;
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Makes bindings `mut`.
struct Mutable<'a>(&'a BTreeSet<String>);

impl VisitMut for Mutable<'_> {
    fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
        if pat.by_ref.is_none() && self.0.contains(&names::plain(&pat.ident)) {
            pat.mutability.get_or_insert_default();
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The names that `let` binds, by themselves.
#[derive(Default)]
struct Bound(BTreeSet<String>);

impl Visit<'_> for Bound {
    fn visit_pat_ident(&mut self, pat: &syn::PatIdent) {
        if pat.by_ref.is_none() {
            self.0.insert(names::plain(&pat.ident));
        }
        syn::visit::visit_pat_ident(self, pat);
    }

    fn visit_item(&mut self, _: &syn::Item) {}
}
