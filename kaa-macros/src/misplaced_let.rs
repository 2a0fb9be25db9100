//! `let` as an expression where no condition is: `syn` takes it, rustc does not.

use proc_macro2::Span;
use syn::visit::Visit;
use syn::{Arm, BinOp, Block, Expr, ExprIf, ExprLet, ExprWhile};

/// Where such a `let` stands in a body whose yields are marked.
pub(crate) fn find(body: &Block) -> Option<Span> {
    let mut finder = Finder { first: None };
    finder.visit_block(body);
    finder.first
}

struct Finder {
    first: Option<Span>,
}

impl Finder {
    /// `let`s joined by `&&`, and what else stands there.
    fn condition(&mut self, condition: &Expr) {
        match condition {
            Expr::Let(test) => self.visit_expr(&test.expr),
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                self.condition(&both.left);
                self.condition(&both.right);
            }
            other => self.visit_expr(other),
        }
    }
}

impl Visit<'_> for Finder {
    fn visit_expr_let(&mut self, test: &ExprLet) {
        self.first.get_or_insert(test.let_token.span);
    }

    fn visit_expr_if(&mut self, branch: &ExprIf) {
        self.condition(&branch.cond);
        self.visit_block(&branch.then_branch);
        if let Some((_, otherwise)) = &branch.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, looped: &ExprWhile) {
        self.condition(&looped.cond);
        self.visit_block(&looped.body);
    }

    fn visit_arm(&mut self, arm: &Arm) {
        match &arm.pat {
            syn::Pat::Guard(guarded) => self.condition(&guarded.guard),
            pattern => self.visit_pat(pattern),
        }
        self.visit_expr(&arm.body);
    }
}
