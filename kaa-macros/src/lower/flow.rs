//! What evaluating an expression does to locals, in the order in which it happens.
//!
//! A bare mention (an argument, a field's value, an operand of arithmetic, a tail) moves a local unless it is `Copy`; any other is a
//! use. Control flow inside an expression is written into the graph as well, so that a move in one branch is a move in that branch.

use proc_macro2::TokenStream;
use syn::{BinOp, Block as Code, Expr, ExprClosure, ExprMacro, Lifetime, Pat, Stmt, UnOp};

use super::capture::{captures, mentioned};
use super::{Lower, Scope, Target};
use crate::ir::{Origin, Seen, TextSays, What};
use crate::{macros, names, spill};

/// Methods that take an `Option`, a `Result`, a `Promise` or the handle of a thread by value.
const UNWRAPPING: [&str; 29] = [
    "and",
    "and_then",
    "expect",
    "expect_err",
    "inspect_err",
    "into_iter",
    "is_none_or",
    "is_ok_and",
    "is_some_and",
    "map_err",
    "map_or",
    "map_or_else",
    "ok",
    "ok_or",
    "ok_or_else",
    "or",
    "or_else",
    "err",
    "finish",
    "join",
    "throw",
    "waitfor",
    "transpose",
    "unwrap",
    "unwrap_err",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "xor",
];

/// Methods that take an `Option` or an iterator by value.
const MAPPING: [&str; 7] = ["cloned", "copied", "filter", "flatten", "inspect", "map", "zip"];

/// Methods that take an iterator by value.
const COLLECTING: [&str; 31] = [
    "chain",
    "collect",
    "count",
    "cycle",
    "enumerate",
    "filter_map",
    "flat_map",
    "fold",
    "for_each",
    "fuse",
    "last",
    "map_while",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "partition",
    "peekable",
    "product",
    "reduce",
    "rev",
    "scan",
    "skip",
    "skip_while",
    "step_by",
    "sum",
    "take",
    "take_while",
    "unzip",
];

impl Lower<'_> {
    /// Evaluates `expr` for its value.
    pub(super) fn value(&mut self, expr: &Expr) {
        self.evaluate(expr, What::Move);
    }

    /// Evaluates `expr` as a place, or for something that only looks at it.
    pub(super) fn place(&mut self, expr: &Expr) {
        self.evaluate(expr, What::Mention(Seen::Anyhow));
    }

    fn values<'a>(&mut self, operands: impl IntoIterator<Item = &'a Expr>) {
        operands.into_iter().for_each(|operand| self.value(operand));
    }

    /// Evaluates `expr`; `bare` is what happens to it if it is a local.
    fn evaluate(&mut self, expr: &Expr, bare: What) {
        match expr {
            Expr::Path(_) => self.name(expr, bare),
            Expr::Paren(paren) => self.evaluate(&paren.expr, bare),
            Expr::Group(group) => self.evaluate(&group.expr, bare),
            Expr::Array(array) => self.values(&array.elems),
            Expr::Tuple(tuple) => self.values(&tuple.elems),
            Expr::Repeat(repeat) => self.value(&repeat.expr),
            Expr::Cast(cast) => self.value(&cast.expr),
            Expr::Try(inner) => self.value(&inner.expr),
            Expr::Field(field) => self.place(&field.base),
            Expr::Reference(reference) => {
                self.place(&reference.expr);
                if reference.mutability.is_some() {
                    self.change_part(&reference.expr);
                }
            }
            Expr::RawAddr(address) => self.place(&address.expr),
            Expr::Await(base) => self.value(&base.base),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.place(&unary.expr),
            Expr::Unary(unary) => self.value(&unary.expr),
            Expr::Range(range) => {
                self.values(range.start.as_deref().into_iter().chain(range.end.as_deref()));
            }
            Expr::Index(index) => {
                self.place(&index.expr);
                self.value(&index.index);
            }
            Expr::Struct(literal) => {
                self.values(literal.fields.iter().map(|field| &field.expr));
                if let Some(rest) = &literal.rest {
                    self.place(rest);
                }
            }
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method(call),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Assign(assign) => {
                self.value(&assign.right);
                self.assign(&assign.left);
            }
            Expr::Let(test) => {
                // Outside of a condition that is taken apart: its bindings live in the scope around.
                self.scrutinee(&test.expr, &test.pat);
                let local = self.local_named_by(&test.expr);
                self.declare(&test.pat, true);
                self.taken_apart(local, &test.pat);
            }
            Expr::Block(block) => {
                self.nested(block.label.as_ref().map(|label| &label.name), &block.block);
            }
            Expr::Unsafe(block) => self.nested(None, &block.block),
            Expr::Const(_) | Expr::Lit(_) | Expr::Infer(_) => {}
            Expr::Closure(closure) => self.closure(closure),
            Expr::Async(block) => {
                self.captured(&Expr::Async(block.clone()), block.capture.is_some());
            }
            Expr::If(branch) => self.plain_if(branch),
            Expr::Match(test) => self.plain_match(test),
            Expr::Loop(endless) => {
                self.plain_loop(endless.label.as_ref().map(|label| &label.name), |cx, _| {
                    cx.code(&endless.body);
                });
            }
            Expr::While(test) => self.plain_while(test),
            Expr::ForLoop(each) => self.plain_for(each),
            Expr::Return(jump) => {
                self.values(jump.expr.as_deref());
                self.goto(self.end);
            }
            Expr::Break(jump) => {
                self.values(jump.expr.as_deref());
                self.jump(jump.label.as_ref(), |target| Some(target.on_break));
            }
            Expr::Continue(jump) => self.jump(jump.label.as_ref(), |target| target.on_continue),
            Expr::Macro(mac) => self.mac(mac),
            other => self.tokens(quote::quote!(#other)),
        }
    }

    fn name(&mut self, expr: &Expr, bare: What) {
        if let Some(local) = self.local_named_by(expr) {
            self.event(local, bare);
        }
    }

    /// A call of a local uses it up if it can be called once only.
    fn call(&mut self, call: &syn::ExprCall) {
        if let Some(takes_values) = macros::takes_values(&call.func) {
            return self.standard_macro(takes_values, call);
        }
        let once = self.local_named_by(&call.func).filter(|local| {
            matches!(self.body.local(*local).text_says, TextSays::Once | TextSays::OnceClosure)
        });
        if once.is_none() {
            self.place(&call.func);
        }
        self.values(&call.args);
        if let Some(local) = once {
            self.event(local, What::Move);
        }
    }

    fn method(&mut self, call: &syn::ExprMethodCall) {
        match self.local_named_by(&call.receiver) {
            Some(local) => self.event(local, What::Mention(seen_by(&call.method))),
            None => self.place(&call.receiver),
        }
        self.values(&call.args);
    }

    fn binary(&mut self, binary: &syn::ExprBinary) {
        match &binary.op {
            BinOp::And(_) | BinOp::Or(_) => {
                self.value(&binary.left);
                let after = self.block(Origin::Inner);
                self.part(Some(after));
                self.value(&binary.right);
                self.goto(after);
                self.enter(after);
            }
            BinOp::Eq(_)
            | BinOp::Ne(_)
            | BinOp::Lt(_)
            | BinOp::Le(_)
            | BinOp::Gt(_)
            | BinOp::Ge(_) => {
                self.place(&binary.left);
                self.place(&binary.right);
            }
            op if spill::is_compound(op) => {
                self.value(&binary.right);
                self.place(&binary.left);
            }
            _ => self.values([&*binary.left, &*binary.right]),
        }
    }

    /// `place = ..`: a local is assigned; of anything else the parts are evaluated.
    pub(super) fn assign(&mut self, place: &Expr) {
        match place {
            Expr::Path(_) => self.name(place, What::Assign),
            Expr::Paren(paren) => self.assign(&paren.expr),
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.assign(part)),
            Expr::Array(array) => array.elems.iter().for_each(|part| self.assign(part)),
            Expr::Call(call) => call.args.iter().for_each(|part| self.assign(part)),
            Expr::Struct(parts) => parts.fields.iter().for_each(|part| self.assign(&part.expr)),
            Expr::Infer(_) => {}
            other => {
                self.place(other);
                self.change_part(other);
            }
        }
    }

    fn jump(&mut self, label: Option<&Lifetime>, to: impl Fn(&Target) -> Option<super::BlockId>) {
        let label = label.map(|label| label.ident.to_string());
        let target = self.targets.iter().rev().find(|target| match &label {
            None => target.is_loop,
            Some(label) => target.label.as_ref() == Some(label),
        });
        match target.and_then(to) {
            Some(block) => self.goto(block),
            // Not to be found: rustc says so in the twin.
            None => self.current = None,
        }
    }

    // Scopes and branches inside of one statement.

    fn in_scope(&mut self, inside: impl FnOnce(&mut Self)) {
        self.scopes.push(Scope::default());
        inside(self);
        self.scopes.pop();
    }

    fn nested(&mut self, label: Option<&Lifetime>, code: &Code) {
        let after = self.block(Origin::Inner);
        let label = label.map(|label| label.ident.to_string());
        self.targets.push(Target { label, is_loop: false, on_break: after, on_continue: None });
        self.code(code);
        self.targets.pop();
        self.goto(after);
        self.enter(after);
    }

    fn code(&mut self, code: &Code) {
        self.in_scope(|cx| {
            for statement in &code.stmts {
                cx.plain_statement(statement);
            }
        });
    }

    fn plain_statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Local(local) if local.init.is_none() => self.declare(&local.pat, false),
            Stmt::Local(local) => {
                let Some(init) = &local.init else { return };
                self.scrutinee(&init.expr, &local.pat);
                if let Some((_, otherwise)) = &init.diverge {
                    let failed = self.block(Origin::Inner);
                    self.test(&init.expr, &local.pat, Some(failed));
                    let matched = self.current.take();
                    self.enter(failed);
                    self.value(otherwise);
                    self.current = matched;
                }
                let scrutinee = self.local_named_by(&init.expr);
                self.declare(&local.pat, true);
                self.taken_inside(scrutinee, &local.pat);
            }
            Stmt::Item(_) => {}
            Stmt::Expr(expr, _) => self.value(expr),
            Stmt::Macro(mac) => {
                self.mac(&ExprMacro { attrs: Vec::new(), mac: mac.mac.clone() });
            }
        }
    }

    fn plain_condition(&mut self, cond: &Expr, failed: super::BlockId) {
        match cond {
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                self.plain_condition(&both.left, failed);
                self.plain_condition(&both.right, failed);
            }
            Expr::Let(test) => {
                self.scrutinee(&test.expr, &test.pat);
                self.test(&test.expr, &test.pat, Some(failed));
                let local = self.local_named_by(&test.expr);
                self.declare(&test.pat, true);
                self.taken_inside(local, &test.pat);
            }
            other => {
                self.value(other);
                self.part(Some(failed));
            }
        }
    }

    fn plain_if(&mut self, branch: &syn::ExprIf) {
        let (failed, after) = (self.block(Origin::Inner), self.block(Origin::Inner));
        self.in_scope(|cx| {
            cx.plain_condition(&branch.cond, failed);
            cx.code(&branch.then_branch);
        });
        self.goto(after);
        self.enter(failed);
        if let Some((_, otherwise)) = &branch.else_branch {
            self.value(otherwise);
        }
        self.goto(after);
        self.enter(after);
    }

    fn plain_match(&mut self, test: &syn::ExprMatch) {
        self.place(&test.expr);
        let after = self.block(Origin::Inner);
        let last = test.arms.len().saturating_sub(1);
        for (at, arm) in test.arms.iter().enumerate() {
            let next = (at < last).then(|| self.block(Origin::Inner));
            self.in_scope(|cx| {
                cx.test(&test.expr, &arm.pat, next);
                let local = cx.local_named_by(&test.expr);
                let mut pat = &arm.pat;
                if let Pat::Guard(guard) = pat {
                    pat = &guard.pat;
                    cx.declare(pat, true);
                    cx.value(&guard.guard);
                    cx.part(next);
                } else {
                    cx.declare(pat, true);
                }
                cx.taken_inside(local, pat);
                cx.value(&arm.body);
            });
            self.goto(after);
            if let Some(next) = next {
                self.enter(next);
            }
        }
        self.enter(after);
    }

    fn plain_loop(
        &mut self,
        label: Option<&Lifetime>,
        inside: impl FnOnce(&mut Self, super::BlockId),
    ) {
        let (head, after) = (self.block(Origin::Inner), self.block(Origin::Inner));
        self.goto(head);
        self.enter(head);
        let label = label.map(|label| label.ident.to_string());
        let on_continue = Some(head);
        self.targets.push(Target { label, is_loop: true, on_break: after, on_continue });
        self.in_scope(|cx| inside(cx, after));
        self.targets.pop();
        self.goto(head);
        self.enter(after);
    }

    fn plain_while(&mut self, test: &syn::ExprWhile) {
        self.plain_loop(test.label.as_ref().map(|label| &label.name), |cx, after| {
            cx.plain_condition(&test.cond, after);
            cx.code(&test.body);
        });
    }

    fn plain_for(&mut self, each: &syn::ExprForLoop) {
        self.value(&each.expr);
        self.plain_loop(each.label.as_ref().map(|label| &label.name), |cx, after| {
            cx.part(Some(after));
            cx.declare(&each.pat, true);
            cx.code(&each.body);
        });
    }

    // Closures and macros.

    fn closure(&mut self, closure: &ExprClosure) {
        self.captured(&Expr::Closure(closure.clone()), closure.capture.is_some());
    }

    /// What a closure or an `async` block captures, when it is made.
    fn captured(&mut self, code: &Expr, moves: bool) {
        for (name, bare) in captures(code) {
            if let Some(local) = self.resolve(&name) {
                let what = if moves || bare { What::Move } else { What::Mention(Seen::Anyhow) };
                self.event(local, what);
            }
        }
    }

    /// A macro that was made a call, for there was a yield in it.
    fn standard_macro(&mut self, takes_values: bool, call: &syn::ExprCall) {
        for argument in &call.args {
            match argument {
                argument if takes_values => self.value(argument),
                Expr::Lit(literal) => self.tokens(quote::quote!(#literal)),
                Expr::Assign(named) => self.place(&named.right),
                argument => self.place(argument),
            }
        }
    }

    fn mac(&mut self, mac: &ExprMacro) {
        match macros::as_call(Vec::new(), &mac.mac) {
            // `vec![x; n]` is a block that ends with such a macro again.
            None | Some(Expr::Block(_)) => self.tokens(mac.mac.tokens.clone()),
            Some(call) => self.value(&call),
        }
    }

    /// Tokens of which nobody knows what they become: each local that is named in them counts as used.
    fn tokens(&mut self, tokens: TokenStream) {
        for name in mentioned(tokens) {
            if let Some(local) = self.resolve(&name) {
                self.event(local, What::Mention(Seen::Anyhow));
            }
        }
    }
}

pub(super) fn seen_by(method: &proc_macro2::Ident) -> Seen {
    let name = names::plain(method);
    if name == "into_iter" {
        Seen::Iterated
    } else if UNWRAPPING.contains(&name.as_str()) {
        Seen::Unwrapped
    } else if MAPPING.contains(&name.as_str()) {
        Seen::Mapped
    } else if COLLECTING.contains(&name.as_str()) {
        Seen::Collected
    } else if name.starts_with("into") {
        Seen::Called
    } else {
        Seen::Anyhow
    }
}
