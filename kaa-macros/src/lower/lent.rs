//! Borrows that are to be seen in the text: what a local borrows from, so that one that would cross a `yield_!` can be told by name.
//!
//! Only what rustc would refuse for certain: `&place` of a local, and methods of the standard library's own types that lend.

use quote::ToTokens;
use syn::visit::Visit;
use syn::{Expr, Pat, Type};

use super::Lower;
use crate::ir::{Lent, Local, LocalId};
use crate::{names, text};

/// Types that own what their methods lend. Not pointers, whose methods may be those of anything.
const OWNERS: [&str; 13] = [
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "OsString",
    "Option",
    "PathBuf",
    "RefCell",
    "Result",
    "String",
    "Vec",
    "VecDeque",
];

/// Methods that lend a part of what they are called on.
const LENDING: [&str; 26] = [
    "as_bytes",
    "as_deref",
    "as_mut",
    "as_path",
    "as_ref",
    "as_slice",
    "as_str",
    "bytes",
    "char_indices",
    "chars",
    "chunks",
    "drain",
    "first",
    "get",
    "iter",
    "iter_mut",
    "keys",
    "last",
    "lines",
    "split",
    "split_whitespace",
    "trim",
    "values",
    "values_mut",
    "windows",
    "last_mut",
];

/// Methods whose value borrows what that of the receiver does.
const PASSING: [&str; 24] = [
    "chain",
    "cycle",
    "enumerate",
    "expect",
    "filter",
    "fuse",
    "inspect",
    "next",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "split",
    "step_by",
    "take",
    "take_while",
    "trim",
    "unwrap",
    "unwrap_or_default",
    "unwrap_or",
    "zip",
    "first",
    "last",
    "iter",
];

impl Lower<'_> {
    /// What the value of `init` borrows.
    pub(super) fn lent_by(&mut self, init: &Expr) -> Option<Lent> {
        let (owner, is_guard) = self.lender(init)?;
        Some(Lent { owner, place: init.to_token_stream(), is_guard })
    }

    /// What the value of `init` borrows, if a binding by itself gets it. A direct borrow is made anew, or borrows what a reference refers to.
    pub(super) fn lent_to(&mut self, pat: &Pat, init: &Expr) -> Option<Lent> {
        let is_plain =
            matches!(pat, Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none());
        if !is_plain || matches!(init, Expr::Reference(_)) {
            return None;
        }
        self.lent_by(init)
    }

    fn lender(&mut self, value: &Expr) -> Option<(String, bool)> {
        match value {
            Expr::Reference(reference) => {
                self.root_of(&reference.expr)?;
                Some((as_written(&reference.expr), false))
            }
            Expr::Paren(paren) => self.lender(&paren.expr),
            Expr::Group(group) => self.lender(&group.expr),
            Expr::MethodCall(call) => {
                let method = names::plain(&call.method);
                if matches!(&*method, "borrow" | "borrow_mut") && call.args.is_empty() {
                    let root = self.root_of(&call.receiver)?;
                    let is_cell = match &*call.receiver {
                        // What is called so in a field is a `RefCell`, or lends in the same way.
                        Expr::Field(_) => {
                            method == "borrow_mut"
                                && names::plain(&self.body.local(root).name) == "__self"
                        }
                        _ => self.body.local(root).is_cell,
                    };
                    return is_cell.then(|| (as_written(&call.receiver), true));
                }
                if PASSING.contains(&method.as_str())
                    && matches!(*call.receiver, Expr::MethodCall(_))
                {
                    return self.lender(&call.receiver).filter(|(_, is_guard)| !is_guard);
                }
                let root = self.root_of(&call.receiver)?;
                (LENDING.contains(&method.as_str()) && self.owns(root, &call.receiver))
                    .then(|| (as_written(&call.receiver), false))
            }
            _ => None,
        }
    }

    /// The local that a place of names and fields begins with.
    fn root_of(&mut self, place: &Expr) -> Option<LocalId> {
        match place {
            Expr::Field(field) => self.root_of(&field.base),
            Expr::Paren(paren) => self.root_of(&paren.expr),
            Expr::Group(group) => self.root_of(&group.expr),
            place => self.local_named_by(place),
        }
    }

    /// Does the text say that the local is of a type that owns what it lends? Of a field it says nothing.
    fn owns(&self, root: LocalId, receiver: &Expr) -> bool {
        !matches!(receiver, Expr::Field(_)) && self.body.local(root).is_owner
    }

    /// What a `match` on `&place` lends to the bindings of its patterns, and one on a local to those that are `ref`.
    pub(super) fn lend_parts(&mut self, scrutinee: &Expr, pat: &Pat, first_new: usize) {
        let (place, by_reference) = match scrutinee {
            Expr::Reference(reference) => (&*reference.expr, None),
            place => (place, Some(referring(pat))),
        };
        if self.root_of(place).is_none() {
            return;
        }
        let owner = as_written(place);
        let place = scrutinee.to_token_stream();
        let is_lent = |local: &&mut Local| {
            by_reference.as_ref().is_none_or(|names| names.contains(&names::plain(&local.name)))
        };
        for local in self.body.locals[first_new..].iter_mut().filter(is_lent) {
            local.lent = Some(Lent { owner: owner.clone(), place: place.clone(), is_guard: false });
        }
    }
}

/// A place, with the receiver as the user knows it.
fn as_written(place: &Expr) -> String {
    text::of(place).replace("__self", "self")
}

/// The names that a pattern binds by `ref`.
fn referring(pat: &Pat) -> Vec<String> {
    struct Referring(Vec<String>);
    impl Visit<'_> for Referring {
        fn visit_pat_ident(&mut self, pat: &syn::PatIdent) {
            if pat.by_ref.is_some() {
                self.0.push(names::plain(&pat.ident));
            }
            syn::visit::visit_pat_ident(self, pat);
        }
    }
    let mut found = Referring(Vec::new());
    found.visit_pat(pat);
    found.0
}

/// Does a type as it is written own what its methods lend?
pub(super) fn is_owner(ty: &Type) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() => path
            .path
            .segments
            .last()
            .is_some_and(|last| OWNERS.iter().any(|owner| last.ident == owner)),
        Type::Array(_) => true,
        Type::Group(group) => is_owner(&group.elem),
        _ => false,
    }
}

/// `RefCell<T>`, `Rc<RefCell<T>>`, `Rc::new(RefCell::new(..))`
pub(super) fn is_cell(code: &impl ToTokens) -> bool {
    let text = text::of(code).replace(' ', "");
    text.starts_with("RefCell")
        || text.starts_with("Rc<RefCell<")
        || text.starts_with("Rc::new(RefCell::")
}

/// Is the value of an initialiser plainly of such a type?
pub(super) fn makes_owner(init: &Expr) -> bool {
    match init {
        Expr::Array(_) | Expr::Repeat(_) => true,
        Expr::Macro(mac) => {
            let name = mac.mac.path.segments.last().map(|last| names::plain(&last.ident));
            matches!(name.as_deref(), Some("vec" | "format"))
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return false };
            let mut segments = path.path.segments.iter().rev();
            let makes = segments.next().is_some_and(|last| {
                matches!(&*names::plain(&last.ident), "new" | "from" | "with_capacity" | "default")
            });
            makes
                && segments
                    .next()
                    .is_some_and(|owner| OWNERS.iter().any(|known| owner.ident == known))
        }
        Expr::MethodCall(call) => {
            matches!(&*names::plain(&call.method), "to_owned" | "to_string" | "into_owned")
                || call.method == "collect"
                    && call.turbofish.as_ref().is_some_and(|types| {
                        let text = text::of(types).replace(' ', "");
                        OWNERS.iter().any(|owner| text.starts_with(&format!("::<{owner}<")))
                    })
        }
        _ => false,
    }
}
