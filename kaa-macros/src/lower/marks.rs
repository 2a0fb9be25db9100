//! Branches that are taken apart although nothing in them waits: their paths leave a local in different ways, and at the end of each it
//! has to be noted what is left.
//!
//! Such a branch gets a mark, which counts as a yield and does nothing. So what stands in front of it is spilled, as in front of a yield.
//!
//! ```text
//! send(first(), if urgent { fast } else { slow })
//!     ->
//! let __spill1 = first();
//! let __spill2 = if urgent { fast } else { slow };
//! send(__spill1, __spill2)
//! ```

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Block as Code, Expr, Lifetime, Stmt, parse_quote};

use super::capture::mentioned;
use crate::{macros, yields};

/// Marks the branches that may leave one of the locals of these names in different ways.
pub(super) fn mark_branches(code: &mut Code, split: &BTreeSet<String>) {
    if !split.is_empty() {
        Marks { split, targets: Vec::new() }.visit_block_mut(code);
    }
}

struct Marks<'a> {
    split: &'a BTreeSet<String>,
    /// Where `break` and `continue` may lead, innermost last.
    targets: Vec<Target>,
}

struct Target {
    label: Option<String>,
    is_loop: bool,
    is_taken_apart: bool,
}

impl Marks<'_> {
    /// Do its paths part with the locals in mind? It mentions one, or jumps out of what is taken apart.
    fn parts(&self, code: &impl ToTokens, jumps: &Jumps) -> bool {
        self.mentions(code) || jumps.0.iter().any(|jump| self.leaves(jump.as_deref()))
    }

    fn mentions(&self, code: &impl ToTokens) -> bool {
        mentioned(code.to_token_stream()).iter().any(|name| self.split.contains(name))
    }

    fn leaves(&self, label: Option<&str>) -> bool {
        let target = self.targets.iter().rev().find(|target| match label {
            None => target.is_loop,
            Some(label) => target.label.as_deref() == Some(label),
        });
        target.is_some_and(|target| target.is_taken_apart)
    }

    fn expr_parts(&self, expr: &Expr) -> bool {
        let mut jumps = Jumps::default();
        jumps.visit_expr(expr);
        self.parts(expr, &jumps)
    }

    fn inside(&mut self, label: Option<&syn::Label>, body: &mut Code, is_loop: bool) {
        let is_taken_apart = yields::contained_in_block(body) || self.mentions(body);
        let label = label.map(|label| label.name.ident.to_string());
        self.targets.push(Target { label, is_loop, is_taken_apart });
        self.visit_block_mut(body);
        self.targets.pop();
    }
}

impl VisitMut for Marks<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            Expr::Macro(found) if self.mentions(&found.mac.tokens) => {
                if let Some(call) = macros::as_call(found.attrs.clone(), &found.mac) {
                    *expr = call;
                }
            }
            _ => {}
        }
        let parts = match expr {
            Expr::If(_) | Expr::Match(_) => self.expr_parts(expr),
            Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Loop(_)
            | Expr::Block(_)
            | Expr::Unsafe(_) => self.mentions(expr),
            Expr::Binary(both) if matches!(both.op, BinOp::And(_) | BinOp::Or(_)) => {
                self.expr_parts(&both.right) && !matches!(*both.right, Expr::Let(_))
            }
            _ => false,
        };
        match &mut *expr {
            Expr::Loop(endless) => {
                self.inside(endless.label.as_ref(), &mut endless.body, true);
            }
            Expr::While(test) => {
                self.visit_expr_mut(&mut test.cond);
                self.inside(test.label.as_ref(), &mut test.body, true);
            }
            Expr::ForLoop(each) => {
                self.visit_expr_mut(&mut each.expr);
                self.inside(each.label.as_ref(), &mut each.body, true);
            }
            Expr::Block(block) if block.label.is_some() => {
                self.inside(block.label.as_ref(), &mut block.block, false);
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
        if parts {
            mark(expr);
        }
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        visit_mut::visit_local_mut(self, local);
        if let Some(init) = &mut local.init
            && let Some((_, otherwise)) = &mut init.diverge
            && self.expr_parts(otherwise)
        {
            mark_value(otherwise);
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(found) = stmt
            && self.mentions(&found.mac.tokens)
            && let Some(call) = macros::as_call(found.attrs.clone(), &found.mac)
        {
            *stmt = Stmt::Expr(call, found.semi_token);
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    /// A guard is tried while its pattern's bindings borrow: what parts in it cannot be taken apart.
    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Marks one of the paths of a branch: then all of it is taken apart.
fn mark(expr: &mut Expr) {
    match expr {
        Expr::If(branch) => mark_block(&mut branch.then_branch),
        Expr::Match(test) => test.arms.iter_mut().take(1).for_each(|arm| mark_value(&mut arm.body)),
        Expr::Block(block) => mark_block(&mut block.block),
        Expr::Unsafe(block) => mark_block(&mut block.block),
        Expr::Loop(endless) => mark_block(&mut endless.body),
        Expr::While(test) => mark_block(&mut test.body),
        Expr::ForLoop(each) => mark_block(&mut each.body),
        Expr::Binary(both) => mark_value(&mut both.right),
        _ => {}
    }
}

fn mark_block(block: &mut Code) {
    block.stmts.insert(0, yields::mark());
}

/// `value  ->  { mark; value }`
fn mark_value(value: &mut Expr) {
    if let Expr::Block(block) = value
        && block.label.is_none()
    {
        return mark_block(&mut block.block);
    }
    let mark = yields::mark();
    *value = parse_quote!({ #mark #value });
}

/// The labels of the jumps that lead out of an expression.
#[derive(Default)]
struct Jumps(Vec<Option<String>>);

impl Jumps {
    fn jump(&mut self, label: Option<&Lifetime>) {
        self.0.push(label.map(|label| label.ident.to_string()));
    }

    /// Unlabelled jumps of a loop stay inside of it.
    fn in_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        let mut inner = Jumps::default();
        visit(&mut inner);
        self.0.extend(inner.0.into_iter().filter(Option::is_some));
    }
}

impl<'ast> Visit<'ast> for Jumps {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Break(jump) => {
                self.jump(jump.label.as_ref());
                visit::visit_expr_break(self, jump);
            }
            Expr::Continue(jump) => self.jump(jump.label.as_ref()),
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.in_loop(|inner| visit::visit_expr(inner, expr));
            }
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
