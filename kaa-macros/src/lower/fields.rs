//! A tuple of which a part is moved out by its number: its parts become locals of their own, in the machine only.
//!
//! ```text
//! let pair = (Guard("left"), Guard("right"));      let __pair_1;
//! drop(pair.0);                                    let __pair_0;
//! yield_!()?;                                      (__pair_0, __pair_1) = (Guard("left"), Guard("right"));
//! note(pair.1.name());                             drop(__pair_0); ..
//! ```
//!
//! The parts of a tuple drop in their order, and locals in the reverse of it: so the last part is declared first.

use std::collections::BTreeMap;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block as Code, Expr, ExprField, Local, Member, Pat, Stmt, Type, parse_quote};

use super::capture::mentioned;
use super::pattern::is_number;
use crate::input::{Argument, Input};
use crate::names;

/// Rewrites the tuples of which the text says how many parts they have, and whose parts are moved out.
pub(crate) fn as_locals(code: &mut Code, input: &Input) {
    let mut found = Tuples::default();
    let last = last_tuple(input);
    if let Some((argument, parts)) = last {
        found.bound(&argument.name, Some(parts));
    }
    found.visit_block(code);
    let tuples: BTreeMap<String, usize> = found
        .0
        .into_iter()
        .filter(|(_, tuple)| tuple.is_moved_in_part && !tuple.is_otherwise_used)
        .filter_map(|(name, tuple)| Some((name, tuple.parts?)))
        .collect();
    if !tuples.is_empty() {
        Rewrite(&tuples).visit_block_mut(code);
    }
    if let Some((Argument { name, mutable, .. }, _)) = last
        && let Some(parts) = tuples.get(&names::plain(name))
    {
        let mutable = mutable.then(<syn::Token![mut]>::default);
        code.stmts.splice(0..0, declarations(name, mutable, *parts, &parse_quote!(#name)));
    }
}

/// The last argument but for numbers, if it is a tuple: its parts can be declared behind it, and still drop in its turn.
fn last_tuple(input: &Input) -> Option<(&Argument, usize)> {
    let is_number = |argument: &&Argument| argument.ty.as_ref().is_some_and(is_number);
    let argument = input.arguments.iter().rev().find(|argument| !is_number(argument))?;
    Some((argument, parts_of_type(argument.ty.as_ref()?)?))
}

/// ```text
/// let __pair_1;
/// let __pair_0;
/// (__pair_0, __pair_1) = value;
/// ```
fn declarations(
    tuple: &Ident,
    mutable: Option<syn::Token![mut]>,
    parts: usize,
    value: &Expr,
) -> Vec<Stmt> {
    let names: Vec<Ident> = (0..parts).map(|at| names::part_of(tuple, at)).collect();
    let declared = names.iter().rev().map(|name| parse_quote!(let #mutable #name;));
    declared.chain([parse_quote!((#(#names,)*) = #value;)]).collect()
}

/// What the text says of a name.
#[derive(Default)]
struct Tuple {
    parts: Option<usize>,
    is_moved_in_part: bool,
    /// As a whole, other than moved; or it is bound twice.
    is_otherwise_used: bool,
}

#[derive(Default)]
struct Tuples(BTreeMap<String, Tuple>);

impl Tuples {
    fn of(&mut self, name: &Ident) -> &mut Tuple {
        self.0.entry(names::plain(name)).or_default()
    }

    fn bound(&mut self, name: &Ident, parts: Option<usize>) {
        let tuple = self.of(name);
        tuple.is_otherwise_used |= tuple.parts.is_some() || parts.is_none();
        tuple.parts = parts;
    }

    /// A value: one that is a part of a tuple is moved out of it.
    fn value(&mut self, value: &Expr) {
        if let Some((name, _)) = part(value) {
            self.of(name).is_moved_in_part = true;
        } else if name_of(value).is_none() {
            self.visit_expr(value);
        }
    }
}

impl<'ast> Visit<'ast> for Tuples {
    fn visit_local(&mut self, local: &'ast Local) {
        let init = local.init.as_ref();
        if let (Some(name), Some(parts)) = (bound_name(&local.pat), parts_of(local)) {
            self.bound(name, Some(parts));
        } else {
            let takes_all = init.is_some_and(|init| takes_whole(&local.pat, &init.expr));
            self.visit_pat(&local.pat);
            if takes_all {
                return;
            }
        }
        if let Some(init) = init {
            match bound_name(&local.pat) {
                Some(_) => self.value(&init.expr),
                None => self.visit_expr(&init.expr),
            }
            init.diverge.iter().for_each(|(_, otherwise)| self.visit_expr(otherwise));
        }
    }

    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.bound(&pat.ident, None);
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(_) => {
                if let Some(name) = name_of(expr) {
                    self.of(name).is_otherwise_used = true;
                }
            }
            Expr::Field(_) if part(expr).is_some() => {}
            Expr::Call(call) => {
                self.visit_expr(&call.func);
                call.args.iter().for_each(|argument| self.value(argument));
            }
            Expr::MethodCall(call) => {
                self.visit_expr(&call.receiver);
                call.args.iter().for_each(|argument| self.value(argument));
            }
            Expr::Macro(found) => self.tokens(found.mac.tokens.clone()),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_stmt_macro(&mut self, found: &'ast syn::StmtMacro) {
        self.tokens(found.mac.tokens.clone());
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

impl Tuples {
    /// In a macro the parts are found by their tokens: what is left when they are renamed is the whole.
    fn tokens(&mut self, tokens: TokenStream) {
        let known: BTreeMap<String, usize> =
            self.0.iter().filter_map(|(name, tuple)| Some((name.clone(), tuple.parts?))).collect();
        for name in mentioned(renamed(tokens, &known)) {
            if let Some(tuple) = self.0.get_mut(&name) {
                tuple.is_otherwise_used = true;
            }
        }
    }
}

struct Rewrite<'a>(&'a BTreeMap<String, usize>);

impl Rewrite<'_> {
    /// `let pair = value;` as declarations of its parts, and their assignment.
    fn declared(&self, local: &Local) -> Option<Vec<Stmt>> {
        let name = bound_name(&local.pat)?;
        let parts = *self.0.get(&names::plain(name))?;
        let init = &local.init.as_ref()?.expr;
        let mutable = match &local.pat {
            Pat::Ident(ident) => ident.mutability,
            Pat::Type(typed) => match &*typed.pat {
                Pat::Ident(ident) => ident.mutability,
                _ => None,
            },
            _ => None,
        };
        let value = match &local.pat {
            Pat::Type(typed) => {
                let (whole, ty) = (names::whole(name), &typed.ty);
                parse_quote!({ let #whole: #ty = #init; #whole })
            }
            _ => (**init).clone(),
        };
        Some(declarations(name, mutable, parts, &value))
    }
}

impl VisitMut for Rewrite<'_> {
    fn visit_block_mut(&mut self, block: &mut Code) {
        visit_mut::visit_block_mut(self, block);
        let statements = std::mem::take(&mut block.stmts);
        for statement in statements {
            match &statement {
                Stmt::Local(local) => match self.declared(local) {
                    Some(declared) => block.stmts.extend(declared),
                    None => block.stmts.push(statement),
                },
                _ => block.stmts.push(statement),
            }
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Some((name, at)) = part(expr)
            && self.0.contains_key(&names::plain(name))
        {
            let name = names::part_of(name, at);
            *expr = parse_quote!(#name);
            return;
        }
        if let Some(name) = name_of(expr)
            && let Some(parts) = self.0.get(&names::plain(name))
        {
            let names = (0..*parts).map(|at| names::part_of(name, at));
            *expr = parse_quote!((#(#names,)*));
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        mac.tokens = renamed(std::mem::take(&mut mac.tokens), self.0);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `pair.1` -> `__pair_1`
fn renamed(tokens: TokenStream, tuples: &BTreeMap<String, usize>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut renamed = TokenStream::new();
    let mut at = 0;
    while at < tokens.len() {
        let after_dot =
            at > 0 && matches!(&tokens[at - 1], TokenTree::Punct(dot) if dot.as_char() == '.');
        if let [TokenTree::Ident(name), TokenTree::Punct(dot), TokenTree::Literal(number), ..] =
            &tokens[at..]
            && dot.as_char() == '.'
            && !after_dot
            && tuples.contains_key(&names::plain(name))
            && let Ok(number) = number.to_string().parse()
        {
            renamed.extend([TokenTree::Ident(names::part_of(name, number))]);
            at += 3;
            continue;
        }
        match &tokens[at] {
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), self::renamed(group.stream(), tuples));
                inner.set_span(group.span());
                renamed.extend([TokenTree::Group(inner)]);
            }
            other => renamed.extend([other.clone()]),
        }
        at += 1;
    }
    renamed
}

/// `let (a, b) = pair`: moves all of it.
fn takes_whole(pat: &Pat, init: &Expr) -> bool {
    let is_taken = |part: &Pat| matches!(part, Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none());
    name_of(init).is_some() && matches!(pat, Pat::Tuple(tuple) if tuple.elems.iter().all(is_taken))
}

/// The name of `pair.1`, and the number.
fn part(expr: &Expr) -> Option<(&Ident, usize)> {
    let Expr::Field(ExprField { base, member: Member::Unnamed(number), .. }) = expr else {
        return None;
    };
    Some((name_of(base)?, number.index as usize))
}

fn name_of(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        Expr::Group(group) => name_of(&group.expr),
        _ => None,
    }
}

fn bound_name(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(ident) if ident.by_ref.is_none() && ident.subpat.is_none() => Some(&ident.ident),
        Pat::Type(typed) => bound_name(&typed.pat),
        _ => None,
    }
}

/// How many parts the local has that is declared so.
fn parts_of(local: &Local) -> Option<usize> {
    let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
    match (&local.pat, &*init.expr) {
        (Pat::Type(typed), _) => parts_of_type(&typed.ty),
        (_, Expr::Tuple(tuple)) => Some(tuple.elems.len()),
        _ => None,
    }
}

fn parts_of_type(ty: &Type) -> Option<usize> {
    match ty {
        Type::Tuple(tuple) => Some(tuple.elems.len()),
        Type::Group(group) => parts_of_type(&group.elem),
        _ => None,
    }
}
