//! Macros of the standard library whose operands may wait.
//!
//! From here on such a macro is a call whose function is its name with the `!`: it prints as it was written.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprCall, Macro, Token, parse_quote};

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
    let takes = known(&name)?;
    let may_wait = match takes {
        Takes::Format | Takes::Values => usize::MAX,
        Takes::Condition => 1,
        Takes::Comparison => 2,
    };
    let (waiting, rest) = split(mac.tokens.clone(), may_wait)?;
    let mut args: Punctuated<Expr, Token![,]> = waiting;
    if !rest.is_empty() {
        args.push(Expr::Verbatim(rest));
    }
    let path = &mac.path;
    Some(Expr::Call(ExprCall {
        attrs: attributes,
        func: Box::new(Expr::Verbatim(quote!(#path!))),
        paren_token: syn::token::Paren::default(),
        args,
    }))
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

/// The name of a macro that [`as_call`] made a call, and what it takes.
fn takes(name: &TokenStream) -> Option<Takes> {
    let last = name.clone().into_iter().filter_map(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    known(&last.last()?)
}

pub(crate) fn takes_values(name: &TokenStream) -> bool {
    takes(name) == Some(Takes::Values)
}

/// `width = x` is an argument of that name: what counts is `x`.
pub(crate) fn argument(argument: &mut Expr) -> &mut Expr {
    match argument {
        Expr::Assign(named) => &mut named.right,
        argument => argument,
    }
}
