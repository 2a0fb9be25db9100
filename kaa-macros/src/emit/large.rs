//! A large array that a state holds: it is copied at each suspension, so there is a warning that says `Box`.
//!
//! A macro on stable Rust has no warnings of its own, and does not know the size of a type. So this is about arrays whose length is
//! written as a number, and the warning is that of a deprecated constant:
//!
//! ```text
//! #[deprecated(note = "..")]
//! const __LARGE_BUFFER: () = ();
//! const _: () = __LARGE_BUFFER;
//! ```

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, Lit, Stmt, Type};

use crate::diag;
use crate::ir::{Body, Local, Step};
use crate::live::{Held, Machine};
use crate::names;

/// What a state may hold of one local without a warning.
const LIMIT: usize = 256;

pub(super) fn make_warnings(body: &Body, machine: &Machine) -> TokenStream {
    let waiting = machine.states.iter().filter(|state| body.resumed_at(state.block).is_some());
    let held: BTreeSet<_> = waiting
        .flat_map(|state| &state.slots)
        .filter_map(|slot| match &machine.slots[*slot].held {
            Held::ByName(local) => Some(*local),
            _ => None,
        })
        .collect();
    let warnings = held.into_iter().filter_map(|id| {
        let local = body.local(id);
        let bytes = bytes_of(body, local).filter(|bytes| *bytes > LIMIT)?;
        let name = names::plain(&local.name);
        let (place, note) = (local.name.span(), diag::large(&name, bytes));
        let constant = Ident::new(&format!("__LARGE_{}", name.to_uppercase()), place);
        let mention = quote_spanned!(place=> #constant);
        Some(quote! {
            #[deprecated(note = #note)]
            const #constant: () = ();
            const _: () = #mention;
        })
    });
    warnings.collect()
}

/// How large a local is at least, if it is an array by its text.
fn bytes_of(body: &Body, local: &Local) -> Option<usize> {
    if let Some(ty) = &local.ty {
        return bytes_of_type(ty);
    }
    let steps = &body.region(local.region?).steps;
    match steps.get(local.declared?)? {
        Step::Statement(Stmt::Local(statement)) => bytes_of_value(&statement.init.as_ref()?.expr),
        _ => None,
    }
}

fn bytes_of_type(ty: &Type) -> Option<usize> {
    match ty {
        Type::Array(array) => {
            let element = bytes_of_type(&array.elem).unwrap_or_else(|| primitive(&array.elem));
            Some(number(&array.len)? * element)
        }
        Type::Group(group) => bytes_of_type(&group.elem),
        _ => None,
    }
}

fn bytes_of_value(value: &Expr) -> Option<usize> {
    let Expr::Repeat(repeat) = value else { return None };
    let element = match &*repeat.expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => size_named(number.suffix()),
            Lit::Float(number) => size_named(number.suffix()),
            _ => 1,
        },
        inner => bytes_of_value(inner).unwrap_or(1),
    };
    Some(number(&repeat.len)? * element)
}

fn number(length: &Expr) -> Option<usize> {
    match length {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}

fn primitive(ty: &Type) -> usize {
    match ty {
        Type::Path(path) => path.path.get_ident().map_or(1, |name| size_named(&name.to_string())),
        _ => 1,
    }
}

/// Of what is unknown it is one byte at least.
fn size_named(name: &str) -> usize {
    match name {
        "u16" | "i16" => 2,
        "u32" | "i32" | "f32" | "char" => 4,
        "u64" | "i64" | "f64" | "usize" | "isize" => 8,
        "u128" | "i128" => 16,
        _ => 1,
    }
}
