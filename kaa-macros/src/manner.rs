//! How a coroutine is called, if its attribute says more than that it is one: by a policy, at intervals, with a status.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{FnArg, ItemFn, Pat, Receiver, ReceiverKind, Signature, Type, parse_quote};

use crate::args::{Args, Filled, Policy};
use crate::diag::{self, Errors};
use crate::input::{Input, written_in_body};

/// The pieces of it in the emitted function.
pub(crate) struct Manner {
    /// Stands in front of the machine.
    pub(crate) prelude: TokenStream,
    /// What a coroutine is started by.
    pub(crate) call: TokenStream,
    /// What the caller gets, of kaa's types.
    pub(crate) result: TokenStream,
    /// What makes that of the `InProgress`, if it is something else.
    pub(crate) wrapper: Option<TokenStream>,
    /// Stands in the twin: what is mentioned in the attribute is used.
    pub(crate) twin: TokenStream,
    /// A body without a yield may have to wait as well, before it runs.
    pub(crate) may_wait: bool,
}

/// Takes the arguments that the caller does not give out of the signature. To be called when all was read of it.
pub(crate) fn make(args: &Args, input: &mut Input, errors: &mut Errors) -> Manner {
    let returns = &input.returns;
    let sig = &mut input.function.sig;
    let filled = take_filled(args, sig);
    let is_filled = |wanted| filled.iter().any(|(_, _, from)| *from == wanted);
    if let Some(span) = args.progress
        && !is_filled(Filled::Progress)
    {
        errors.at_span(span, diag::NO_PROGRESS_ARGUMENT);
    }
    if let Some((policy, span)) = args.policy {
        if policy == Policy::PassLast && !is_filled(Filled::Last) {
            errors.at_span(span, diag::NO_LAST_ARGUMENT);
        }
        if sig.receiver().is_some_and(|receiver| !is_rc(receiver)) {
            errors.at_span(span, diag::POLICY_OF_A_VALUE);
        }
    }
    if !args.has_manner() {
        return Manner { call: quote!(&__SITE), ..Manner::plain(&returns.value) };
    }
    let call = make_call(args, sig.receiver().is_some(), &written_in_body(&returns.value));
    let lets = filled.iter().map(|(name, ty, from)| {
        let source = from.source();
        quote_spanned!(ty.span()=> let #name: #ty = __call.#source();)
    });
    let prelude = quote! {
        let __call = #call;
        #(#lets)*
    };
    let twin = args.interval.as_ref().map(|interval| quote!(let _ = || #interval;));
    let call = quote_spanned!(returns.span=> __call);
    let twin = twin.unwrap_or_default();
    Manner { prelude, call, twin, may_wait: true, ..Manner::plain(&returns.value) }
}

impl Manner {
    /// The call that starts it, as what the caller gets.
    pub(crate) fn wrap(&self, run: TokenStream) -> TokenStream {
        match &self.wrapper {
            Some(wrapper) => quote!(#wrapper(#run)),
            None => run,
        }
    }

    /// A call that only starts it.
    fn plain(value: &Type) -> Self {
        Manner {
            prelude: TokenStream::new(),
            call: TokenStream::new(),
            result: quote!(InProgress<#value>),
            wrapper: None,
            twin: TokenStream::new(),
            may_wait: false,
        }
    }
}

/// `__kaa::Call::new(&__SITE).interval(d).progress().object(&self).group("", "jobs").synchronized()`
fn make_call(args: &Args, is_method: bool, value: &Type) -> TokenStream {
    let interval = args.interval.as_ref().map(|interval| quote!(.interval(#interval)));
    let progress = args.progress.map(|_| quote!(.progress()));
    let policy = args.policy.map(|(policy, _)| {
        let object = is_method.then(|| quote!(.object(&self)));
        let group = args.group.as_ref().map(|name| match is_method {
            true => quote!(.group("", #name)),
            false => quote!(.group(::core::module_path!(), #name)),
        });
        let policy = match policy {
            Policy::Synchronized => quote!(.synchronized()),
            Policy::Singleton => quote!(.singleton::<#value>()),
            Policy::PassLast => quote!(.pass_last::<#value>()),
        };
        quote!(#object #group #policy)
    });
    quote!(__kaa::Call::new(&__SITE) #interval #progress #policy)
}

/// The same function for those who only see its signature: what is filled in is a local of the body.
pub(crate) fn without_filled(args: &Args, function: &ItemFn) -> ItemFn {
    let mut function = function.clone();
    let filled = take_filled(args, &mut function.sig);
    let lets =
        filled.iter().map(|(name, ty, _)| parse_quote!(let #name: #ty = ::core::unreachable!();));
    function.block.stmts.splice(0..0, lets);
    function
}

fn take_filled(args: &Args, sig: &mut Signature) -> Vec<(Ident, Type, Filled)> {
    let mut filled = Vec::new();
    for argument in std::mem::take(&mut sig.inputs) {
        match as_filled(args, &argument) {
            Some(found) => filled.push(found),
            None => sig.inputs.push(argument),
        }
    }
    filled
}

fn as_filled(args: &Args, argument: &FnArg) -> Option<(Ident, Type, Filled)> {
    let FnArg::Typed(typed) = argument else { return None };
    let Pat::Ident(pat) = &*typed.pat else { return None };
    Some((pat.ident.clone(), (*typed.ty).clone(), args.fills_in(&pat.ident)?))
}

/// `self: Rc<Self>`
fn is_rc(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Typed(_, ty) => match &**ty {
            Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Rc"),
            _ => false,
        },
        _ => false,
    }
}
