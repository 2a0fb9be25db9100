//! The yield that an expression evaluates first.
//!
//! What has nothing in front of it needs no spilling: the wait is started before the statement, and the statement goes on with the
//! value in its place.

use proc_macro2::Ident;
use quote::quote_spanned;
use syn::{BinOp, Expr};

use crate::ir::YieldId;
use crate::{names, yields};

/// Takes the yield out that `expr` evaluates before anything else, if it begins with one.
///
/// ```text
/// yield_!(sock.read())?.len()  ->  __resume.output(__yield3)?.len()
/// ```
pub(crate) fn take_first(expr: &mut Expr) -> Option<(YieldId, Expr)> {
    if let Expr::Yield(marked) = expr {
        let (id, operand) = yields::parts(marked);
        let span = marked.yield_token.span;
        let witness: Ident = names::witness(id.0);
        *expr = Expr::Verbatim(quote_spanned!(span=> __resume.output(#witness)));
        return Some((id, operand));
    }
    take_first(first_operand(expr)?)
}

/// The part of `expr` that is evaluated before every other. Nothing where that cannot wait: a block has statements of its own.
fn first_operand(expr: &mut Expr) -> Option<&mut Expr> {
    match expr {
        Expr::Array(array) => first_of(array.elems.iter_mut()),
        // The right side of an assignment is evaluated first; so it is in a compound one between numbers.
        Expr::Assign(assign) => Some(&mut assign.right),
        Expr::Binary(binary) => match binary.op {
            // The right side of these is not always evaluated.
            BinOp::And(_) | BinOp::Or(_) => Some(&mut binary.left),
            op if is_compound(&op) => Some(&mut binary.right),
            _ => first_of([&mut *binary.left, &mut *binary.right].into_iter()),
        },
        Expr::Break(jump) => jump.expr.as_deref_mut(),
        // Naming what is called does nothing, be it a function or a local that is a closure.
        Expr::Call(call) => match *call.func {
            Expr::Path(_) => first_of(call.args.iter_mut()),
            _ => Some(&mut call.func),
        },
        Expr::Cast(cast) => Some(&mut cast.expr),
        Expr::Field(field) => Some(&mut field.base),
        Expr::Group(group) => Some(&mut group.expr),
        Expr::If(branch) => Some(&mut branch.cond),
        Expr::Index(index) => Some(&mut index.expr),
        Expr::Let(test) => Some(&mut test.expr),
        Expr::Match(test) => Some(&mut test.expr),
        Expr::MethodCall(call) => Some(&mut call.receiver),
        Expr::Paren(paren) => Some(&mut paren.expr),
        Expr::Range(range) => first_of(
            [&mut range.start, &mut range.end].into_iter().filter_map(Option::as_deref_mut),
        ),
        Expr::Reference(reference) => Some(&mut reference.expr),
        Expr::Repeat(repeat) => Some(&mut repeat.expr),
        Expr::Return(jump) => jump.expr.as_deref_mut(),
        Expr::Struct(literal) => first_of(literal.fields.iter_mut().map(|field| &mut field.expr)),
        Expr::Try(inner) => Some(&mut inner.expr),
        Expr::Tuple(tuple) => first_of(tuple.elems.iter_mut()),
        Expr::Unary(unary) => Some(&mut unary.expr),
        Expr::ForLoop(each) => Some(&mut each.expr),
        _ => None,
    }
}

/// The first operand that does something when it is evaluated.
fn first_of<'a>(operands: impl Iterator<Item = &'a mut Expr>) -> Option<&'a mut Expr> {
    operands.into_iter().find(|operand| !is_inert(operand))
}

/// Evaluating it can neither be seen nor give another value later: a literal, a closure, the name of an item.
///
/// A local is not: it may be assigned meanwhile, and it is moved now.
fn is_inert(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Closure(_) => true,
        Expr::Path(path) => {
            path.qself.is_some()
                || path.path.segments.len() > 1
                || path.path.get_ident().is_none()
                || looks_like_item(path.path.get_ident())
        }
        Expr::Paren(paren) => is_inert(&paren.expr),
        Expr::Group(group) => is_inert(&group.expr),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && is_inert(&unary.expr),
        _ => false,
    }
}

/// `Some`, `Ok`, `LIMIT`: written like a constant or a constructor.
fn looks_like_item(ident: Option<&Ident>) -> bool {
    ident.is_some_and(|ident| names::plain(ident).starts_with(char::is_uppercase))
}

pub(crate) fn is_compound(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
