//! `#[kaa::generator]`: a coroutine that emits values. What is written as its result is an item; the body itself ends with none.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{ItemFn, Path, Type, parse_quote};

use crate::args::Args;
use crate::diag::{self, Errors};
use crate::input::{Argument, Input, ReturnKind, Returns, with_first_argument, written_in_body};
use crate::manner::{self, Manner};
use crate::{fallback, names};

/// Its body waits where it emits.
///
/// ```text
/// emit_!(value)
///     ->
/// yield_!(__kaa::emit(&__emit, value))
/// ```
pub(crate) fn as_coroutine(function: &ItemFn) -> ItemFn {
    let mut function = function.clone();
    let block = as_yields(function.block.to_token_stream());
    if let Ok(block) = syn::parse2(block) {
        function.block = block;
    }
    function
}

fn as_yields(tokens: TokenStream) -> TokenStream {
    let mut written = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(name)
                if name == "emit_"
                    && matches!(tokens.peek(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!') =>
            {
                written.push(Ident::new("yield_", name.span()).into());
                written.extend(tokens.next());
                if let Some(TokenTree::Group(group)) = tokens.next_if(is_group) {
                    let (span, value) = (group.span(), as_yields(group.stream()));
                    written.extend(quote_spanned!(span=> (__kaa::emit(&__emit, #value))));
                }
            }
            TokenTree::Group(group) => {
                let mut inner =
                    proc_macro2::Group::new(group.delimiter(), as_yields(group.stream()));
                inner.set_span(group.span());
                written.push(inner.into());
            }
            other => written.push(other),
        }
    }
    written.into_iter().collect()
}

fn is_group(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(_))
}

/// The body finishes with nothing, has an argument more, and the caller gets a `Generator`.
pub(crate) fn make(args: &Args, input: &mut Input, errors: &mut Errors) -> Manner {
    if let Some((_, span)) = args.policy {
        errors.at_span(span, diag::POLICY_OF_A_GENERATOR);
    }
    let (item, returns) = split(&input.returns);
    input.returns = returns;
    let emitter = parse_quote!(__kaa::Emitter<#item>);
    input.arguments.push(Argument { name: emit(), mutable: false, ty: Some(emitter) });
    let manner = manner::make(args, input, errors);
    let (prelude, inner) = (&manner.prelude, written_in_body(&item));
    Manner {
        prelude: quote! {
            #prelude
            let __generator = __kaa::emitter::<#inner>(&__SITE);
            let __emit = ::core::clone::Clone::clone(&__generator);
        },
        result: quote!(Generator<#item>),
        wrapper: Some(quote!(__generator.generator)),
        ..manner
    }
}

/// The type of an item, and what the body returns.
fn split(returns: &Returns) -> (Type, Returns) {
    let span = returns.span;
    let item = returns.value.clone();
    let (kind, body, step) = match (returns.kind, &returns.body) {
        (ReturnKind::Result, Type::Path(path)) if has_arguments(&path.path) => {
            let body = with_first_argument(&returns.body, parse_quote!(()));
            let step = with_first_argument(&returns.body, parse_quote!(__kaa::Step<()>));
            (ReturnKind::Result, body, step)
        }
        (ReturnKind::Result, alias) => {
            let body = parse_quote!(<#alias as __kaa::Kind>::With<()>);
            let step = parse_quote!(<#alias as __kaa::Kind>::With<__kaa::Step<()>>);
            (ReturnKind::Result, body, step)
        }
        _ => (ReturnKind::Plain, parse_quote!(()), parse_quote!(__kaa::Step<()>)),
    };
    (item, Returns { kind, span, value: parse_quote!(()), body, step })
}

fn has_arguments(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| !last.arguments.is_none())
}

fn emit() -> Ident {
    names::ours("__emit")
}

/// The function that is emitted when there were errors.
pub(crate) fn fallback(args: &Args, function: &ItemFn) -> TokenStream {
    let mut errors = Errors::default();
    let mut function = manner::without_filled(args, function);
    let returns = crate::input::read_return_type(&function.sig.output, &args.kaa, &mut errors);
    let (item, returns) = split(&returns);
    let (inner, emit) = (written_in_body(&item), emit());
    let emitter = parse_quote! {
        let #emit: __kaa::Emitter<#inner> = ::core::unreachable!();
    };
    function.block.stmts.insert(0, emitter);
    fallback::make(&function, &returns.body, &args.kaa, &quote!(Generator<#item>))
}
