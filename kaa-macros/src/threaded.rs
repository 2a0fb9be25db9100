//! `#[kaa::threaded]`: a function whose body runs in another thread.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::Parser as _;
use syn::{Expr, ItemFn, Path, parse_quote};

use crate::diag::{self, Errors};
use crate::entry::pass_over;
use crate::fallback;
use crate::input::{self, Input, ReturnKind};

/// What may be written in the attribute.
struct Args {
    kaa: Path,
    pool: Option<Expr>,
    priority: Expr,
}

/// ```text
/// #[kaa::threaded(pool = "disk", priority = 5)]
/// fn f(a: A) -> Result<T, E> { body }
///     ->
/// fn f(a: A) -> InProgress<T> {
///     kaa::__entry::threaded(Some("disk"), 5, move || {
///         let __body = move || -> Result<T, E> { body };
///         Ok(__body()?)
///     })
/// }
/// ```
pub(crate) fn expand(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Args { kaa, pool, priority } = parse(arguments, &mut errors);
    let function: ItemFn = match syn::parse2(function.clone()) {
        Ok(function) => function,
        Err(_) => {
            errors.at(function, diag::THREADED_ON_NO_FUNCTION);
            return errors.propagate().err().unwrap_or_default();
        }
    };
    let Input { function: validated, returns, .. } =
        input::validate(function.clone(), &kaa, &mut errors);
    if let Err(errors) = errors.propagate() {
        let function = fallback::make_function(&function, &kaa);
        return quote!(#errors #function);
    }
    let (value, body_type) = (&returns.value, &returns.body);
    let outcome = match returns.kind {
        ReturnKind::Result => quote!(::core::result::Result::Ok(__body()?)),
        ReturnKind::Option | ReturnKind::Plain => quote!(::core::result::Result::Ok(__body())),
    };
    let value = match returns.kind {
        ReturnKind::Result | ReturnKind::Plain => quote!(#value),
        ReturnKind::Option => quote!(#body_type),
    };
    let pool = pool.map_or_else(
        || quote!(::core::option::Option::None),
        |pool| quote!(::core::option::Option::Some(#pool)),
    );
    let ItemFn { attrs, vis, sig, block, .. } = &validated;
    let mut sig = sig.clone();
    sig.output = parse_quote!(-> #kaa::InProgress<#value>);
    // What cannot be sent to another thread is told under the name of the function.
    let work = quote_spanned! { sig.ident.span() =>
        move || {
            let __body = move || -> #body_type #block;
            #outcome
        }
    };
    quote! {
        #(#attrs)*
        #[track_caller]
        #vis #sig {
            #[allow(clippy::needless_question_mark, reason = "the error may have to be converted")]
            #kaa::__entry::threaded(#pool, #priority, #work)
        }
    }
}

fn parse(tokens: TokenStream, errors: &mut Errors) -> Args {
    let mut args = Args { kaa: parse_quote!(::kaa), pool: None, priority: parse_quote!(0) };
    let mut priority = None;
    let mut unknown = Vec::new();
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("crate") {
            args.kaa = meta.value()?.call(Path::parse_mod_style)?;
        } else if meta.path.is_ident("pool") {
            args.pool = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("priority") {
            args.priority = meta.value()?.parse()?;
            priority = Some(meta.path.clone());
        } else {
            pass_over(&meta, &mut unknown)?;
        }
        Ok(())
    });
    if let Err(error) = parser.parse2(tokens) {
        errors.add(error);
    }
    for key in unknown {
        errors.at(key, diag::UNKNOWN_THREADED_ARGUMENT);
    }
    if let Some(key) = priority.filter(|_| args.pool.is_none()) {
        errors.at(key, diag::PRIORITY_WITHOUT_POOL);
    }
    args
}
