//! The arguments of the attribute: `#[kaa::coroutine(crate = path)]`.

use proc_macro2::TokenStream;
use syn::parse::Parser as _;
use syn::{Path, parse_quote};

use crate::diag::{self, Errors};

/// What may be written in the attribute, and what it is now.
pub(crate) struct Args {
    /// Where the facade is: `::kaa`, unless a crate re-exports it.
    pub(crate) kaa: Path,
}

/// Keys that are planned: they get a better answer than "unknown".
const LATER: [&str; 4] = ["policy", "group", "interval", "progress"];

/// Reads the arguments; what is wrong with them goes to `errors`, all at once.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Args {
    let mut args = Args { kaa: parse_quote!(::kaa) };
    let mut wrong = Vec::new();
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("crate") {
            args.kaa = meta.value()?.call(Path::parse_mod_style)?;
            return Ok(());
        }
        let is_planned = LATER.iter().any(|key| meta.path.is_ident(key));
        let message = if is_planned { diag::LATER_ARGUMENT } else { diag::UNKNOWN_ARGUMENT };
        wrong.push((meta.path.clone(), message));
        // The value is read over, so that what is wrong behind it is told as well.
        if meta.input.peek(syn::Token![=]) {
            meta.value()?.parse::<syn::Expr>()?;
        }
        Ok(())
    });
    if let Err(error) = parser.parse2(tokens) {
        errors.add(error);
    }
    for (key, message) in wrong {
        errors.at(key, message);
    }
    args
}
