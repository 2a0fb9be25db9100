//! Guards that wait.
//!
//! A guard has a region of its own, whose value it is. Inside of it the pattern's bindings borrow from the scrutinee, so no state holds
//! them: an arm of the machine that begins in the guard matches the same pattern again, with what is left of the guard.

use syn::visit::{self, Visit};
use syn::{Expr, ExprMatch, Pat, parse_quote};

use super::{Lower, construct, desugar, pattern};
use crate::diag;
use crate::ir::{BlockId, Dest, Guard, Origin, RegionId, Step};
use crate::{names, spill, yields};

/// Is there a yield in the guard of this pattern?
pub(super) fn waits(pat: &Pat) -> bool {
    matches!(pat, Pat::Guard(guard) if yields::contains(&guard.guard))
}

impl Lower<'_> {
    /// ```text
    /// match value { .. }  ->  { let mut __scrutinee1 = value; match __scrutinee1 { .. } }
    /// ```
    ///
    /// What is matched again has to be a place.
    pub(super) fn match_of_a_value(&mut self, mut test: ExprMatch, dest: Dest, is_last: bool) {
        let name = names::scrutinee(self.count("Scrutinee"));
        let value = std::mem::replace(&mut *test.expr, parse_quote!(#name));
        self.scope(parse_quote!({ let mut #name = #value; #test }), dest, is_last);
    }

    /// Lowers the guard of an arm, if it waits; goes on where it holds. Where it or the pattern fails, control goes to `next`.
    pub(super) fn guard(
        &mut self,
        pat: &Pat,
        scrutinee: &Expr,
        next: Option<BlockId>,
        at: (RegionId, usize),
    ) -> Option<Guard> {
        let Pat::Guard(guarded) = pat else { return None };
        if !waits(pat) {
            return None;
        }
        if binds_in_alternatives(&guarded.pat) {
            self.errors.at(&guarded.pat, diag::IN_GUARD_OF_ALTERNATIVES);
        }
        self.test(scrutinee, &guarded.pat, next);
        let region = self.open(at);
        let first_new = self.body.locals.len();
        self.declare_at_entry(&guarded.pat);
        let fails = self.block(Origin::Inner);
        let binds = !lets(&guarded.guard).is_empty();
        if binds {
            self.binding_guard((*guarded.guard).clone(), fails);
        }
        for local in &mut self.body.locals[first_new..] {
            local.in_guard = true;
        }
        if !binds {
            self.expression((*guarded.guard).clone(), Dest::Value, true);
        }
        let end = self.close(region);
        let holds = self.block(Origin::Inner);
        self.edge(end, holds);
        self.edge(end, fails);
        if let Some(next) = next
            && self.is_reached(fails)
        {
            self.edge(Some(fails), next);
        }
        self.enter(holds);
        self.place(scrutinee);
        Some(Guard { region, holds, binds })
    }

    /// A guard with a `let`: what that binds is bound for the arm as well, so it has to stay an expression.
    fn binding_guard(&mut self, mut guard: Expr, fails: BlockId) {
        if spill::is_needed(&guard)
            || desugar::waits_late(&guard)
            || construct::waits_inside(&guard)
        {
            self.errors.at(&guard, diag::LATE_IN_LET_GUARD);
            return;
        }
        self.ready(&mut guard);
        self.condition(&guard, fails);
        self.finish_returns(&mut guard);
        self.push(Step::Value(guard));
    }

    /// Enters an arm whose guard has waited: its pattern is matched again, this time for good.
    pub(super) fn entered_again(&mut self, pat: Pat, scrutinee: &Expr, is_given_back: bool) -> Pat {
        let Pat::Guard(mut guarded) = pat else { unreachable!("the arm has a guard") };
        let local = self.local_named_by(scrutinee);
        self.declare_at_entry(&guarded.pat);
        for pat in lets(&guarded.guard) {
            self.declare_at_entry(pat);
        }
        let kept = self.taken_with_rest(local, &mut guarded.pat, is_given_back);
        self.keep_rests(kept);
        *guarded.pat
    }
}

/// The patterns of the `let`s in a condition.
fn lets(cond: &Expr) -> Vec<&Pat> {
    match cond {
        Expr::Let(test) => vec![&test.pat],
        Expr::Binary(both) if matches!(both.op, syn::BinOp::And(_)) => {
            [lets(&both.left), lets(&both.right)].concat()
        }
        _ => Vec::new(),
    }
}

/// `Some(x) | Other(x)`: the guard is evaluated for each alternative that matches, and matching again does not tell which that was.
fn binds_in_alternatives(pat: &Pat) -> bool {
    struct Alternatives(bool);
    impl<'ast> Visit<'ast> for Alternatives {
        fn visit_pat_or(&mut self, or: &'ast syn::PatOr) {
            self.0 |= or.cases.iter().any(|case| !pattern::bindings(case).is_empty());
            visit::visit_pat_or(self, or);
        }
    }
    let mut alternatives = Alternatives(false);
    alternatives.visit_pat(pat);
    alternatives.0
}
