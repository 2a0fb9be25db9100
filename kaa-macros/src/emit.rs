//! Writes the function around the machine: its table of places, the enum, the twin, the closure.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Block as Code, ItemFn, Path, parse_quote};

use crate::input::{Input, ReturnKind, Returns};
use crate::ir::{Body, Yield};
use crate::live::Machine;
use crate::manner::Manner;
use crate::{macros, names};

mod arms;
mod enter;
mod guard;
mod large;
mod late;
mod leave;
mod scope;
mod split;
mod state_enum;
mod value;

/// What the emitted function is made of.
pub(crate) struct Parts<'a> {
    pub(crate) input: &'a Input,
    pub(crate) kaa: &'a Path,
    pub(crate) manner: &'a Manner,
    /// Items of the body: they stand in front of the machine, for all its arms and the twin.
    pub(crate) items: &'a [syn::Item],
    /// Items of blocks further in, for all arms.
    pub(crate) inner_items: &'a [syn::Item],
    /// The body as rustc is to judge it.
    pub(crate) twin: &'a Code,
}

/// A coroutine that waits.
pub(crate) fn machine(parts: &Parts<'_>, body: &Body, machine: &Machine) -> TokenStream {
    let name = names::state_enum(parts.input.name());
    let places = site(parts, &body.yields);
    let state_enum = state_enum::make_enum(&name, machine);
    let twin = make_twin(parts);
    let arms = arms::make_arms(&name, parts.input, body, machine);
    let fields = start_fields(parts.input);
    // Of a yield that is not reached nobody could tell the type.
    let reached = machine.states.iter().filter_map(|state| body.resumed_at(state.block));
    let witnesses = reached.map(|id| names::witness(id.0));
    let step = &parts.input.returns.step;
    let run = parts.manner.wrap(make_run(parts));
    let inner_items = parts.inner_items;
    let warnings = large::make_warnings(body, machine);
    function(
        parts,
        &quote! {
            #places
            #state_enum
            #warnings
            #twin
            let mut __state = #name::Start { #fields };
            #(let #witnesses = __kaa::Witness::new();)*
            #[allow(unused, unit_bindings, clippy::all, clippy::pedantic, reason = "the twin is judged in its place")]
            let __body = move |__resume: &mut __kaa::Resume| -> #step {
                #(#inner_items)*
                loop {
                    match ::core::mem::replace(&mut __state, #name::Running) {
                        #(#arms)*
                        #name::Running => __kaa::resumed_out_of_turn(&__SITE),
                    }
                }
            };
            #run
        },
    )
}

/// A coroutine without a yield: the closure that runs is its body.
pub(crate) fn without_yields(parts: &Parts<'_>, body: &Code) -> TokenStream {
    let places = site(parts, &[]);
    let returns = &parts.input.returns;
    let (module, ty) = (returns.kind.module(), &returns.body);
    let mutable =
        parts.input.arguments.iter().filter(|argument| argument.mutable && argument.ty.is_some());
    let rebound = mutable.map(|argument| {
        let name = &argument.name;
        quote!(let mut #name = #name;)
    });
    let statements = &body.stmts;
    let convert = into_error(returns);
    let call = &parts.manner.call;
    let interval = &parts.manner.twin;
    let body = quote!(move || -> #ty {
        #interval
        #(#rebound)*
        #(#statements)*
    });
    let run = match parts.manner.may_wait {
        true => quote!(__kaa::#module::coroutine(#call, #convert __kaa::#module::once(#body))),
        false => quote!(__kaa::#module::execute(#call, #convert #body)),
    };
    let run = parts.manner.wrap(run);
    function(
        parts,
        &quote! {
            #places
            #run
        },
    )
}

/// The user's function with another body and with what it gives its caller.
fn function(parts: &Parts<'_>, code: &TokenStream) -> TokenStream {
    let mut function = parts.input.function.clone();
    let (kaa, result) = (parts.kaa, &parts.manner.result);
    let span = parts.input.returns.span;
    function.sig.output = syn::parse2(quote_spanned!(span=> -> #kaa::#result))
        .unwrap_or_else(|_| unreachable!("a type in brackets is a type"));
    let (items, prelude) = (parts.items, &parts.manner.prelude);
    let ItemFn { attrs, vis, sig, .. } = &function;
    let whole = quote! {
        #(#attrs)*
        #vis #sig {
            #[allow(unused_imports, reason = "rustc alone knows what is needed")]
            use #kaa::__private::{self as __kaa, by_type::*};
            #(#items)*
            #prelude
            #code
        }
    };
    let owner = function.sig.ident.span();
    macros::restore_with(whole, &|name| own_name(name, owner))
}

/// ```text
/// static __SITE: __kaa::Site = __kaa::Site { name: "fetch", file: file!(), line: 5, yields: &[7, 8] };
/// ```
fn site(parts: &Parts<'_>, yields: &[Yield]) -> TokenStream {
    let name = parts.input.name();
    let text = names::plain(name);
    let line = literal(line_of(name.span()));
    let lines = yields.iter().map(|found| literal(line_of(found.span)));
    quote! {
        static __SITE: __kaa::Site =
            __kaa::Site { name: #text, file: ::core::file!(), line: #line, yields: &[#(#lines),*] };
    }
}

fn line_of(span: Span) -> usize {
    span.start().line
}

fn literal(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}

/// ```text
/// if false {
///     __kaa::twin((site,), move |(site,)| -> io::Result<usize> { the body });
/// }
/// ```
fn make_twin(parts: &Parts<'_>) -> TokenStream {
    let arguments = parts.input.arguments.iter().filter(|argument| argument.ty.is_some());
    let given = arguments.clone().map(|argument| &argument.name);
    let taken = arguments.map(|argument| {
        let mutable = argument.mutable.then(<syn::Token![mut]>::default);
        let name = &argument.name;
        quote!(#mutable #name)
    });
    let ty = &parts.input.returns.body;
    let (statements, interval) = (&parts.twin.stmts, &parts.manner.twin);
    quote! {
        if false {
            __kaa::twin((#(#given,)*), move |(#(#taken,)*)| -> #ty { #interval #(#statements)* });
        }
    }
}

/// `__self: self, site`: the first state holds the arguments.
fn start_fields(input: &Input) -> TokenStream {
    let fields = input.arguments.iter().map(|argument| {
        let name = &argument.name;
        match argument.ty {
            Some(_) => quote!(#name),
            None => {
                let receiver = syn::Token![self](name.span());
                quote!(__self: #receiver)
            }
        }
    });
    quote!(#(#fields),*)
}

fn make_run(parts: &Parts<'_>) -> TokenStream {
    let (returns, call) = (&parts.input.returns, &parts.manner.call);
    let (span, module) = (returns.span, returns.kind.module());
    let convert = into_error(returns);
    quote_spanned!(span=> __kaa::#module::coroutine(#call, #convert __body))
}

fn into_error(returns: &Returns) -> Option<TokenStream> {
    let span = returns.span;
    (returns.kind == ReturnKind::Result)
        .then(|| quote_spanned!(span=> |__error| __kaa::Failure(__error).into_error(),))
}

/// Gives the names that are ours to the user's function, wherever they were written: a wait can then be written at its `yield_!`, and
/// what rustc says of it stands there, without a word about macros.
fn own_name(mut name: Ident, owner: Span) -> Ident {
    if name.to_string().starts_with("__") {
        name.set_span(name.span().resolved_at(owner));
    }
    name
}

/// Renames `self` in the machine: no pattern can bind it. Items keep theirs.
pub(crate) fn rename_receiver(body: &mut Code) {
    let tokens = rename_in(quote!(#body), false);
    *body = parse_quote!(#tokens);
}

/// `in_macro`: a literal may be a format string, which captures names.
fn rename_in(tokens: TokenStream, in_macro: bool) -> TokenStream {
    let mut after_bang = false;
    let rename = |token| {
        let is_macro = std::mem::take(&mut after_bang);
        match token {
            TokenTree::Ident(name) if name == "self" => {
                TokenTree::Ident(Ident::new("__self", name.span()))
            }
            TokenTree::Group(group) => {
                let inner = rename_in(group.stream(), in_macro || is_macro);
                let mut renamed = Group::new(group.delimiter(), inner);
                renamed.set_span(group.span());
                TokenTree::Group(renamed)
            }
            TokenTree::Literal(literal) if in_macro => TokenTree::Literal(rename_captures(literal)),
            TokenTree::Punct(punct) => {
                after_bang = punct.as_char() == '!';
                TokenTree::Punct(punct)
            }
            other => other,
        }
    };
    tokens.into_iter().map(rename).collect()
}

/// `"{self} {self:?} {{self}}"` -> `"{__self} {__self:?} {{self}}"`
fn rename_captures(literal: Literal) -> Literal {
    let text = literal.to_string();
    let parts: Vec<String> = text
        .split("{{")
        .map(|part| part.replace("{self}", "{__self}").replace("{self:", "{__self:"))
        .collect();
    let renamed = parts.join("{{");
    let Ok(mut changed) = renamed.parse::<Literal>() else { return literal };
    changed.set_span(literal.span());
    if renamed == text { literal } else { changed }
}
