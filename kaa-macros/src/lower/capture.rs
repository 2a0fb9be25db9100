//! What closures and macros take from around them, by their text.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{BinOp, Block as Code, Expr, ExprClosure, Stmt};

use super::flow::seen_by;
use crate::ir::{Seen, TextSays};
use crate::names;

fn is_arithmetic(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Add(_)
            | BinOp::Sub(_)
            | BinOp::Mul(_)
            | BinOp::Div(_)
            | BinOp::Rem(_)
            | BinOp::BitXor(_)
            | BinOp::BitAnd(_)
            | BinOp::BitOr(_)
            | BinOp::Shl(_)
            | BinOp::Shr(_)
    )
}

/// Names in tokens that may be locals: no fields, no paths, no macros; and those that format strings capture.
pub(crate) fn mentioned(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut after_dot = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let was_after_dot = std::mem::replace(&mut after_dot, false);
        match token {
            TokenTree::Group(group) => found.extend(mentioned(group.stream())),
            TokenTree::Ident(name) if !was_after_dot => {
                let is_macro =
                    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '!');
                if !is_macro {
                    found.push(names::plain(&name));
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '.' => {
                // `..x` is a range, `x.y` a field.
                let is_range =
                    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '.');
                after_dot = !is_range && !was_after_dot;
            }
            TokenTree::Literal(literal) => found.extend(captured_by_format(&literal.to_string())),
            _ => {}
        }
    }
    found
}

/// `"{name} {width:>n$} {{text}}"` -> `name`, `width`, `n`.
fn captured_by_format(literal: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in literal.replace("{{", "").split('{').skip(1) {
        let inside = part.split('}').next().unwrap_or_default();
        let words = inside.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        found.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    found
}

/// What the text of a closure says.
///
/// A `move` closure that mentions each local that it captures bare is used up by a call, or all of them are `Copy`: then it is so, too.
pub(super) fn kind_of(closure: &ExprClosure, is_local: impl Fn(&str) -> bool) -> TextSays {
    let code = Expr::Closure(closure.clone());
    if closure.capture.is_some() {
        // A method's name does not tell for certain.
        let mut for_certain = Captures { by_methods: false, ..Captures::default() };
        for_certain.visit_expr(&code);
        let captures = for_certain.found;
        let bare: BTreeSet<&String> =
            captures.iter().filter(|(_, bare)| *bare).map(|(name, _)| name).collect();
        let mut locals = captures.iter().filter(|(name, _)| is_local(name)).peekable();
        if locals.peek().is_some() && locals.all(|(name, _)| bare.contains(name)) {
            TextSays::OnceClosure
        } else {
            TextSays::MoveClosure
        }
    } else if captures(&code).iter().any(|(_, bare)| *bare) {
        TextSays::OnceClosure
    } else {
        TextSays::BorrowingClosure
    }
}

/// The names that a closure takes from outside, each with whether it is mentioned bare.
pub(super) fn captures(code: &Expr) -> Vec<(String, bool)> {
    let mut captures = Captures { by_methods: true, ..Captures::default() };
    captures.visit_expr(code);
    captures.found
}

/// The names that a closure captures.
pub(crate) fn captured_names(closure: &Expr) -> Vec<String> {
    captures(closure).into_iter().map(|(name, _)| name).collect()
}

#[derive(Default)]
struct Captures {
    /// What the closure binds itself.
    own: Vec<String>,
    /// The receiver of a method that by its name takes it counts as mentioned bare.
    by_methods: bool,
    found: Vec<(String, bool)>,
}

impl Captures {
    fn add(&mut self, name: String, bare: bool) {
        if !self.own.contains(&name) {
            self.found.push((name, bare));
        }
    }

    fn operand(&mut self, expr: &Expr) {
        match expr {
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    self.add(names::plain(name), true);
                }
            }
            other => self.visit_expr(other),
        }
    }

    fn in_scope(&mut self, inside: impl FnOnce(&mut Self)) {
        let outside = self.own.len();
        inside(self);
        self.own.truncate(outside);
    }
}

impl<'ast> Visit<'ast> for Captures {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.own.push(names::plain(&pat.ident));
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    self.add(names::plain(name), false);
                }
            }
            Expr::Call(call) => {
                self.visit_expr(&call.func);
                call.args.iter().for_each(|argument| self.operand(argument));
            }
            Expr::MethodCall(call) => {
                let seen = seen_by(&call.method);
                if self.by_methods && !matches!(seen, Seen::Anyhow | Seen::Collected) {
                    self.operand(&call.receiver);
                } else {
                    self.visit_expr(&call.receiver);
                }
                call.args.iter().for_each(|argument| self.operand(argument));
            }
            Expr::Binary(binary) if is_arithmetic(&binary.op) => {
                self.operand(&binary.left);
                self.operand(&binary.right);
            }
            Expr::Try(inner) => self.operand(&inner.expr),
            Expr::Struct(literal) => {
                literal.fields.iter().for_each(|field| self.operand(&field.expr));
                literal.rest.iter().for_each(|rest| self.visit_expr(rest));
            }
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.operand(part)),
            Expr::Array(array) => array.elems.iter().for_each(|part| self.operand(part)),
            Expr::Return(jump) => jump.expr.iter().for_each(|value| self.operand(value)),
            Expr::Assign(assign) => {
                self.operand(&assign.right);
                self.visit_expr(&assign.left);
            }
            Expr::Closure(closure) => self.in_scope(|cx| {
                closure.inputs.iter().for_each(|input| cx.visit_pat(input));
                cx.operand(&closure.body);
            }),
            Expr::Let(test) => {
                self.visit_expr(&test.expr);
                self.visit_pat(&test.pat);
            }
            Expr::ForLoop(each) => {
                self.operand(&each.expr);
                self.in_scope(|cx| {
                    cx.visit_pat(&each.pat);
                    cx.visit_block(&each.body);
                });
            }
            Expr::If(_) | Expr::While(_) => self.in_scope(|cx| visit::visit_expr(cx, expr)),
            Expr::Macro(mac) => {
                mentioned(mac.mac.tokens.clone())
                    .into_iter()
                    .for_each(|name| self.add(name, false));
            }
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.in_scope(|cx| visit::visit_arm(cx, arm));
    }

    fn visit_block(&mut self, block: &'ast Code) {
        self.in_scope(|cx| cx.statements(block));
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

impl<'ast> Captures {
    fn statements(&mut self, block: &'ast Code) {
        for (at, statement) in block.stmts.iter().enumerate() {
            match statement {
                Stmt::Expr(tail, None) if at + 1 == block.stmts.len() => self.operand(tail),
                Stmt::Local(local) => {
                    if let Some(init) = &local.init {
                        self.operand(&init.expr);
                        init.diverge.iter().for_each(|(_, other)| self.visit_expr(other));
                    }
                    self.visit_pat(&local.pat);
                }
                Stmt::Macro(mac) => {
                    mentioned(mac.mac.tokens.clone())
                        .into_iter()
                        .for_each(|name| self.add(name, false));
                }
                statement => self.visit_stmt(statement),
            }
        }
    }
}
