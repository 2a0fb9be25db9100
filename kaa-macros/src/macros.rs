//! Macros of the standard library whose operands may wait.
//!
//! While the passes work on it, such a macro is a call: `__macro!(println)("{}", x)`. It prints as that, and can be parsed again. The
//! last pass writes it as it was.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprCall, Macro, Token, parse_quote};

use crate::{text, yields};

/// What a macro does with its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// A format string, and references to the rest.
    Format,
    /// All of them by value.
    Values,
    /// The first one decides whether the others are evaluated.
    Condition,
    /// Two, by reference; they decide whether the others are evaluated.
    Comparison,
}

const KNOWN: [(&str, Takes); 18] = [
    ("print", Takes::Format),
    ("println", Takes::Format),
    ("eprint", Takes::Format),
    ("eprintln", Takes::Format),
    ("format", Takes::Format),
    ("write", Takes::Format),
    ("writeln", Takes::Format),
    ("panic", Takes::Format),
    ("todo", Takes::Format),
    ("unreachable", Takes::Format),
    ("unimplemented", Takes::Format),
    ("format_args", Takes::Format),
    ("vec", Takes::Values),
    ("dbg", Takes::Values),
    ("assert", Takes::Condition),
    ("matches", Takes::Condition),
    ("assert_eq", Takes::Comparison),
    ("assert_ne", Takes::Comparison),
];

fn known(name: &str) -> Option<Takes> {
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, takes)| *takes)
}

/// `println!("{}", x)` as a call, if it is a macro of the list and its arguments are expressions as far as they could wait.
pub(crate) fn as_call(attributes: Vec<syn::Attribute>, mac: &Macro) -> Option<Expr> {
    let name = mac.path.segments.last()?.ident.to_string();
    if let Some(asserting) = name.strip_prefix("debug_") {
        let (name, tokens) = (syn::Ident::new(asserting, mac.path.span()), &mac.tokens);
        let asserting = as_call(attributes, &parse_quote!(#name!(#tokens)))?;
        return Some(parse_quote!(if ::core::cfg!(debug_assertions) { #asserting; }));
    }
    if let Some(simpler) = simpler(&name, mac) {
        return Some(simpler);
    }
    let takes = known(&name)?;
    let may_wait = match takes {
        Takes::Format | Takes::Values => usize::MAX,
        Takes::Condition => 1,
        Takes::Comparison => 2,
    };
    let (waiting, rest) = split(mac.tokens.clone(), may_wait)?;
    let mut args: Punctuated<Expr, Token![,]> = waiting;
    if let (true, "assert", Some(condition)) = (rest.is_empty(), &*name, args.first()) {
        // It says what the user wrote.
        let condition = text::of(condition).replace('{', "{{").replace('}', "}}");
        let message = format!("assertion failed: {condition}");
        if !args.trailing_punct() {
            args.push_punct(<Token![,]>::default());
        }
        args.push_value(parse_quote!(__rest!(#message)));
    }
    if !rest.is_empty() {
        args.push(parse_quote!(__rest!(#rest)));
    }
    let path = &mac.path;
    Some(Expr::Call(ExprCall {
        attrs: attributes,
        func: Box::new(parse_quote!(__macro!(#path))),
        paren_token: syn::token::Paren::default(),
        args,
    }))
}

/// A macro whose arguments are not all evaluated, each once and in a row: in terms of what it expands to.
fn simpler(name: &str, mac: &Macro) -> Option<Expr> {
    let tokens = &mac.tokens;
    let place = mac.path.span();
    match name {
        "vec" => repeated(tokens),
        "dbg" => shown(tokens, place),
        "assert" | "matches" => {
            let (first, rest) = split(tokens.clone(), 1)?;
            let first = first.first()?;
            if !waits(&rest) {
                return None;
            }
            let simpler = match name {
                "assert" => quote!(if !(#first) { ::core::panic!(#rest) }),
                _ => {
                    let pattern = without_comma(rest);
                    quote!(match #first { #pattern => true, _ => false })
                }
            };
            syn::parse2(simpler).ok()
        }
        "assert_eq" => compared(tokens, &parse_quote!(*__left == *__right), "=="),
        "assert_ne" => compared(tokens, &parse_quote!(*__left != *__right), "!="),
        _ => None,
    }
}

/// `assert_eq!` with a message that waits. Both sides are shown before: they would be borrows that cross the wait.
fn compared(tokens: &TokenStream, holds: &Expr, operator: &str) -> Option<Expr> {
    let (sides, rest) = split(tokens.clone(), 2)?;
    let mut sides = sides.into_iter().map(borrowed);
    let (left, right) = (sides.next()?, sides.next()?);
    if !waits(&rest) {
        return None;
    }
    let message =
        format!("assertion `left {operator} right` failed: {{}}\n  left: {{}}\n right: {{}}");
    syn::parse2(quote! {
        if let ::core::option::Option::Some(__sides) = match (#left, #right) {
            (__left, __right) => if #holds { ::core::option::Option::None } else {
                ::core::option::Option::Some(
                    (::std::format!("{:?}", *__left), ::std::format!("{:?}", *__right))
                )
            }
        } {
            let __message = ::std::format!(#rest);
            ::core::panic!(#message, __message, __sides.0, __sides.1)
        }
    })
    .ok()
}

/// `&expr`
fn borrowed(expr: Expr) -> Expr {
    Expr::Reference(syn::ExprReference {
        attrs: Vec::new(),
        and_token: <Token![&]>::default(),
        mutability: None,
        expr: Box::new(expr),
    })
}

fn without_comma(tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.pop_if(|last| matches!(last, TokenTree::Punct(last) if last.as_char() == ','));
    tokens.into_iter().collect()
}

fn waits(tokens: &TokenStream) -> bool {
    yields::in_code(tokens).is_some()
}

/// ```text
/// vec![x; n]  ->  { let __element = x; let __count = n; vec![__element; __count] }
/// ```
fn repeated(tokens: &TokenStream) -> Option<Expr> {
    let parser = |input: syn::parse::ParseStream<'_>| {
        let element: Expr = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok((element, input.parse::<Expr>()?))
    };
    let (element, count) = parser.parse2(tokens.clone()).ok()?;
    Some(parse_quote!({
        let __element = #element;
        let __count: usize = #count;
        ::std::vec![__element; __count]
    }))
}

/// `dbg!` says what the user wrote.
///
/// ```text
/// dbg!(x)  ->  match x { __shown => { eprintln!("[..] x = {:#?}", &__shown); __shown } }
/// ```
fn shown(tokens: &TokenStream, place: Span) -> Option<Expr> {
    let (values, _) = split(tokens.clone(), usize::MAX)?;
    let shown = values.iter().map(|value| -> Expr {
        let text = text::of(value);
        let line = quote_spanned! {place=>
            ::std::eprintln!(
                "[{}:{}:{}] {} = {:#?}",
                ::core::file!(), ::core::line!(), ::core::column!(), #text, &__shown,
            );
        };
        parse_quote!(match #value { __shown => { #line __shown } })
    });
    let shown: Vec<Expr> = shown.collect();
    match shown.as_slice() {
        [only] => Some(only.clone()),
        [] => None,
        several => Some(parse_quote!((#(#several,)*))),
    }
}

/// Does a word stand in it that leaves the code around it? The machine has something else in its place.
pub(crate) fn may_jump(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "return" || word == "break" || word == "continue",
        TokenTree::Group(group) => may_jump(&group.stream()),
        _ => false,
    })
}

/// The first `count` arguments, and the tokens behind them.
fn split(tokens: TokenStream, count: usize) -> Option<(Punctuated<Expr, Token![,]>, TokenStream)> {
    let parser = |input: syn::parse::ParseStream<'_>| {
        let mut arguments = Punctuated::new();
        while !input.is_empty() && arguments.len() < count {
            arguments.push_value(input.parse::<Expr>()?);
            if input.is_empty() {
                break;
            }
            arguments.push_punct(input.parse::<Token![,]>()?);
        }
        Ok((arguments, input.parse::<TokenStream>()?))
    };
    parser.parse2(tokens).ok()
}

/// A function that is a macro: whether it takes its arguments by value.
pub(crate) fn takes_values(function: &Expr) -> Option<bool> {
    let Expr::Macro(name) = function else { return None };
    if !name.mac.path.is_ident("__macro") {
        return None;
    }
    let last = name.mac.tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    Some(known(&last.last()?) == Some(Takes::Values))
}

/// ```text
/// __macro!(println)("{}", x)       ->  println!("{}", x)
/// __macro!(matches)(x, __rest!(p)) ->  matches!(x, p)
/// ```
pub(crate) fn restore(tokens: TokenStream) -> TokenStream {
    restore_with(tokens, &|name| name)
}

/// The same, and each name is handed through `named` on the way.
pub(crate) fn restore_with(
    tokens: TokenStream,
    named: &impl Fn(proc_macro2::Ident) -> proc_macro2::Ident,
) -> TokenStream {
    let mut restored = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ours) if ours == "__macro" || ours == "__rest" => {
                let bang = tokens.next();
                let Some(TokenTree::Group(group)) = tokens.next() else { continue };
                restored.extend(restore_with(group.stream(), named));
                if ours == "__macro" {
                    restored.extend(bang);
                }
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), restore_with(group.stream(), named));
                inner.set_span(group.span());
                restored.extend([TokenTree::Group(inner)]);
            }
            TokenTree::Ident(name) => restored.extend([TokenTree::Ident(named(name))]),
            other => restored.extend([other]),
        }
    }
    restored
}

/// `width = x` is an argument of that name: what counts is `x`.
pub(crate) fn argument(argument: &mut Expr) -> &mut Expr {
    let is_named = matches!(argument, Expr::Assign(named) if matches!(*named.left, Expr::Path(_)));
    if !is_named {
        return argument;
    }
    match argument {
        Expr::Assign(named) => &mut named.right,
        argument => argument,
    }
}
