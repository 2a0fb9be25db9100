//! The arguments of the attribute: `#[kaa::coroutine(crate = path)]`.

use syn::parse::Parser as _;
use syn::{Path, parse_quote};

/// What may be written in the attribute, and what it is now.
pub(crate) struct Args {
    /// Where the facade is: `::kaa`, unless a crate re-exports it.
    pub(crate) kaa: Path,
}

/// Keys that are planned: they get a better answer than "unknown".
const LATER: [&str; 4] = ["policy", "group", "interval", "progress"];

pub(crate) fn parse(tokens: proc_macro2::TokenStream) -> syn::Result<Args> {
    let mut args = Args { kaa: parse_quote!(::kaa) };
    let mut errors: Option<syn::Error> = None;
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("crate") {
            args.kaa = meta.value()?.call(Path::parse_mod_style)?;
            return Ok(());
        }
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        let text = if LATER.contains(&key.as_str()) {
            format!("`{key}` is not supported yet; the known argument is `crate = path`")
        } else {
            "unknown argument; the known one is `crate = path`".to_owned()
        };
        let error = meta.error(text);
        // The value is read over, so that every wrong key is told at once.
        if meta.input.peek(syn::Token![=]) {
            meta.value()?.parse::<syn::Expr>()?;
        }
        match &mut errors {
            None => errors = Some(error),
            Some(errors) => errors.combine(error),
        }
        Ok(())
    });
    parser.parse2(tokens)?;
    match errors {
        None => Ok(args),
        Some(errors) => Err(errors),
    }
}
