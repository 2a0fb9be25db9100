//! Guards that wait: the pattern is tried with a guard that starts the wait and leaves; the arm is entered by matching again.
//!
//! ```text
//! match entry {
//!     Entry::Named(name) if __resume.output(__yield1)? > 3 => Ok(name),
//!     _ => Ok("stranger"),
//! }
//! ```
//!
//! Where the guard fails after all, the arms behind it are tried: they stand in the same `match`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Pat};

use super::arms::Arm;
use super::enter::Bound;
use super::value::{Code, Value};
use crate::ir::{Arm as MatchArm, Construct, ConstructKind, RegionId};

impl<'a> Arm<'a> {
    /// The scrutinee of the construct, and its arms from that on whose guard is `region`.
    pub(super) fn arms_from_guard(
        &self,
        construct: &'a Construct,
        region: RegionId,
    ) -> Option<(&'a Expr, &'a [MatchArm])> {
        let ConstructKind::Match { scrutinee, arms } = &construct.kind else { return None };
        let is_begun =
            |arm: &MatchArm| arm.guard.as_ref().is_some_and(|guard| guard.region == region);
        let first = arms.iter().position(is_begun)?;
        Some((scrutinee, &arms[first..]))
    }

    /// A `match` in which the arm of the machine began: in the guard of the first of `arms`.
    pub(super) fn resumed_in_guard(
        &mut self,
        construct: &Construct,
        scrutinee: &Expr,
        arms: &[MatchArm],
        level: usize,
        bound: &[Bound],
    ) -> Value {
        let Some((first, others)) = arms.split_first() else {
            unreachable!("the guard belongs to an arm")
        };
        self.with_scrutinee(true, self.reaches(construct.exit), |cx| {
            let guard = cx.resume(level, bound);
            let has_alternatives = has_alternatives(&first.pat);
            let guard = if has_alternatives { once(&guard) } else { guard };
            let first = cx.guarded_arm(first, &guard);
            let others: Code = others.iter().map(|arm| cx.match_arm(arm)).collect();
            // The arms in front have been tried.
            let tried = quote!(_ => ::core::unreachable!(),);
            let code = quote!(match #scrutinee { #first #(#others)* #tried });
            if has_alternatives { quote!({ let mut __entered = false; #code }) } else { code }
        })
    }

    /// An arm with what is to be evaluated as its guard.
    pub(super) fn guarded_arm(&mut self, arm: &MatchArm, guard: &[TokenStream]) -> TokenStream {
        let (attributes, pat) = (&arm.attributes, &arm.pat);
        let is_entered = arm.guard.as_ref().is_some_and(|guard| self.reaches(guard.holds));
        let binds = arm.guard.as_ref().is_some_and(|guard| guard.binds);
        let guard = match guard {
            [only] if binds && is_entered || syn::parse2::<Expr>(only.clone()).is_ok() => {
                only.clone()
            }
            _ => quote!({ #(#guard)* }),
        };
        let inner = if is_entered {
            Value::Statements(self.branch(arm.region)).into_expression()
        } else {
            quote!(::core::unreachable!())
        };
        quote!(#(#attributes)* #pat if #guard => #inner,)
    }
}

/// ```text
/// 1 | 2 if guard  ->  1 | 2 if !__entered && { __entered = true; guard }
/// ```
///
/// Of a guard that is resumed the rest is evaluated once.
fn once(guard: &[TokenStream]) -> Code {
    vec![quote!(!__entered && { __entered = true; #(#guard)* })]
}

fn has_alternatives(pat: &Pat) -> bool {
    struct Alternatives(bool);
    impl syn::visit::Visit<'_> for Alternatives {
        fn visit_pat_or(&mut self, _: &syn::PatOr) {
            self.0 = true;
        }
    }
    let mut alternatives = Alternatives(false);
    syn::visit::Visit::visit_pat(&mut alternatives, pat);
    alternatives.0
}
