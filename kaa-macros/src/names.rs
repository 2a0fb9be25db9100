//! Every identifier that the macro writes. A leading `__` is ours, everything else is the user's.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::Lifetime;

pub(crate) fn ours(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// `fetch_all` -> `__FetchAllState`.
pub(crate) fn state_enum(function: &Ident) -> Ident {
    ours(&format!("__{}State", upper_camel(&plain(function))))
}

/// The witness of yield `n`: `__yield3`.
pub(crate) fn witness(n: usize) -> Ident {
    ours(&format!("__yield{n}"))
}

/// The iterator of the `n`th `for`: `__iter1`.
pub(crate) fn iterator(n: usize) -> Ident {
    ours(&format!("__iter{n}"))
}

/// The slot of neighbours that are never mentioned again: `__kept1`.
pub(crate) fn kept(n: usize) -> Ident {
    ours(&format!("__kept{n}"))
}

/// The slot of the `k`th local called `name`: `x`, then `__x2`.
pub(crate) fn slot(name: &Ident, k: usize) -> Ident {
    if k == 1 { name.clone() } else { alias(name, k) }
}

/// The item of the `n`th `for`, where its pattern is `_`: `__item1`.
pub(crate) fn item(n: usize) -> Ident {
    ours(&format!("__item{n}"))
}

/// The `n`th argument, where it is a pattern: `__arg1`.
pub(crate) fn argument(n: usize) -> Ident {
    ours(&format!("__arg{n}"))
}

/// An operand that is evaluated before a yield: `__spill1`.
pub(crate) fn spill(n: usize) -> Ident {
    ours(&format!("__spill{n}"))
}

/// The type that an operand is expected to have: `__expected1`.
pub(crate) fn expected(n: usize) -> Ident {
    ours(&format!("__expected{n}"))
}

/// A condition with something to spill: `__condition1`.
pub(crate) fn condition(n: usize) -> Ident {
    ours(&format!("__condition{n}"))
}

/// The slot of what some paths may have left of a local: `__left1`.
pub(crate) fn left(n: usize) -> Ident {
    ours(&format!("__left{n}"))
}

/// What a pattern leaves of a local, as it is bound: `__part1`.
pub(crate) fn part(n: usize) -> Ident {
    ours(&format!("__part{n}"))
}

/// The same, as it lives on: `__rest1`.
pub(crate) fn rest(n: usize) -> Ident {
    ours(&format!("__rest{n}"))
}

/// The `n`th part of a tuple whose parts are locals of their own: `__pair_0`.
pub(crate) fn part_of(tuple: &Ident, n: usize) -> Ident {
    Ident::new(&format!("__{}_{n}", plain(tuple)), tuple.span())
}

/// Such a tuple while it is taken apart: `__pair`.
pub(crate) fn whole(tuple: &Ident) -> Ident {
    ours(&format!("__{}", plain(tuple)))
}

/// What a `match` with a waiting guard is of, where that is no place: `__scrutinee1`.
pub(crate) fn scrutinee(n: usize) -> Ident {
    ours(&format!("__scrutinee{n}"))
}

/// What the `k`th local called `name` is called while another hides it: `__x1`.
pub(crate) fn alias(name: &Ident, k: usize) -> Ident {
    let plain = plain(name);
    ours(&format!("__{}{k}", plain.trim_start_matches('_')))
}

/// The receiver in the machine: `self` is no name that a pattern could bind.
pub(crate) fn receiver(span: Span) -> Ident {
    Ident::new("__self", span)
}

/// The type parameter of a slot: `total` -> `Total`, `__x2` -> `X2`, `__self` -> `This`.
pub(crate) fn parameter(slot: &Ident) -> String {
    match plain(slot).as_str() {
        "__self" => "This".to_owned(),
        name => match upper_camel(name) {
            empty if empty.is_empty() => "Slot".to_owned(),
            digits if digits.starts_with(|first: char| first.is_ascii_digit()) => {
                format!("Slot{digits}")
            }
            name => name,
        },
    }
}

/// The state behind a wait: `Yield2Read`.
pub(crate) fn yield_state(n: usize, callee: Option<&str>) -> String {
    format!("Yield{n}{}", callee.map(upper_camel).unwrap_or_default())
}

/// The label of the block that is left for the state `name`: `'__afterwhile1`.
pub(crate) fn label(name: &str) -> Lifetime {
    Lifetime::new(&format!("'__{}", name.to_lowercase()), Span::call_site())
}

/// The block that an arm is.
pub(crate) fn arm_label() -> Lifetime {
    Lifetime::new("'__arm", Span::call_site())
}

/// `r#type` -> `type`.
pub(crate) fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).to_owned()
}

/// Does `name` stand anywhere in the tokens?
pub(crate) fn is_in(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => is_in(&group.stream(), name),
        _ => false,
    })
}

fn upper_camel(name: &str) -> String {
    let mut camel = String::new();
    for word in name.split('_') {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}
