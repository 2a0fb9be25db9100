//! Items inside of blocks.
//!
//! Each arm that comes into a block has its items, and a `struct` or `static` in two arms would be two. So items move in front of the
//! machine where no other code could mean something else by their names; what means the same each time it is written may stay.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Block as Code, Expr, Item, ItemStatic, Macro, Stmt, UseTree};

use super::Lower;
use super::capture::mentioned;
use super::pattern::bindings;
use crate::{diag, names};

/// Takes the items out of the blocks of `code`, as far as nothing else has their names.
pub(crate) fn hoist(code: &mut Code) -> Vec<Item> {
    let mut bound = Bound::default();
    bound.visit_block(code);
    let mut all = BTreeMap::new();
    count_words(code.to_token_stream(), &mut all);
    let mut hoist = Hoist { all, bound: bound.0, items: Vec::new() };
    hoist.visit_block_mut(code);
    hoist.items
}

struct Hoist {
    /// How often each word occurs in the body.
    all: BTreeMap<String, usize>,
    /// The names of locals.
    bound: Vec<String>,
    items: Vec<Item>,
}

impl Hoist {
    /// Is each name that the block's items give meant by nobody else?
    fn are_free(&self, block: &Code) -> bool {
        let mut before = BTreeMap::new();
        let mut inside = BTreeMap::new();
        count_words(block.to_token_stream(), &mut inside);
        let is_only_here = |name: &String| inside.get(name) == self.all.get(name);
        block.stmts.iter().all(|statement| {
            let free = match statement {
                Stmt::Item(Item::Macro(rules)) => {
                    // It is visible only below, and its names mean what they mean there.
                    let name = rules.ident.as_ref().map(names::plain).unwrap_or_default() + "!";
                    let mentions = names_in(rules.mac.tokens.clone());
                    !before.contains_key(&name)
                        && is_only_here(&name)
                        && !mentions.iter().any(|name| self.bound.contains(name))
                }
                Stmt::Item(item) => {
                    given_names(item).is_some_and(|names| names.iter().all(is_only_here))
                }
                _ => true,
            };
            count_words(statement.to_token_stream(), &mut before);
            free
        })
    }
}

impl VisitMut for Hoist {
    fn visit_block_mut(&mut self, block: &mut Code) {
        visit_mut::visit_block_mut(self, block);
        let has_to = |statement: &Stmt| matches!(statement, Stmt::Item(item) if !may_stay(item));
        if block.stmts.iter().any(has_to) && self.are_free(block) {
            let (items, rest): (Vec<Stmt>, Vec<Stmt>) = std::mem::take(&mut block.stmts)
                .into_iter()
                .partition(|statement| matches!(statement, Stmt::Item(_)));
            block.stmts = rest;
            self.items.extend(items.into_iter().filter_map(|item| match item {
                Stmt::Item(item) => Some(item),
                _ => None,
            }));
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if !matches!(expr, Expr::Closure(_) | Expr::Async(_) | Expr::Const(_)) {
            visit_mut::visit_expr_mut(self, expr);
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// The names that an item gives; nothing if they are not to be seen.
fn given_names(item: &Item) -> Option<Vec<String>> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Impl(_) => return Some(Vec::new()),
        Item::Use(item) => {
            let mut found = Vec::new();
            return imported(&item.tree, &mut found).then_some(found);
        }
        _ => return None,
    };
    Some(vec![names::plain(name)])
}

/// Adds the names that a `use` gives; false where it has a `*`.
fn imported(tree: &UseTree, found: &mut Vec<String>) -> bool {
    match tree {
        UseTree::Path(path) => imported(&path.tree, found),
        UseTree::Name(name) => {
            found.push(names::plain(&name.ident));
            true
        }
        UseTree::Rename(renamed) => {
            found.push(names::plain(&renamed.rename));
            true
        }
        UseTree::Group(group) => group.items.iter().all(|tree| imported(tree, found)),
        _ => false,
    }
}

/// Counts the words in tokens, but for fields and methods; those of macros as `name!`.
fn count_words(tokens: TokenStream, count: &mut BTreeMap<String, usize>) {
    let mut after_dot = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let was_after_dot = std::mem::replace(&mut after_dot, false);
        match token {
            TokenTree::Group(group) => count_words(group.stream(), count),
            TokenTree::Ident(word) if !was_after_dot => {
                let is_macro =
                    matches!(tokens.peek(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!');
                let word = names::plain(&word);
                *count.entry(if is_macro { word + "!" } else { word }).or_default() += 1;
            }
            TokenTree::Punct(punct) => after_dot = punct.as_char() == '.',
            _ => {}
        }
    }
}

/// The names in a `macro_rules!`, but for those of its own variables.
fn names_in(rules: TokenStream) -> Vec<String> {
    let mut after_dollar = false;
    let kept = rules.into_iter().filter_map(|token| {
        let was_after_dollar = std::mem::replace(&mut after_dollar, false);
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => after_dollar = true,
            TokenTree::Group(group) => return Some(names_in(group.stream())),
            TokenTree::Ident(_) if was_after_dollar => {}
            other => return Some(mentioned(other.into())),
        }
        None
    });
    kept.flatten().collect()
}

/// The names that patterns bind.
#[derive(Default)]
struct Bound(Vec<String>);

impl Visit<'_> for Bound {
    fn visit_pat(&mut self, pat: &syn::Pat) {
        self.0.extend(bindings(pat).iter().map(|binding| names::plain(binding.name)));
        syn::visit::visit_pat(self, pat);
    }

    fn visit_item(&mut self, _: &Item) {}
}

impl Lower<'_> {
    /// An item that is left inside a block.
    pub(super) fn item(&mut self, item: Item) {
        match item {
            Item::Macro(_) => self.errors.at(quote!(#item), diag::LATE_MACRO_RULES),
            _ if may_stay(&item) => self.body.regions[self.region.0].items.push(item),
            _ => self.errors.at(item, diag::ITEM_IN_BLOCK),
        }
    }
}

/// Does the item mean the same each time it is written?
fn may_stay(item: &Item) -> bool {
    matches!(item, Item::Use(_) | Item::Type(_) | Item::Const(_) | Item::Fn(_)) && !has_static(item)
}

/// A `static` is one place; written twice it would be two.
fn has_static(item: &Item) -> bool {
    struct Statics(bool);
    impl Visit<'_> for Statics {
        fn visit_item_static(&mut self, _: &ItemStatic) {
            self.0 = true;
        }

        fn visit_macro(&mut self, _: &Macro) {
            // `thread_local!`, or whatever else has one inside.
            self.0 = true;
        }
    }
    let mut statics = Statics(false);
    statics.visit_item(item);
    statics.0
}
