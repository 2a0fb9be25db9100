//! The enum: a variant a state, a type parameter a slot.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::live::Machine;

/// ```text
/// enum __FetchState<Site, Sock> {
///     /// Not started.
///     Start { site: Site },
///     /// Waiting for `sock.connect(&site)`.
///     Yield1Connect { sock: Sock, site: Site },
///     /// Being resumed, finished or panicked.
///     Running,
/// }
/// ```
///
/// Fields drop in the order in which they are declared: newest first.
pub(super) fn make_enum(name: &Ident, machine: &Machine) -> TokenStream {
    let used = |at: &usize| machine.states.iter().any(|state| state.slots.contains(at));
    let parameters: Vec<Ident> = (0..machine.slots.len())
        .filter(used)
        .map(|at| format_ident!("{}", machine.slots[at].parameter))
        .collect();
    let parameters = (!parameters.is_empty()).then(|| quote!(<#(#parameters),*>));
    let variants = machine.states.iter().map(|state| {
        let (doc, variant) = (&state.doc, format_ident!("{}", state.name));
        let fields: Vec<TokenStream> = state
            .slots
            .iter()
            .rev()
            .map(|&at| {
                let slot = &machine.slots[at];
                let (field, parameter) = (&slot.name, format_ident!("{}", slot.parameter));
                quote!(#field: #parameter)
            })
            .collect();
        let fields = (!fields.is_empty()).then(|| quote!({ #(#fields),* }));
        quote!(#[doc = #doc] #variant #fields,)
    });
    quote! {
        enum #name #parameters {
            #(#variants)*
            #[doc = " Being resumed, finished or panicked."]
            Running,
        }
    }
}
