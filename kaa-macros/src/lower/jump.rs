//! Jumps in the user's own text: what the machine has in their place.

use quote::quote_spanned;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Block as Code, Expr, ExprReturn, Lifetime};

use super::Lower;

/// Lets `break` and `continue` of a construct that is taken apart leave blocks of ours.
///
/// ```text
/// break 'outer value  ->  break '__afterloop1 value
/// continue            ->  break '__loop1
/// ```
pub(super) fn retarget(
    code: &mut Code,
    user: Option<&Lifetime>,
    is_loop: bool,
    on_break: &Lifetime,
    on_continue: Option<&Lifetime>,
) {
    Retarget { user, reachable_unlabelled: is_loop, on_break, on_continue }.visit_block_mut(code);
}

struct Retarget<'a> {
    user: Option<&'a Lifetime>,
    /// No loop of the user's stands between here and the construct.
    reachable_unlabelled: bool,
    on_break: &'a Lifetime,
    on_continue: Option<&'a Lifetime>,
}

impl Retarget<'_> {
    fn means_us(&self, label: Option<&Lifetime>) -> bool {
        match label {
            None => self.reachable_unlabelled,
            Some(label) => self.user.is_some_and(|user| user.ident == label.ident),
        }
    }

    /// Inside a loop or labelled block of the user's.
    fn inside(&mut self, is_loop: bool, label: Option<&syn::Label>, visit: impl FnOnce(&mut Self)) {
        let (user, unlabelled) = (self.user, self.reachable_unlabelled);
        if label.is_some_and(|label| self.means_us(Some(&label.name))) {
            self.user = None;
        }
        self.reachable_unlabelled &= !is_loop;
        visit(self);
        (self.user, self.reachable_unlabelled) = (user, unlabelled);
    }
}

impl VisitMut for Retarget<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Break(jump) => {
                if self.means_us(jump.label.as_ref()) {
                    jump.label = Some(self.on_break.clone());
                }
                visit_mut::visit_expr_break_mut(self, jump);
            }
            Expr::Continue(jump) if self.means_us(jump.label.as_ref()) => {
                if let Some(label) = self.on_continue {
                    let span = jump.continue_token.span;
                    *expr = syn::parse2(quote_spanned!(span=> break #label))
                        .unwrap_or_else(|_| unreachable!("a jump is an expression"));
                }
            }
            Expr::Loop(inner) => {
                let label = inner.label.clone();
                self.inside(true, label.as_ref(), |cx| cx.visit_block_mut(&mut inner.body));
            }
            Expr::While(inner) => {
                let label = inner.label.clone();
                self.inside(true, label.as_ref(), |cx| {
                    cx.visit_expr_mut(&mut inner.cond);
                    cx.visit_block_mut(&mut inner.body);
                });
            }
            Expr::ForLoop(inner) => {
                self.visit_expr_mut(&mut inner.expr);
                let label = inner.label.clone();
                self.inside(true, label.as_ref(), |cx| cx.visit_block_mut(&mut inner.body));
            }
            Expr::Block(inner) => {
                let label = inner.label.clone();
                self.inside(false, label.as_ref(), |cx| cx.visit_block_mut(&mut inner.block));
            }
            Expr::Closure(_) | Expr::Async(_) => {}
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Code in which `return` is to end the coroutine.
pub(super) trait Returning {
    fn accept(&mut self, visitor: &mut impl VisitMut);
}

impl Returning for Expr {
    fn accept(&mut self, visitor: &mut impl VisitMut) {
        visitor.visit_expr_mut(self);
    }
}

impl Returning for syn::Local {
    fn accept(&mut self, visitor: &mut impl VisitMut) {
        visitor.visit_local_mut(self);
    }
}

impl Lower<'_> {
    /// ```text
    /// return value  ->  return __kaa::result::finished(value)
    /// ```
    pub(super) fn finish_returns(&self, code: &mut impl Returning) {
        struct Finish<'a, 'b>(&'a Lower<'b>);
        impl VisitMut for Finish<'_, '_> {
            fn visit_expr_mut(&mut self, expr: &mut Expr) {
                match expr {
                    Expr::Return(jump) => {
                        visit_mut::visit_expr_return_mut(self, jump);
                        let span = jump.return_token.span;
                        let unit = syn::parse_quote_spanned!(span=> ());
                        *expr = self.0.finished(jump.expr.as_deref().unwrap_or(&unit));
                    }
                    Expr::Closure(_) | Expr::Async(_) => {}
                    other => visit_mut::visit_expr_mut(self, other),
                }
            }

            fn visit_item_mut(&mut self, _: &mut syn::Item) {}
        }
        code.accept(&mut Finish(self));
    }

    /// `return __kaa::result::finished(value)`, at the span of the value.
    pub(super) fn finished(&self, value: &Expr) -> Expr {
        let (returns, span) = (&self.returns, value.span());
        let call = quote_spanned!(span=> __kaa::#returns::finished(#value));
        Expr::Return(ExprReturn {
            attrs: Vec::new(),
            return_token: syn::Token![return](span),
            expr: Some(Box::new(Expr::Verbatim(call))),
        })
    }
}
