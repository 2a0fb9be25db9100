//! The order in which an expression evaluates its operands, and what of that stands in front of a yield.
//!
//! A yield that nothing is evaluated before needs no spilling: the wait is started before the statement, and the statement goes on with
//! the value in its place. Otherwise what stands in front of it is spilled: it becomes a `let` of its own.

use proc_macro2::Ident;
use quote::quote_spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, UnOp, parse_quote};

use crate::ir::YieldId;
use crate::{lower, macros, names, yields};

/// An operand, and what its expression does with it.
struct Operand<'a> {
    expr: &'a mut Expr,
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Takes its value.
    Value,
    /// Uses it in place: borrows it, reads a part of it, calls a method on it.
    Place,
    /// Looks at it: a comparison, a macro that formats it.
    Look,
}

/// What has to be done before an expression can wait for the next of its yields.
pub(crate) enum Before<'a> {
    /// Nothing: its operand is waited for, and the value stands in its place.
    Wait(YieldId, Expr),
    /// This operand becomes a `let` of its own. `typed_by` is the expression that it is an operand of, with [`HOLE`] in its place, if
    /// that tells its type.
    Spill { operand: &'a mut Expr, typed_by: Option<Expr> },
}

/// Stands for a spilled operand.
pub(crate) const HOLE: &str = "__hole";

/// Finds what `expr` has to do first on the way to its first yield. Nothing if it has none.
///
/// ```text
/// yield_!(sock.read())?.len()      ->  __resume.output(__yield3)?.len(), waiting for `sock.read()`
/// apply(change(), yield_!(n)?)     ->  spill `change()`
/// ```
pub(crate) fn next(expr: &mut Expr) -> Option<Before<'_>> {
    if matches!(expr, Expr::Yield(marked) if lower::waits_inside(&yields::parts(marked).1)) {
        return Some(Before::Spill { operand: yields::operand(expr), typed_by: None });
    }
    if let Expr::Yield(marked) = expr {
        let (id, operand) = yields::parts(marked);
        let span = marked.yield_token.span;
        let witness: Ident = names::witness(id.0);
        *expr = yields::call(quote_spanned!(span=> __resume.output(#witness)));
        return Some(Before::Wait(id, operand));
    }
    let (waiting, before) = {
        let compares = matches!(expr, Expr::Binary(binary) if is_comparison(&binary.op));
        let operands = operands(expr);
        let waiting = operands.iter().position(|operand| yields::contains(operand.expr))?;
        let before = (0..waiting).find_map(|at| {
            let Operand { expr, by } = &operands[at];
            let is_changed = is_changed(expr, &operands[at + 1..], compares);
            (is_changed || needs_spilling(expr, *by)).then_some((at, *by, is_changed))
        });
        (waiting, before)
    };
    if let Some((at, by, is_changed)) = before {
        let typed_by = typed_by(expr, at);
        let operand = operand(expr, at);
        if is_changed || !is_used_in_place(operand, by) {
            return Some(Before::Spill { operand, typed_by });
        }
        return Some(Before::Spill { operand: part_to_spill(operand), typed_by: None });
    }
    let waiting = operand(expr, waiting);
    if lower::waits_inside(waiting) {
        return Some(Before::Spill { operand: waiting, typed_by: None });
    }
    next(waiting)
}

fn operand(expr: &mut Expr, at: usize) -> &mut Expr {
    operands(expr).swap_remove(at).expr
}

/// The expression whose `at`th operand is to be spilled, if it is one that says which type it expects there.
fn typed_by(expr: &Expr, at: usize) -> Option<Expr> {
    let mut typed_by = expr.clone();
    let says_types = match &typed_by {
        Expr::Call(call) => matches!(*call.func, Expr::Path(_)),
        Expr::MethodCall(_) | Expr::Struct(_) => true,
        _ => false,
    };
    let mut operands = operands(&mut typed_by);
    let types_closures = operands.iter().any(|operand| is_typed_late(operand.expr));
    let operand = operands.swap_remove(at);
    if !says_types || operand.by != By::Value || matches!(operand.expr, Expr::Path(_)) {
        return None;
    }
    if types_closures && !may_be_coerced(operand.expr) {
        return None;
    }
    let hole = names::ours(HOLE);
    *operand.expr = parse_quote!(#hole);
    Some(typed_by)
}

/// A closure whose parameters get their types from where it stands: perhaps from the operand that is spilled, which a hole does not have.
fn is_typed_late(operand: &Expr) -> bool {
    matches!(operand, Expr::Closure(closure) if !closure.inputs.iter().all(|input| matches!(input, syn::Pat::Type(_))))
}

/// Is it of a kind that often has another type than the one that is expected?
fn may_be_coerced(operand: &Expr) -> bool {
    match operand {
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "new"))
        }
        operand => matches!(
            operand,
            Expr::Closure(_) | Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Array(_)
        ),
    }
}

/// Is there anything to spill before `expr` can have waited for all of its yields?
pub(crate) fn is_needed(expr: &Expr) -> bool {
    if lower::waits_inside(expr) {
        return true;
    }
    let mut rest = expr.clone();
    loop {
        match next(&mut rest) {
            None => return false,
            Some(Before::Spill { .. }) => return true,
            Some(Before::Wait(_, operand)) if is_needed(&operand) => return true,
            Some(Before::Wait(..)) => {}
        }
    }
}

/// The operands of `expr`, in the order in which they are evaluated.
///
/// What has statements of its own has none here.
fn operands(expr: &mut Expr) -> Vec<Operand<'_>> {
    match expr {
        Expr::Array(array) => values(array.elems.iter_mut()),
        // The right side of an assignment is evaluated first; so it is in a compound one between numbers.
        Expr::Assign(assign) => vec![value(&mut assign.right), place(&mut assign.left)],
        Expr::Binary(binary) => match binary.op {
            // The right side of these is not always evaluated: one that waits is no operand, but a branch.
            BinOp::And(_) | BinOp::Or(_) => vec![value(&mut binary.left)],
            op if is_compound(&op) => vec![value(&mut binary.right), place(&mut binary.left)],
            op if is_comparison(&op) => vec![look(&mut binary.left), look(&mut binary.right)],
            _ => vec![value(&mut binary.left), value(&mut binary.right)],
        },
        Expr::Break(jump) => values(jump.expr.as_deref_mut()),
        Expr::Call(call) => match (macros::takes_values(&call.func), &mut *call.func) {
            (Some(false), _) => {
                call.args.iter_mut().map(|argument| look(macros::argument(argument))).collect()
            }
            // Naming what is called does nothing, be it a function, a local that is a closure, or a macro.
            (Some(true), _) | (None, Expr::Path(_)) => values(call.args.iter_mut()),
            (None, func) => {
                std::iter::once(place(func)).chain(values(call.args.iter_mut())).collect()
            }
        },
        Expr::Cast(cast) => vec![value(&mut cast.expr)],
        Expr::Field(field) => vec![place(&mut field.base)],
        Expr::ForLoop(each) => vec![value(&mut each.expr)],
        Expr::Group(group) => vec![value(&mut group.expr)],
        Expr::If(branch) => vec![value(&mut branch.cond)],
        Expr::Index(index) => vec![place(&mut index.expr), value(&mut index.index)],
        Expr::Let(test) => vec![place(&mut test.expr)],
        Expr::Match(test) => vec![place(&mut test.expr)],
        Expr::MethodCall(call) => {
            std::iter::once(place(&mut call.receiver)).chain(values(call.args.iter_mut())).collect()
        }
        Expr::Paren(paren) => vec![value(&mut paren.expr)],
        Expr::Range(range) => {
            values([&mut range.start, &mut range.end].into_iter().filter_map(Option::as_deref_mut))
        }
        Expr::RawAddr(address) => vec![place(&mut address.expr)],
        Expr::Reference(reference) => vec![place(&mut reference.expr)],
        Expr::Repeat(repeat) => vec![value(&mut repeat.expr)],
        Expr::Return(jump) => values(jump.expr.as_deref_mut()),
        Expr::Struct(literal) => {
            let fields = values(literal.fields.iter_mut().map(|field| &mut field.expr));
            fields.into_iter().chain(literal.rest.as_deref_mut().map(place)).collect()
        }
        Expr::Try(inner) => vec![value(&mut inner.expr)],
        Expr::Tuple(tuple) => values(tuple.elems.iter_mut()),
        Expr::Unary(unary) => match unary.op {
            UnOp::Deref(_) => vec![place(&mut unary.expr)],
            _ => vec![value(&mut unary.expr)],
        },
        _ => Vec::new(),
    }
}

fn value(expr: &mut Expr) -> Operand<'_> {
    Operand { expr, by: By::Value }
}

fn place(expr: &mut Expr) -> Operand<'_> {
    Operand { expr, by: By::Place }
}

fn look(expr: &mut Expr) -> Operand<'_> {
    Operand { expr, by: By::Look }
}

fn values<'a>(operands: impl IntoIterator<Item = &'a mut Expr>) -> Vec<Operand<'a>> {
    operands.into_iter().map(value).collect()
}

/// Does evaluating it later than a yield make a difference?
///
/// Not for literals, closures that borrow, and the names of items. A local is moved when its value is taken, so that is done in its
/// order; used in place it is the same then as now.
fn needs_spilling(expr: &Expr, by: By) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Infer(_) => false,
        Expr::Macro(rest) if rest.mac.path.is_ident("__rest") => false,
        Expr::Path(path) => {
            by == By::Value && path.path.get_ident().is_some_and(|name| !is_settled(name))
        }
        Expr::Paren(paren) => needs_spilling(&paren.expr, by),
        Expr::Group(group) => needs_spilling(&group.expr, by),
        Expr::Array(array) => array.elems.iter().any(|part| needs_spilling(part, By::Value)),
        Expr::Field(field) if by != By::Value => needs_spilling(&field.base, By::Place),
        Expr::Index(index) if by != By::Value => {
            needs_spilling(&index.expr, By::Place) || needs_spilling(&index.index, By::Value)
        }
        // What rustc infers of its parameters it knows only in its place.
        Expr::Closure(closure) => {
            let mut inputs = closure.inputs.iter();
            closure.capture.is_some() && inputs.all(|input| matches!(input, syn::Pat::Type(_)))
        }
        Expr::Reference(reference) => needs_spilling(&reference.expr, By::Place),
        Expr::Unary(unary) => match unary.op {
            UnOp::Deref(_) => by == By::Value || needs_spilling(&unary.expr, By::Place),
            _ => !matches!(*unary.expr, Expr::Lit(_)),
        },
        _ => true,
    }
}

/// What has been spilled already is used up where it is the receiver of a method in an operand that is spilled in turn.
///
/// ```text
/// __spill1.chain(x).collect()  ->  { __spill1 }.chain(x).collect()
/// ```
pub(crate) fn use_up(operand: &mut Expr) {
    struct UseUp;
    impl VisitMut for UseUp {
        fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
            visit_mut::visit_expr_method_call_mut(self, call);
            if let Expr::Path(path) = &*call.receiver
                && path
                    .path
                    .get_ident()
                    .is_some_and(|name| names::plain(name).starts_with("__spill"))
            {
                let receiver = &call.receiver;
                *call.receiver = parse_quote!({ #receiver });
            }
        }
    }
    UseUp.visit_expr_mut(operand);
}

/// Is only a part of an operand evaluated in its order, and the operand itself used where it stands?
fn is_used_in_place(expr: &Expr, by: By) -> bool {
    let is_place = by == By::Place || by == By::Look && root(expr).is_some();
    match expr {
        Expr::Paren(paren) => is_used_in_place(&paren.expr, by),
        Expr::Group(group) => is_used_in_place(&group.expr, by),
        Expr::Reference(_) => true,
        Expr::Field(_) | Expr::Index(_) => is_place,
        Expr::Unary(unary) => is_place && matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    }
}

/// ```text
/// lend(&made(), yield_!()?)    ->  spill `made()`
/// all[next()].push(yield_!()?) ->  spill `next()`
/// ```
fn part_to_spill(place: &mut Expr) -> &mut Expr {
    let is_whole = match place {
        Expr::Paren(_) | Expr::Group(_) | Expr::Field(_) | Expr::Index(_) | Expr::Reference(_) => {
            false
        }
        Expr::Unary(unary) => !matches!(unary.op, UnOp::Deref(_)),
        _ => true,
    };
    match place {
        place if is_whole => place,
        Expr::Paren(paren) => part_to_spill(&mut paren.expr),
        Expr::Group(group) => part_to_spill(&mut group.expr),
        Expr::Field(field) => part_to_spill(&mut field.base),
        Expr::Reference(reference) => part_to_spill(&mut reference.expr),
        Expr::Unary(unary) => part_to_spill(&mut unary.expr),
        Expr::Index(index) => {
            if needs_spilling(&index.expr, By::Place) {
                part_to_spill(&mut index.expr)
            } else {
                &mut index.index
            }
        }
        _ => unreachable!("looked at above"),
    }
}

/// Does it use a local, in place or in a closure that it moves into, that one of the `later` operands assigns? Then its value is taken
/// before. A part that is compared is a number where a method may change it meanwhile; where it is not, rustc refuses that.
///
/// ```text
/// n < { n += 1; yield_!(ask(n))? }
/// ```
fn is_changed(operand: &Expr, later: &[Operand<'_>], compares: bool) -> bool {
    let locals = match operand {
        Expr::Closure(closure) if closure.capture.is_some() => lower::captured_names(operand),
        place => root(place).map(names::plain).into_iter().collect(),
    };
    let by_methods = compares && !matches!(operand, Expr::Path(_));
    let mut changes = Changes { locals: &locals, by_methods, found: false };
    later.iter().for_each(|operand| changes.visit_expr(operand.expr));
    changes.found
}

/// The local that a place is a part of.
pub(crate) fn root(place: &Expr) -> Option<&Ident> {
    match place {
        Expr::Path(path) => path.path.get_ident().filter(|name| !is_settled(name)),
        Expr::Paren(paren) => root(&paren.expr),
        Expr::Group(group) => root(&group.expr),
        Expr::Field(field) => root(&field.base),
        Expr::Index(index) => root(&index.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => root(&unary.expr),
        _ => None,
    }
}

/// Looks for an assignment to a local or to a part of it.
struct Changes<'a> {
    locals: &'a [String],
    /// A method that is called on it may assign, too.
    by_methods: bool,
    found: bool,
}

impl Changes<'_> {
    fn place(&mut self, place: &Expr) {
        match place {
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.place(part)),
            place => {
                self.found |=
                    root(place).is_some_and(|changed| self.locals.contains(&names::plain(changed)));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Changes<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Assign(assign) => self.place(&assign.left),
            Expr::Binary(binary) if is_compound(&binary.op) => self.place(&binary.left),
            Expr::Reference(reference) if reference.mutability.is_some() => {
                self.place(&reference.expr);
            }
            Expr::MethodCall(call) if self.by_methods => self.place(&call.receiver),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }
}

/// `Some`, `Ok`, `LIMIT` are written like constants or constructors; `__spill1` is what was spilled already.
fn is_settled(name: &Ident) -> bool {
    let name = names::plain(name);
    name.starts_with(char::is_uppercase) || name.starts_with("__spill")
}

fn is_comparison(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)
    )
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
