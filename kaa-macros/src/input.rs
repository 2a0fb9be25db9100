//! The function as it was written, validated: what every later pass may rely on.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{
    FnArg, GenericArgument, ItemFn, Pat, Path, PathArguments, ReceiverKind, ReturnType, Safety,
    Stmt, Type, parse_quote,
};

use crate::diag::{self, Errors};
use crate::names;

/// An argument, or the receiver under the name `__self`.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) mutable: bool,
    /// The written type; none for the receiver.
    pub(crate) ty: Option<Type>,
}

/// How the function's return type is read, which decides what the machine returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReturnKind {
    /// `Result<T, E>`, or a `Result` without arguments.
    Result,
    /// `Option<T>`.
    Option,
    /// Any other type.
    Plain,
}

impl ReturnKind {
    /// The module of the plumbing that belongs to it.
    pub(crate) fn module(self) -> Ident {
        names::ours(match self {
            ReturnKind::Result => "result",
            ReturnKind::Option => "option",
            ReturnKind::Plain => "plain",
        })
    }
}

/// What a coroutine returns, in the three places where a type of it stands.
pub(crate) struct Returns {
    pub(crate) kind: ReturnKind,
    pub(crate) span: Span,
    /// What the caller's `InProgress` is of.
    pub(crate) value: Type,
    /// What the body returns, as it was written; `_` for `impl Trait`.
    pub(crate) body: Type,
    /// What the machine returns: the same with `Step<T>` for `T`.
    pub(crate) step: Type,
}

/// A coroutine whose signature was checked.
pub(crate) struct Input {
    pub(crate) function: ItemFn,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) returns: Returns,
}

impl Input {
    pub(crate) fn name(&self) -> &Ident {
        &self.function.sig.ident
    }

    pub(crate) fn has_receiver(&self) -> bool {
        self.function.sig.receiver().is_some()
    }
}

/// Checks the signature. The function is given back as it was, but for `mut` in front of arguments, which belongs to the body.
pub(crate) fn validate(mut function: ItemFn, kaa: &Path, errors: &mut Errors) -> Input {
    let sig = &function.sig;
    if let Some(token) = &sig.constness {
        errors.at(token, diag::CONST_FN);
    }
    if let Some(token) = &sig.asyncness {
        errors.at(token, diag::ASYNC_FN);
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.at(token, diag::UNSAFE_FN);
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, diag::EXTERN_FN);
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(variadic, diag::VARIADIC);
    }
    let returns = read_return_type(&sig.output, kaa, errors);
    let mut reserved = ReservedNames { errors };
    reserved.visit_signature(&function.sig);
    reserved.visit_block(&function.block);
    let mut arguments = Vec::new();
    let mut patterns = Vec::new();
    for (at, argument) in function.sig.inputs.iter_mut().enumerate() {
        let name = names::argument(at + 1);
        arguments.push(read_argument(argument, name, &mut patterns, errors));
    }
    function.block.stmts.splice(0..0, patterns);
    Input { function, arguments, returns }
}

/// Reads an argument. One that is a pattern is given a name in the signature, and is taken apart in the body, as an `async fn` does it:
/// the arguments behind it are bound anew, so that all drop in their order.
///
/// ```text
/// fn f((a, b): (A, B), c: C)
///     ->
/// fn f(__arg1: (A, B), c: C) { let __arg1 = __arg1; let (a, b) = __arg1; let c = c; .. }
/// ```
fn read_argument(
    argument: &mut FnArg,
    name: Ident,
    patterns: &mut Vec<Stmt>,
    errors: &mut Errors,
) -> Argument {
    match argument {
        FnArg::Receiver(receiver) => {
            let borrows = match &receiver.kind {
                ReceiverKind::Reference(..) => true,
                ReceiverKind::Typed(_, ty) => matches!(**ty, Type::Reference(_)),
                _ => false,
            };
            if borrows {
                errors.at(&receiver, diag::BORROWED_SELF);
            }
            let name = names::receiver(receiver.self_token.span);
            Argument { name, mutable: receiver.mutability.is_some(), ty: None }
        }
        FnArg::Typed(typed) => {
            if borrows(&typed.ty) {
                errors.at(&typed.ty, diag::BORROWED_ARGUMENT);
            }
            if let Pat::Paren(pat) = &*typed.pat
                && matches!(&*pat.pat, Pat::Ident(name) if name.ident == "self")
            {
                errors.at(pat, diag::SELF_IN_A_PATTERN);
            }
            match &mut *typed.pat {
                Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
                    // The signature needs no `mut`; the twin and the states repeat it.
                    let mutability = pat.mutability.take();
                    let ident = pat.ident.clone();
                    let ty = Some((*typed.ty).clone());
                    if patterns.is_empty() {
                        return Argument { name: ident, mutable: mutability.is_some(), ty };
                    }
                    patterns.push(parse_quote!(let #mutability #ident = #ident;));
                    Argument { name: ident, mutable: false, ty }
                }
                pat => {
                    patterns.push(parse_quote!(let #name = #name;));
                    patterns.push(parse_quote!(let #pat = #name;));
                    let ty = Some((*typed.ty).clone());
                    *pat = parse_quote!(#name);
                    Argument { name, mutable: false, ty }
                }
            }
        }
    }
}

/// A reference that is not `'static`: it cannot outlive the call.
fn borrows(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => {
            reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static")
        }
        _ => false,
    }
}

pub(crate) fn read_return_type(output: &ReturnType, kaa: &Path, errors: &mut Errors) -> Returns {
    let ty = match output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    };
    let ty = without_groups(ty);
    if borrows(&ty) {
        errors.at(&ty, diag::BORROWED_RESULT);
    }
    let span = ty.span();
    let body = written_in_body(&ty);
    if let Some(kind) = wrapper_kind(&ty) {
        if let Some(value) = first_argument(&ty) {
            let inner = written_in_body(value);
            // The caller of a coroutine `-> Option<T>` gets the `Option`; that of one `-> Result<T>` the `T`.
            let value = if kind == ReturnKind::Option { ty.clone() } else { value.clone() };
            let step = with_first_argument(&ty, parse_quote!(__kaa::Step<#inner>));
            let body = with_first_argument(&ty, inner);
            return Returns { kind, span, value, body, step };
        }
        if kind == ReturnKind::Result {
            // `fmt::Result`, an alias: its arguments are not to be seen, a trait reads them.
            let value = parse_quote!(<#ty as #kaa::__private::Kind>::Value);
            let step =
                parse_quote!(<#ty as __kaa::Kind>::With<__kaa::Step<<#ty as __kaa::Kind>::Value>>);
            return Returns { kind, span, value, body, step };
        }
    }
    let step = parse_quote!(__kaa::Step<#body>);
    Returns { kind: ReturnKind::Plain, span, value: ty, body, step }
}

/// Types that come out of a `macro_rules!` are wrapped in groups without delimiters.
fn without_groups(ty: Type) -> Type {
    match ty {
        Type::Group(group) => without_groups(*group.elem),
        Type::Paren(paren) => without_groups(*paren.elem),
        ty => ty,
    }
}

/// `impl Trait` may not be written inside a body: `_` stands for it.
pub(crate) fn written_in_body(ty: &Type) -> Type {
    struct HasImpl(bool);
    impl Visit<'_> for HasImpl {
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut has_impl = HasImpl(false);
    has_impl.visit_type(ty);
    if has_impl.0 { parse_quote!(_) } else { ty.clone() }
}

fn wrapper_kind(ty: &Type) -> Option<ReturnKind> {
    let Type::Path(path) = ty else { return None };
    match path.path.segments.last()?.ident.to_string().as_str() {
        "Result" => Some(ReturnKind::Result),
        "Option" => Some(ReturnKind::Option),
        _ => None,
    }
}

fn last_arguments(path: &Path) -> Option<&syn::AngleBracketedGenericArguments> {
    match &path.segments.last()?.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments),
        _ => None,
    }
}

fn first_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    last_arguments(&path.path)?.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `io::Result<T>`, `U` -> `io::Result<U>`.
pub(crate) fn with_first_argument(ty: &Type, first: Type) -> Type {
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty
        && let Some(last) = path.path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
    {
        for argument in &mut arguments.args {
            if let GenericArgument::Type(ty) = argument {
                *ty = first;
                break;
            }
        }
    }
    ty
}

fn check_name(name: &Ident, errors: &mut Errors) {
    if names::plain(name).starts_with("__") {
        errors.at(name, diag::RESERVED_NAME);
    }
}

/// Rejects bindings whose names are ours.
struct ReservedNames<'a> {
    errors: &'a mut Errors,
}

impl<'ast> Visit<'ast> for ReservedNames<'_> {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        check_name(&pat.ident, self.errors);
        visit::visit_pat_ident(self, pat);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
