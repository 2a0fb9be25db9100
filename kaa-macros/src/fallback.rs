//! The function that is emitted when there were errors.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, FnArg, ItemFn, Path, Type, parse_quote};

use crate::{diag::Errors, input, macros, misplaced_let, yields};

/// The function with its signature, and its body where it is judged but never run: callers and editors see it as it will be, and
/// what it uses counts as used.
///
/// ```text
/// pub fn fetch(site: String) -> ::kaa::InProgress<usize> {
///     let _ = move || -> io::Result<usize> { the body };
///     ::core::unreachable!()
/// }
/// ```
pub(crate) fn make_function(function: &ItemFn, kaa: &Path) -> TokenStream {
    let mut errors = Errors::default();
    let returns = input::read_return_type(&function.sig.output, kaa, &mut errors);
    let value = without_elided_lifetime(returns.value);
    make(function, &returns.body, kaa, &quote!(InProgress<#value>))
}

/// The same with a body that returns `body`, for a caller who gets `result`, which is one of kaa's types.
pub(crate) fn make(
    function: &ItemFn,
    body: &Type,
    kaa: &Path,
    result: &TokenStream,
) -> TokenStream {
    let mut function = function.clone();
    let judged = judged_body(&function.block, body, kaa);
    function.sig.constness = None;
    function.sig.asyncness = None;
    function.sig.abi = None;
    function.sig.output = parse_quote!(-> #kaa::#result);
    if judged.is_none() {
        for argument in &mut function.sig.inputs {
            if let FnArg::Typed(typed) = argument {
                *typed.pat = parse_quote!(_);
            }
        }
    }
    let ItemFn { attrs, vis, sig, .. } = &function;
    quote! {
        #(#attrs)*
        #[allow(unused, clippy::all)]
        #vis #sig {
            #judged
            ::core::unreachable!()
        }
    }
}

/// Nothing if a `yield_!` or `let` is left where nothing can be made of it: that was reported already.
fn judged_body(body: &Block, ty: &Type, kaa: &Path) -> Option<TokenStream> {
    let mut errors = Errors::default();
    let mut body = body.clone();
    yields::find(&mut body, kaa, &mut errors);
    Awaits.visit_block_mut(&mut body);
    if misplaced_let::find(&body).is_some() {
        return None;
    }
    let twin = macros::restore(yields::twin(&body).into_token_stream());
    if yields::in_code(&twin).is_some() {
        return None;
    }
    Some(quote! {
        #[allow(unused_imports)]
        use #kaa::__private::{self as __kaa, by_type::*};
        let _ = move || -> #ty #twin;
    })
}

/// `x.await` -> `__kaa::awaited(x)`: it was reported already.
struct Awaits;

impl VisitMut for Awaits {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Async(_))
            || matches!(expr, Expr::Closure(closure) if closure.asyncness.is_some())
        {
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Await(wait) = expr {
            let future = &wait.base;
            *expr = parse_quote!(__kaa::awaited(#future));
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `&str` -> `&'static str`: an elided lifetime in a result is an error of its own.
fn without_elided_lifetime(ty: Type) -> Type {
    match ty {
        Type::Reference(mut reference) => {
            reference.lifetime.get_or_insert(parse_quote!('static));
            Type::Reference(reference)
        }
        ty => ty,
    }
}
