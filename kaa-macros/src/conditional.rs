//! `#[cfg]` inside of a coroutine. Attribute macros are expanded before it, so what is there cannot be known: there are two functions,
//! one with what depends on the condition and one without, and rustc takes one of them away before it is expanded in turn.
//!
//! ```text
//! #[kaa::coroutine]
//! fn f() { #[cfg(unix)] yield_!(a()); b() }
//!     ->
//! #[cfg(unix)] #[kaa::coroutine]
//! fn f() { yield_!(a()); b() }
//! #[cfg(not(unix))] #[kaa::coroutine]
//! fn f() { b() }
//! ```

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser as _;
use syn::punctuated::{Pair, Punctuated};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, FnArg, ItemFn, Meta, Path, Stmt, Token};

use crate::coroutine::Kind;

/// The two functions, for the first condition in the body or among the arguments; nothing if there is none.
pub(crate) fn split(
    kind: Kind,
    arguments: &TokenStream,
    function: &ItemFn,
    kaa: &Path,
) -> Option<TokenStream> {
    let attribute = kind.attribute();
    let mut find = Conditions { decided: None, found: None };
    find.function(&mut function.clone());
    let predicate = find.found?;
    let with = resolved(function, &predicate, true);
    let without = resolved(function, &predicate, false);
    Some(quote! {
        #[cfg(#predicate)]
        #[#kaa::#attribute(#arguments)]
        #with
        #[cfg(not(#predicate))]
        #[#kaa::#attribute(#arguments)]
        #without
    })
}

fn resolved(function: &ItemFn, predicate: &TokenStream, holds: bool) -> ItemFn {
    let mut function = function.clone();
    let decided = Some((predicate.to_string(), holds));
    Conditions { decided, found: None }.function(&mut function);
    function
}

struct Conditions {
    /// The condition that is decided, and how.
    decided: Option<(String, bool)>,
    /// The first one, as long as none is.
    found: Option<TokenStream>,
}

impl Conditions {
    fn function(&mut self, function: &mut ItemFn) {
        let inputs = std::mem::take(&mut function.sig.inputs);
        function.sig.inputs = self.kept(inputs, |argument| match argument {
            FnArg::Receiver(receiver) => Some(&mut receiver.attrs),
            FnArg::Typed(typed) => Some(&mut typed.attrs),
        });
        self.visit_block_mut(&mut function.block);
    }

    /// Is what has these attributes there? They lose what is decided.
    fn is_there(&mut self, attributes: &mut Vec<Attribute>) -> bool {
        let mut is_there = true;
        let mut left = Vec::new();
        for attribute in std::mem::take(attributes) {
            let Some((predicate, then)) = condition(&attribute) else {
                left.push(attribute);
                continue;
            };
            match &self.decided {
                Some((decided, holds)) if *decided == predicate.to_string() => match then {
                    None => is_there &= holds,
                    Some(then) if *holds => left.extend(then),
                    Some(_) => {}
                },
                _ => {
                    self.found.get_or_insert(predicate);
                    left.push(attribute);
                }
            }
        }
        *attributes = left;
        is_there
    }

    fn kept<T, P>(
        &mut self,
        list: Punctuated<T, P>,
        attributes: impl Fn(&mut T) -> Option<&mut Vec<Attribute>>,
    ) -> Punctuated<T, P> {
        let pairs = list.into_pairs().filter_map(|pair| {
            let (mut value, comma) = pair.into_tuple();
            let is_there =
                attributes(&mut value).is_none_or(|attributes| self.is_there(attributes));
            is_there.then(|| Pair::new(value, comma))
        });
        pairs.collect()
    }

    fn expressions(&mut self, list: &mut Punctuated<Expr, Token![,]>) {
        *list = self.kept(std::mem::take(list), attributes_of);
    }
}

impl VisitMut for Conditions {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|statement| match statement {
            Stmt::Local(local) => self.is_there(&mut local.attrs),
            Stmt::Macro(mac) => self.is_there(&mut mac.attrs),
            Stmt::Expr(expr, _) => {
                attributes_of(expr).is_none_or(|attributes| self.is_there(attributes))
            }
            Stmt::Item(_) => true,
        });
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Match(test) => test.arms.retain_mut(|arm| self.is_there(&mut arm.attrs)),
            Expr::Struct(literal) => {
                let fields = std::mem::take(&mut literal.fields);
                literal.fields = self.kept(fields, |field| Some(&mut field.attrs));
            }
            Expr::Array(list) => self.expressions(&mut list.elems),
            Expr::Tuple(list) => self.expressions(&mut list.elems),
            Expr::Call(call) => self.expressions(&mut call.args),
            Expr::MethodCall(call) => self.expressions(&mut call.args),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut syn::PatStruct) {
        let fields = std::mem::take(&mut pat.fields);
        pat.fields = self.kept(fields, |field| Some(&mut field.attrs));
        visit_mut::visit_pat_struct_mut(self, pat);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The condition of a `#[cfg]`, or of a `#[cfg_attr]` and the attributes that depend on it.
fn condition(attribute: &Attribute) -> Option<(TokenStream, Option<Vec<Attribute>>)> {
    let Meta::List(list) = &attribute.meta else { return None };
    if list.path.is_ident("cfg") {
        return Some((list.tokens.clone(), None));
    }
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let tokens: Vec<TokenTree> = list.tokens.clone().into_iter().collect();
    let mut parts =
        tokens.split(is_comma).map(|part| part.iter().cloned().collect::<TokenStream>());
    let predicate = parts.next()?;
    // What is no attribute is left to rustc.
    let parse = |meta: TokenStream| Attribute::parse_outer.parse2(quote!(#[#meta])).ok();
    let then: Option<Vec<_>> = parts.filter(|part| !part.is_empty()).map(parse).collect();
    Some((predicate, Some(then?.concat())))
}

/// The attributes of an expression; of a statement they stand at its left end.
fn attributes_of(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    macro_rules! attributes {
        ($($Kind:ident)*) => {
            match expr {
                Expr::Assign(assign) => attributes_of(&mut assign.left),
                Expr::Binary(binary) => attributes_of(&mut binary.left),
                Expr::Cast(cast) => attributes_of(&mut cast.expr),
                $(Expr::$Kind(inner) => Some(&mut inner.attrs),)*
                _ => None,
            }
        };
    }
    attributes!(
        Array Async Await Block Break Call Closure Const Continue Field ForLoop Group If Index Infer
        Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat Return Struct
        Try TryBlock Tuple Unary Unsafe While Yield
    )
}
