//! What a construct is written as, while it is not known yet what becomes of it.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{Expr, Lifetime};

/// Statements of an arm.
pub(super) type Code = Vec<TokenStream>;

/// A construct: an expression, or statements that need no block of their own.
pub(super) enum Value {
    Expression(TokenStream),
    Statements(Code),
}

impl Value {
    /// `{ statements }`
    pub(super) fn block(statements: &[TokenStream]) -> Value {
        Value::Expression(quote!({ #(#statements)* }))
    }

    /// In a labelled block, if anything in it breaks to `label`.
    pub(super) fn labelled(self, label: &Lifetime) -> Value {
        let tokens = match &self {
            Value::Expression(tokens) => tokens.clone(),
            Value::Statements(code) => quote!(#(#code)*),
        };
        if !mentions(tokens, label) {
            return self;
        }
        match self {
            Value::Expression(block) if is_block(&block) => {
                Value::Expression(quote!(#label: #block))
            }
            value => {
                let code = value.into_statements();
                Value::Expression(quote!(#label: { #(#code)* }))
            }
        }
    }

    pub(super) fn into_statements(self) -> Code {
        match self {
            Value::Expression(expression) => vec![expression],
            Value::Statements(code) => code,
        }
    }

    /// Statements that others may follow: a value at the end, which is `()`, is one more.
    pub(super) fn into_ended_statements(self) -> Code {
        let mut code = self.into_statements();
        if let Some(last) = code.last_mut().filter(|last| needs_semicolon(last)) {
            last.extend(quote!(;));
        }
        code
    }

    pub(super) fn into_expression(self) -> TokenStream {
        match self {
            Value::Expression(expression) => expression,
            Value::Statements(code) => match code.as_slice() {
                [only] if syn::parse2::<Expr>(only.clone()).is_ok() => only.clone(),
                _ => quote!({ #(#code)* }),
            },
        }
    }
}

fn needs_semicolon(statement: &TokenStream) -> bool {
    use Expr::{Block, ForLoop, If, Loop, Match, Unsafe, While};
    let parsed = syn::parse2::<Expr>(statement.clone());
    parsed.is_ok_and(|value| {
        !matches!(value, Block(_) | ForLoop(_) | If(_) | Loop(_) | Match(_) | Unsafe(_) | While(_))
    })
}

fn is_block(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    let first = tokens.next();
    let is_braced = matches!(first, Some(TokenTree::Group(group)) if group.delimiter() == proc_macro2::Delimiter::Brace);
    is_braced && tokens.next().is_none()
}

fn mentions(tokens: TokenStream, label: &Lifetime) -> bool {
    let mut after_tick = false;
    for token in tokens {
        let was_after_tick = std::mem::replace(&mut after_tick, false);
        match token {
            TokenTree::Group(group) if mentions(group.stream(), label) => return true,
            TokenTree::Punct(punct) => after_tick = punct.as_char() == '\'',
            TokenTree::Ident(name) if was_after_tick && name == label.ident => return true,
            _ => {}
        }
    }
    false
}
