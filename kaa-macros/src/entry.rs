//! `#[kaa::main]` and `#[kaa::test]`: functions that are called from outside, and run a loop.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser as _;
use syn::{Block, Expr, ItemFn, LitInt, Path, Signature, Token, parse_quote};

use crate::diag::{self, Errors};

/// The body is a coroutine, which the loop runs to its end.
///
/// ```text
/// fn main() -> R { body }
///     ->
/// fn main() -> impl Termination {
///     #[kaa::coroutine]
///     fn main() -> R { body }
///     kaa::__entry::main(main)
/// }
/// ```
pub(crate) fn main(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let kaa = crate_only(arguments, &mut errors);
    let Some(function) = parse(function, diag::MAIN_ON_NO_FUNCTION, &mut errors) else {
        return errors.propagate().err().unwrap_or_default();
    };
    if !waits(&function.block) {
        errors.at(&function.sig.ident, diag::MAIN_WAITS_FOR_NOTHING);
    }
    let coroutine = coroutine(&function, &kaa);
    let ItemFn { attrs, vis, sig: Signature { ident, .. }, .. } = function;
    let errors = errors.propagate().err();
    let outcome = match errors {
        None => quote!(#kaa::__entry::main(#ident)),
        Some(_) => quote!(::std::process::ExitCode::FAILURE),
    };
    quote! {
        #errors
        #(#attrs)*
        #vis fn #ident() -> impl ::std::process::Termination {
            #coroutine
            #outcome
        }
    }
}

/// A body with a `yield_!` is a coroutine; one without is a plain function, which may `wait`.
///
/// ```text
/// fn name() -> R { body }
///     ->
/// #[test]
/// fn name() {
///     #[kaa::coroutine]
///     fn name() -> R { body }
///     kaa::__entry::test(TestOptions { .. }, || kaa::__entry::wait(&name()))
/// }
/// ```
pub(crate) fn test(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = TestArgs::parse(arguments, &mut errors);
    let Some(function) = parse(function, diag::TEST_ON_NO_FUNCTION, &mut errors) else {
        return errors.propagate().err().unwrap_or_default();
    };
    let TestArgs { kaa, real_time, shuffles } = options;
    let is_coroutine = waits(&function.block);
    let inner = if is_coroutine { coroutine(&function, &kaa) } else { plain(&function) };
    if let Err(errors) = errors.propagate() {
        return quote!(#errors const _: () = { #inner };);
    }
    let ItemFn { attrs, vis, sig: Signature { ident, .. }, .. } = function;
    let body =
        if is_coroutine { quote!(|| #kaa::__entry::wait(&#ident())) } else { quote!(#ident) };
    let name = ident.to_string();
    quote! {
        #(#attrs)*
        #[::core::prelude::v1::test]
        #vis fn #ident() {
            #inner
            let __options = #kaa::__entry::TestOptions {
                name: #name,
                real_time: #real_time,
                shuffles: #shuffles,
            };
            #kaa::__entry::test(__options, #body)
        }
    }
}

/// The function as a coroutine. What was said of its signature is not said again.
fn coroutine(function: &ItemFn, kaa: &Path) -> TokenStream {
    let function = plain(function);
    quote!(#[#kaa::coroutine(crate = #kaa)] #function)
}

fn plain(function: &ItemFn) -> TokenStream {
    let mut sig = function.sig.clone();
    sig.asyncness = None;
    let block = &function.block;
    // With an error nobody calls it.
    quote!(#[allow(dead_code)] #sig #block)
}

/// What may be written in `#[kaa::test(..)]`.
struct TestArgs {
    kaa: Path,
    real_time: bool,
    shuffles: u32,
}

impl TestArgs {
    fn parse(tokens: TokenStream, errors: &mut Errors) -> TestArgs {
        let mut args = TestArgs { kaa: parse_quote!(::kaa), real_time: false, shuffles: 0 };
        let mut unknown = Vec::new();
        let parser = syn::meta::parser(|meta| {
            if meta.path.is_ident("crate") {
                args.kaa = meta.value()?.call(Path::parse_mod_style)?;
            } else if meta.path.is_ident("real_time") {
                args.real_time = true;
            } else if meta.path.is_ident("shuffle") {
                args.shuffles = match meta.value() {
                    Ok(value) => value.parse::<LitInt>()?.base10_parse()?,
                    Err(_) => 1,
                };
            } else {
                pass_over(&meta, &mut unknown)?;
            }
            Ok(())
        });
        if let Err(error) = parser.parse2(tokens) {
            errors.add(error);
        }
        for key in unknown {
            errors.at(key, diag::UNKNOWN_TEST_ARGUMENT);
        }
        args
    }
}

/// Notes a key that is not known. Its value is read over, so that what is wrong behind it is told as well.
pub(crate) fn pass_over(meta: &ParseNestedMeta<'_>, unknown: &mut Vec<Path>) -> syn::Result<()> {
    unknown.push(meta.path.clone());
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    }
    Ok(())
}

/// `crate = path`, or nothing.
fn crate_only(tokens: TokenStream, errors: &mut Errors) -> Path {
    let mut kaa = parse_quote!(::kaa);
    let mut unknown = Vec::new();
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("crate") {
            kaa = meta.value()?.call(Path::parse_mod_style)?;
            return Ok(());
        }
        pass_over(&meta, &mut unknown)
    });
    if let Err(error) = parser.parse2(tokens) {
        errors.add(error);
    }
    for key in unknown {
        errors.at(key, diag::UNKNOWN_MAIN_ARGUMENT);
    }
    kaa
}

/// A function without arguments and generics.
fn parse(function: TokenStream, no_function: diag::Message, errors: &mut Errors) -> Option<ItemFn> {
    let function: ItemFn = match syn::parse2(function.clone()) {
        Ok(function) => function,
        Err(_) => {
            errors.at(function, no_function);
            return None;
        }
    };
    if !function.sig.inputs.is_empty() {
        errors.at(&function.sig.inputs, diag::ENTRY_WITH_ARGUMENTS);
    }
    if !function.sig.generics.params.is_empty() {
        errors.at(&function.sig.generics, diag::ENTRY_WITH_GENERICS);
    }
    if let Some(token) = &function.sig.asyncness {
        errors.at(token, diag::ASYNC_FN);
    }
    Some(function)
}

/// Whether there is a `yield_!` somewhere; what is wrong with it is the coroutine's to say.
fn waits(block: &Block) -> bool {
    fn among(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => name == "yield_",
            TokenTree::Group(group) => among(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    among(quote!(#block))
}
