//! Conditions with a yield that is not the first thing they evaluate, in terms of simpler constructs.

use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, ExprIf, ExprWhile, Lifetime, Pat, Stmt, parse_quote};

use super::pattern;

use crate::{names, spill, yields};

/// The same in terms of what can be taken apart.
pub(super) fn simpler(expr: Expr, mut count: impl FnMut() -> usize) -> Expr {
    match expr {
        Expr::If(branch) if waits_late(&branch.cond) => if_in_steps(branch, &mut count),
        Expr::While(test) if waits_late(&test.cond) || spill::is_needed(&test.cond) => {
            while_as_loop(test)
        }
        Expr::Binary(binary) if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) => {
            simpler(short_circuit(binary), &mut count as &mut dyn FnMut() -> usize)
        }
        other => other,
    }
}

/// Does a condition that is no single `let` evaluate something before a yield of it?
pub(super) fn waits_late(cond: &Expr) -> bool {
    let waits = |cond: &Expr| yields::contains(cond) && spill::is_needed(cond);
    match cond {
        Expr::Let(_) => false,
        Expr::Binary(both) if matches!(both.op, BinOp::And(_) | BinOp::Or(_)) => {
            yields::contains(&both.right) || waits_late(&both.left) || waits(&both.left)
        }
        other => waits(other),
    }
}

/// ```text
/// let Some((a, mut b)) = init else { otherwise };
///     ->
/// let (a, mut b) = match init { Some((a, b)) => (a, b), _ => { otherwise } };
/// ```
///
/// What has temporaries ends in a block of its own: `otherwise` is evaluated after they have gone.
///
/// Nothing for a pattern that binds a part of a value by reference: the value would end with the block. What is borrowed from a place
/// can be handed out.
pub(super) fn let_else(local: &syn::Local, mut count: impl FnMut() -> usize) -> Option<syn::Local> {
    let init = local.init.as_ref()?;
    let (_, otherwise) = init.diverge.as_ref()?;
    let mut pat = local.pat.clone();
    let mut by_value = ByValue { is_so: true };
    by_value.visit_pat_mut(&mut pat);
    let is_matched = is_place(&init.expr);
    if !by_value.is_so && !is_matched {
        return None;
    }
    let (attributes, value) = (&local.attrs, &init.expr);
    let bindings = pattern::bindings(&local.pat);
    let names: Vec<_> = bindings.iter().map(|binding| binding.name).collect();
    let declared = bindings.iter().map(|binding| {
        let (name, mutable) = (binding.name, binding.mutable.then(<syn::Token![mut]>::default));
        quote::quote!(#mutable #name)
    });
    let tested: Expr = if is_matched {
        // Of a place the type is known.
        let pat = match pat {
            Pat::Type(typed) => *typed.pat,
            pat => pat,
        };
        parse_quote!(match #value {
            #pat => (#(#names,)*),
            _ => #otherwise,
        })
    } else {
        let label = names::label(&format!("Else{}", count()));
        parse_quote!(match #label: {
            let #pat = #value else { break #label ::core::option::Option::None };
            ::core::option::Option::Some((#(#names,)*))
        } {
            ::core::option::Option::Some(__bound) => __bound,
            ::core::option::Option::None => #otherwise,
        })
    };
    let statement = parse_quote! {
        #(#attributes)* let (#(#declared,)*) = #tested;
    };
    match statement {
        Stmt::Local(local) => Some(local),
        _ => None,
    }
}

/// A name, or a part of what it names.
pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Paren(paren) => is_place(&paren.expr),
        Expr::Group(group) => is_place(&group.expr),
        Expr::Reference(reference) => is_place(&reference.expr),
        _ => false,
    }
}

/// Has `let_else` written this `else`? It leaves a block of ours, and what is spilled before it ends with that block.
pub(super) fn leaves_ours(otherwise: &Expr) -> bool {
    let Expr::Block(block) = otherwise else { return false };
    matches!(&*block.block.stmts, [Stmt::Expr(Expr::Break(syn::ExprBreak { label: Some(label), .. }), _)]
        if yields::is_ours(label))
}

/// Takes `mut` off the bindings of a pattern.
struct ByValue {
    is_so: bool,
}

impl VisitMut for ByValue {
    fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
        self.is_so &= pat.by_ref.is_none();
        if pat.by_ref.is_none() {
            pat.mutability = None;
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }
}

/// ```text
/// while cond { body }  ->  loop { if cond { body } else { break } }
/// ```
fn while_as_loop(test: ExprWhile) -> Expr {
    let ExprWhile { attrs, label, cond, body, .. } = test;
    parse_quote!(#(#attrs)* #label loop { if #cond #body else { break } })
}

/// ```text
/// a && b  ->  if a { b } else { false }
/// a || b  ->  if a { true } else { b }
/// ```
fn short_circuit(binary: syn::ExprBinary) -> Expr {
    // As a statement it keeps a block that it begins with together with what follows.
    let right = Stmt::Expr(*binary.right, None);
    let mut branch: ExprIf = match binary.op {
        BinOp::And(_) => parse_quote!(if true { #right } else { false }),
        _ => parse_quote!(if true { true } else { #right }),
    };
    branch.cond = binary.left;
    if has_struct_literal(&branch.cond) {
        let cond = &branch.cond;
        *branch.cond = parse_quote!((#cond));
    }
    Expr::If(branch)
}

/// Where a condition stands, its braces would be those of the branch.
fn has_struct_literal(expr: &Expr) -> bool {
    struct Literals(bool);
    impl syn::visit::Visit<'_> for Literals {
        fn visit_expr_struct(&mut self, _: &syn::ExprStruct) {
            self.0 = true;
        }
    }
    let mut literals = Literals(false);
    syn::visit::Visit::visit_expr(&mut literals, expr);
    literals.0
}

/// ```text
/// if let Some(x) = a && b(x) { then } else { otherwise }
///     ->
/// '__chain1: {
///     if let Some(x) = a {
///         if b(x) { break '__chain1 { then } }
///     }
///     { otherwise }
/// }
/// ```
///
/// A condition without `let` is a value: `if { cond } { then } else { otherwise }`, with the braces left out by lowering.
fn if_in_steps(branch: ExprIf, mut count: impl FnMut() -> usize) -> Expr {
    let ExprIf { attrs, cond, then_branch, else_branch, .. } = branch;
    let mut conditions = Vec::new();
    flatten((*cond).clone(), &mut conditions);
    if !conditions.iter().any(|condition| matches!(condition, Expr::Let(_))) {
        let held = names::condition(count());
        let otherwise = else_branch.map(|(token, other)| quote::quote!(#token #other));
        return parse_quote!({
            let #held = #cond;
            #(#attrs)* if #held #then_branch #otherwise
        });
    }
    let label: Lifetime = names::label(&format!("Chain{}", count()));
    let otherwise = else_branch.map_or_else(|| parse_quote!({}), |(_, other)| *other);
    let mut inner: Expr = parse_quote!(break #label #then_branch);
    for condition in conditions.into_iter().rev() {
        inner = parse_quote!(if #condition { #inner });
    }
    parse_quote!(#label: { #inner #otherwise })
}

/// The conditions of a chain, in order.
fn flatten(cond: Expr, conditions: &mut Vec<Expr>) {
    match cond {
        Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
            flatten(*both.left, conditions);
            flatten(*both.right, conditions);
        }
        Expr::Group(group) => flatten(*group.expr, conditions),
        other => conditions.push(other),
    }
}
