//! The arguments of the attribute: `#[kaa::coroutine(policy = singleton, crate = path)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::parse::Parser as _;
use syn::{Expr, LitStr, Path, parse_quote};

use crate::diag::{self, Errors, Message};

/// What may be written in the attribute.
pub(crate) struct Args {
    /// Where the facade is: `::kaa`, unless a crate re-exports it.
    pub(crate) kaa: Path,
    pub(crate) policy: Option<(Policy, Span)>,
    /// Whose calls count for the policy, if not those of this coroutine alone.
    pub(crate) group: Option<LitStr>,
    /// How long it waits after it had to wait.
    pub(crate) interval: Option<Expr>,
    /// It is given a status.
    pub(crate) progress: Option<Span>,
}

/// What becomes of a call while earlier ones have not finished.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Synchronized,
    Singleton,
    PassLast,
}

impl Policy {
    fn named(name: &Ident) -> Option<Self> {
        match name.to_string().as_str() {
            "synchronized" => Some(Policy::Synchronized),
            "singleton" => Some(Policy::Singleton),
            "pass_last" => Some(Policy::PassLast),
            _ => None,
        }
    }
}

impl Args {
    /// Whether a call is more than a start.
    pub(crate) fn has_manner(&self) -> bool {
        self.policy.is_some() || self.interval.is_some() || self.progress.is_some()
    }

    /// The argument that is filled in and not given by the caller, if `name` is one.
    pub(crate) fn fills_in(&self, name: &Ident) -> Option<Filled> {
        let is_pass_last = matches!(self.policy, Some((Policy::PassLast, _)));
        if name == "progress" && self.progress.is_some() {
            Some(Filled::Progress)
        } else if name == "last" && is_pass_last {
            Some(Filled::Last)
        } else {
            None
        }
    }
}

/// An argument that the caller does not give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filled {
    Progress,
    Last,
}

impl Filled {
    /// Where it comes from, on the runtime's `Call`.
    pub(crate) fn source(self) -> TokenStream {
        match self {
            Filled::Progress => quote!(status),
            Filled::Last => quote!(last),
        }
    }
}

/// Reads the arguments; what is wrong with them goes to `errors`, all at once.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Args {
    let mut reader = Reader {
        args: Args {
            kaa: parse_quote!(::kaa),
            policy: None,
            group: None,
            interval: None,
            progress: None,
        },
        seen: Vec::new(),
        wrong: Vec::new(),
    };
    let parser = syn::meta::parser(|meta| reader.read(&meta));
    if let Err(error) = parser.parse2(tokens) {
        errors.add(error);
    }
    if let Some(group) = &reader.args.group
        && !reader.seen.iter().any(|key| key == "policy")
    {
        reader.wrong.push((group.to_token_stream(), diag::GROUP_WITHOUT_POLICY));
    }
    for (at, message) in reader.wrong {
        errors.at(at, message);
    }
    reader.args
}

struct Reader {
    args: Args,
    seen: Vec<String>,
    wrong: Vec<(TokenStream, Message)>,
}

impl Reader {
    /// Reads one of them. Fails only where it cannot be told where it ends.
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let path = &meta.path;
        let key = path.get_ident().map(ToString::to_string).unwrap_or_default();
        if self.seen.contains(&key) {
            self.wrong(path, diag::ARGUMENT_TWICE);
            return skip(meta);
        }
        let is_bare = !meta.input.peek(syn::Token![=]);
        match key.as_str() {
            "crate" => self.args.kaa = meta.value()?.call(Path::parse_mod_style)?,
            "progress" if is_bare => self.args.progress = path.get_ident().map(Ident::span),
            "progress" => {
                self.wrong(path, diag::PROGRESS_VALUE);
                skip(meta)?;
            }
            "policy" | "group" | "interval" if is_bare => self.wrong(path, diag::NO_VALUE),
            "policy" => self.policy(meta.value()?.parse()?),
            "group" => self.group(meta.value()?.parse()?),
            "interval" => self.args.interval = Some(meta.value()?.parse()?),
            _ => {
                self.wrong(path, diag::UNKNOWN_ARGUMENT);
                return skip(meta);
            }
        }
        self.seen.push(key);
        Ok(())
    }

    fn policy(&mut self, value: Expr) {
        let name = match &value {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        match name.and_then(|name| Some((Policy::named(name)?, name.span()))) {
            Some(policy) => self.args.policy = Some(policy),
            None => self.wrong(value, diag::UNKNOWN_POLICY),
        }
    }

    fn group(&mut self, value: Expr) {
        match value {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. }) => {
                self.args.group = Some(name);
            }
            other => self.wrong(other, diag::GROUP_VALUE),
        }
    }

    fn wrong(&mut self, at: impl ToTokens, message: Message) {
        self.wrong.push((at.to_token_stream(), message));
    }
}

/// Reads a value over, so that what is wrong behind it is told as well.
fn skip(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(syn::Token![=]) {
        meta.value()?.parse::<Expr>()?;
    }
    Ok(())
}
