//! Finds the yields: numbers them, rejects those that no pass could serve, and writes the twin.
//!
//! From here on a yield is `Expr::Yield` with its number and operand, a syntax that users cannot write.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprYield, Macro, Path, Stmt, Token, parse_quote};

use crate::diag::{self, Errors, Message};
use crate::ir::{Yield, YieldId};
use crate::macros;
use crate::spill;
use crate::text;

/// Replaces each `yield_!(operand)` by `Expr::Yield`; gives them in the order of the text.
pub(crate) fn find(body: &mut Block, kaa: &Path, errors: &mut Errors) -> Vec<Yield> {
    let mut finder = Finder { kaa, errors, yields: Vec::new(), in_async: false };
    finder.visit_block_mut(body);
    finder.yields
}

pub(crate) fn is_yield(mac: &Macro) -> bool {
    mac.path.segments.last().is_some_and(|last| last.ident == "yield_")
}

/// Takes a marked yield apart.
pub(crate) fn parts(marked: &ExprYield) -> (YieldId, Expr) {
    let Some(Expr::Tuple(pair)) = marked.expr.as_deref() else {
        unreachable!("`find` marks yields with a pair")
    };
    let (Expr::Lit(number), operand) = (&pair.elems[0], &pair.elems[1]) else {
        unreachable!("`find` puts the number first")
    };
    let syn::Lit::Int(number) = &number.lit else { unreachable!("`find` writes an integer") };
    (YieldId(number.base10_parse().unwrap_or_default()), operand.clone())
}

/// What a marked yield waits for.
pub(crate) fn operand(marked: &mut Expr) -> &mut Expr {
    let Expr::Yield(ExprYield { expr: Some(pair), .. }) = marked else {
        unreachable!("called with a marked yield")
    };
    let Expr::Tuple(pair) = &mut **pair else { unreachable!("`find` marks yields with a pair") };
    &mut pair.elems[1]
}

/// A statement that counts as a yield, and does nothing: what it stands in is taken apart.
pub(crate) fn mark() -> Stmt {
    let yield_token = Token![yield](Span::call_site());
    let mark = ExprYield { attrs: Vec::new(), yield_token, expr: None };
    Stmt::Expr(Expr::Yield(mark), Some(<Token![;]>::default()))
}

pub(crate) fn is_mark(expr: &Expr) -> bool {
    matches!(expr, Expr::Yield(ExprYield { expr: None, .. }))
}

fn take_marks_off(block: &mut Block) {
    block.stmts.retain(|stmt| !matches!(stmt, Stmt::Expr(expr, _) if is_mark(expr)));
}

/// Is there a yield in this?
pub(crate) fn contains(expr: &Expr) -> bool {
    let mut first = First(None);
    first.visit_expr(expr);
    first.0.is_some()
}

pub(crate) fn contained_in_block(block: &Block) -> bool {
    let mut first = First(None);
    first.visit_block(block);
    first.0.is_some()
}

pub(crate) fn contained_in_statement(statement: &Stmt) -> bool {
    let mut first = First(None);
    first.visit_stmt(statement);
    first.0.is_some()
}

/// The span of the first yield in this.
pub(crate) fn first_span(expr: &Expr) -> Option<Span> {
    let mut first = First(None);
    first.visit_expr(expr);
    first.0
}

/// The code as one line for people, with the yields as the user wrote them.
pub(crate) fn text_of(code: &Expr) -> String {
    struct AsWritten;
    impl VisitMut for AsWritten {
        fn visit_block_mut(&mut self, block: &mut Block) {
            take_marks_off(block);
            visit_mut::visit_block_mut(self, block);
        }

        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            visit_mut::visit_expr_mut(self, expr);
            if let Expr::Yield(marked) = expr {
                let (_, operand) = parts(marked);
                let is_turn = text::of(&operand).ends_with("::NotFinished");
                *expr = Expr::Verbatim(if is_turn {
                    quote!(yield_!())
                } else {
                    quote!(yield_!(#operand))
                });
            }
        }
    }
    let mut code = code.clone();
    AsWritten.visit_expr_mut(&mut code);
    text::of(&code)
}

struct First(Option<Span>);

impl<'ast> Visit<'ast> for First {
    fn visit_expr_yield(&mut self, marked: &'ast ExprYield) {
        self.0.get_or_insert(marked.yield_token.span);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

struct Finder<'a> {
    kaa: &'a Path,
    errors: &'a mut Errors,
    yields: Vec<Yield>,
    /// Inside of an `async` block or closure.
    in_async: bool,
}

impl Finder<'_> {
    /// `yield_!(operand)` -> the marked yield.
    fn mark(&mut self, attrs: Vec<syn::Attribute>, mac: &Macro) -> Expr {
        let span = mac.path.segments.last().map_or_else(Span::call_site, |last| last.ident.span());
        let operands = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone());
        let operand = match operands {
            Err(error) => {
                self.errors.add(error);
                return parse_quote!(());
            }
            Ok(operands) if operands.len() > 1 => {
                self.errors.at(&operands[1], diag::TOO_MANY_OPERANDS);
                return parse_quote!(());
            }
            Ok(operands) => operands.into_iter().next(),
        };
        let number = self.yields.len() + 1;
        let (text, callee) = match &operand {
            None => (String::new(), None),
            Some(operand) => (text::of(operand), callee(operand)),
        };
        self.yields.push(Yield { span, text, callee });
        let kaa = self.kaa;
        let mut operand = operand.unwrap_or_else(|| parse_quote!(#kaa::NotFinished));
        self.visit_expr_mut(&mut operand);
        let pair = Expr::Tuple(parse_quote!((#number, #operand)));
        Expr::Yield(ExprYield {
            attrs,
            yield_token: Token![yield](span),
            expr: Some(Box::new(number_first(pair, number, operand))),
        })
    }

    /// A macro with a yield or a jump in it: as a call, if it is one whose operands are known.
    fn standard_macro(&mut self, attributes: &[syn::Attribute], mac: &Macro) -> Option<Expr> {
        let found = in_tokens(mac.tokens.clone());
        if found.is_none() && !macros::may_jump(&mac.tokens) {
            return None;
        }
        let Some(mut call) = macros::as_call(attributes.to_vec(), mac) else {
            self.refuse(found, diag::IN_MACRO);
            return None;
        };
        self.visit_expr_mut(&mut call);
        let left = in_code(&call);
        self.refuse(left, diag::IN_MACRO);
        Some(call)
    }

    fn refuse(&mut self, found: Option<Span>, message: Message) {
        if let Some(span) = found {
            self.errors.at_span(span, message);
        }
    }
}

/// `(1usize, operand)`, with the number as a plain literal.
fn number_first(pair: Expr, number: usize, operand: Expr) -> Expr {
    let Expr::Tuple(mut pair) = pair else { unreachable!("built as a tuple") };
    let literal = syn::LitInt::new(&number.to_string(), Span::call_site());
    pair.elems = Punctuated::from_iter([parse_quote!(#literal), operand]);
    Expr::Tuple(pair)
}

impl VisitMut for Finder<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(found) if is_yield(&found.mac) => {
                *expr = self.mark(found.attrs.clone(), &found.mac);
            }
            Expr::Macro(other) => {
                if let Some(call) = self.standard_macro(&other.attrs, &other.mac) {
                    *expr = call;
                }
            }
            Expr::Closure(closure) => {
                let around = self.in_async;
                self.in_async |= closure.asyncness.is_some();
                self.refuse(in_code(expr), diag::IN_CLOSURE);
                visit_mut::visit_expr_mut(self, expr);
                self.in_async = around;
            }
            Expr::Async(_) => {
                self.refuse(in_code(expr), diag::IN_ASYNC);
                let around = std::mem::replace(&mut self.in_async, true);
                visit_mut::visit_expr_mut(self, expr);
                self.in_async = around;
            }
            Expr::Const(_) => self.refuse(in_code(expr), diag::IN_CONST),
            Expr::Await(wait) if !self.in_async => {
                self.errors.at(wait.await_token, diag::AWAIT);
                visit_mut::visit_expr_mut(self, expr);
            }
            Expr::TryBlock(_) => self.refuse(in_code(expr), diag::IN_TRY_BLOCK),
            Expr::Repeat(repeat) => {
                self.visit_expr_mut(&mut repeat.expr);
                self.refuse(in_code(&repeat.len), diag::IN_CONST);
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        // `yield_! { x }` is a statement as it stands; what takes its place is not, unless it comes last.
        let before_last = block.stmts.len().saturating_sub(1);
        for stmt in &mut block.stmts[..before_last] {
            if let Stmt::Macro(found) = stmt
                && is_yield(&found.mac)
            {
                found.semi_token.get_or_insert_default();
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Macro(found) if is_yield(&found.mac) => {
                let marked = self.mark(found.attrs.clone(), &found.mac);
                *stmt = Stmt::Expr(marked, found.semi_token);
            }
            Stmt::Macro(other) => {
                if let Some(call) = self.standard_macro(&other.attrs, &other.mac) {
                    *stmt = Stmt::Expr(call, other.semi_token);
                }
            }
            Stmt::Item(item) => {
                let found = in_tokens(quote!(#item));
                self.refuse(found, diag::IN_ITEM);
            }
            _ => visit_mut::visit_stmt_mut(self, stmt),
        }
    }

    fn visit_pat_mut(&mut self, pat: &mut syn::Pat) {
        if let syn::Pat::Guard(guard) = pat {
            self.visit_expr_mut(&mut guard.guard);
            self.visit_pat_mut(&mut guard.pat);
        } else {
            self.refuse(in_code(pat), diag::IN_PATTERN);
        }
    }

    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        self.refuse(in_code(ty), diag::IN_PATTERN);
    }
}

pub(crate) fn in_code(code: &impl quote::ToTokens) -> Option<Span> {
    in_tokens(code.to_token_stream())
}

/// The first `yield_ !` in tokens.
///
/// A coroutine inside of them has yields of its own: what stands behind its attribute is not looked at.
fn in_tokens(tokens: TokenStream) -> Option<Span> {
    let mut tokens = tokens.into_iter().peekable();
    let mut in_coroutine = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.peek() {
                    in_coroutine |= attribute.stream().to_string().contains("coroutine");
                }
            }
            TokenTree::Ident(name) if name == "yield_" => {
                if matches!(tokens.peek(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!') {
                    return Some(name.span());
                }
            }
            TokenTree::Group(group) => {
                let is_body = group.delimiter() == proc_macro2::Delimiter::Brace;
                if in_coroutine && is_body {
                    in_coroutine = false;
                } else if let Some(span) = in_tokens(group.stream()) {
                    return Some(span);
                }
            }
            _ => {}
        }
    }
    None
}

/// `sock.connect(..).timeout(..)` -> `timeout`; a plain name has none.
fn callee(operand: &Expr) -> Option<String> {
    match operand {
        Expr::MethodCall(call) => Some(crate::names::plain(&call.method)),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                path.path.segments.last().map(|last| crate::names::plain(&last.ident))
            }
            _ => None,
        },
        Expr::Reference(reference) => callee(&reference.expr),
        Expr::Try(inner) => callee(&inner.expr),
        Expr::Paren(inner) => callee(&inner.expr),
        Expr::Group(inner) => callee(&inner.expr),
        _ => None,
    }
}

/// The body with each yield as what rustc is to judge.
///
/// ```text
/// yield_!(operand)  ->  __kaa::output(__kaa::inprogress(operand))
/// ```
pub(crate) fn twin(body: &Block) -> Block {
    struct Twin;
    impl VisitMut for Twin {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            visit_mut::visit_expr_mut(self, expr);
            if let Expr::Yield(marked) = expr {
                *expr = judged(marked);
            }
        }

        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let mut body = body.clone();
    Twin.visit_block_mut(&mut body);
    body
}

/// An expression as rustc is to judge it, with a hole in the place of a spilled operand.
pub(crate) fn with_hole(whole: &Expr, expected: &Ident) -> Expr {
    struct Hole<'a>(&'a Ident);
    impl VisitMut for Hole<'_> {
        fn visit_block_mut(&mut self, block: &mut Block) {
            take_marks_off(block);
            visit_mut::visit_block_mut(self, block);
        }

        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            if matches!(expr, Expr::Closure(_) | Expr::Async(_)) {
                return;
            }
            visit_mut::visit_expr_mut(self, expr);
            match expr {
                Expr::Yield(marked) => *expr = judged(marked),
                // Where it would lead is not there.
                Expr::Return(_) => *expr = parse_quote!(loop {}),
                Expr::Break(jump) if jump.label.as_ref().is_some_and(is_ours) => {
                    *expr = parse_quote!(loop {});
                }
                Expr::Path(path) if path.path.is_ident(spill::HOLE) => {
                    let expected = self.0;
                    *expr = parse_quote!(#expected.hole());
                }
                _ => {}
            }
        }
    }
    let mut whole = whole.clone();
    Hole(expected).visit_expr_mut(&mut whole);
    whole
}

/// `'__loop1`: the label of a construct that is taken apart.
pub(crate) fn is_ours(label: &syn::Lifetime) -> bool {
    label.ident.to_string().starts_with("__")
}

/// `__kaa::output(__kaa::inprogress(operand))`
fn judged(marked: &ExprYield) -> Expr {
    let span = marked.yield_token.span;
    let (_, operand) = parts(marked);
    let awaited = awaited(span, &operand);
    call(quote_spanned!(span=> __kaa::output(#awaited)))
}

/// A call that the macro has written, as an expression.
pub(crate) fn call(tokens: TokenStream) -> Expr {
    syn::parse2(tokens).unwrap_or_else(|_| unreachable!("a call is an expression"))
}

/// `__kaa::inprogress(operand)`: the same call at the same span in the twin and in the machine.
pub(crate) fn awaited(span: Span, operand: &Expr) -> TokenStream {
    quote_spanned!(span=> __kaa::inprogress(#operand))
}
