//! The transform on bodies with something wrong in them: whatever the tokens, it does not panic, what it emits can be parsed, and
//! the same input gives the same output.
//!
//! `KAA_MUTATIONS=100 cargo test -p kaa-macros mutations` mutates each body so many times.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use fastrand::Rng;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use crate::coroutine::{Kind, expand};

/// So many mutants of a body that are still a function, unless the environment says otherwise.
const EACH: usize = 4;

/// Every coroutine of the golden pairs, and every body of the oracle.
fn bodies() -> Vec<TokenStream> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in [root.join("testdata"), root.join("../tests/oracle")] {
        let files = fs::read_dir(&folder).expect("the folder is in the repository");
        let mut files: Vec<PathBuf> = files.map(|file| file.expect("readable").path()).collect();
        files.sort();
        for file in files {
            let name = file.to_string_lossy();
            if name.ends_with(".rs") && !name.ends_with(".expanded.rs") {
                let text = fs::read_to_string(&file).expect("a file of the repository");
                functions(text.parse().expect("it compiles"), &mut found);
            }
        }
    }
    found
}

/// The functions among the tokens, and in groups among them: `fn`, a name, and what follows up to its block.
fn functions(tokens: TokenStream, found: &mut Vec<TokenStream>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if matches!(&tokens[at], TokenTree::Ident(word) if word == "fn") {
            let end = tokens[at..].iter().position(|token| is_group(token, Delimiter::Brace));
            if let Some(end) = end {
                found.push(tokens[at..=at + end].iter().cloned().collect());
                at += end + 1;
                continue;
            }
        }
        if let TokenTree::Group(group) = &tokens[at] {
            functions(group.stream(), found);
        }
        at += 1;
    }
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// All tokens, those in groups too.
fn count(tokens: &TokenStream) -> usize {
    let inner = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    };
    tokens.clone().into_iter().map(inner).sum()
}

/// Changes the token of the number `at`.
struct Mutation<'a> {
    random: &'a mut Rng,
    at: usize,
    met: usize,
    /// What may be put in.
    others: &'a [TokenTree],
}

impl Mutation<'_> {
    fn apply(&mut self, tokens: TokenStream) -> TokenStream {
        let mut done: Vec<TokenTree> = Vec::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            self.met += 1;
            if self.met - 1 == self.at {
                match self.random.u32(0..6) {
                    0 => {}
                    1 => done.extend([token.clone(), token]),
                    2 => {
                        done.extend(tokens.next());
                        done.push(token);
                    }
                    3 => {
                        done.push(self.other());
                        done.push(token);
                    }
                    4 => match token {
                        TokenTree::Group(group) => done.extend(group.stream()),
                        other => done.push(Group::new(Delimiter::Brace, other.into()).into()),
                    },
                    _ => done.push(self.other()),
                }
                continue;
            }
            match token {
                TokenTree::Group(group) => {
                    let inner = self.apply(group.stream());
                    done.push(Group::new(group.delimiter(), inner).into());
                }
                other => done.push(other),
            }
        }
        done.into_iter().collect()
    }

    fn other(&mut self) -> TokenTree {
        let word = |text| TokenTree::from(Ident::new(text, Span::call_site()));
        let words = ["break", "continue", "return", "loop", "match", "x", "_x", "move", "else"];
        match self.random.u32(0..4) {
            0 => Group::new(Delimiter::None, quote!(yield_!())).into(),
            1 => word(words[self.random.usize(0..words.len())]),
            _ => self.others[self.random.usize(0..self.others.len())].clone(),
        }
    }
}

/// Says what is wrong with an expansion. What is no function is handed to rustc as it is.
fn fault(tokens: &TokenStream, is_function: bool) -> Option<&'static str> {
    let kind = if crate::names::is_in(tokens, "emit_") { Kind::Generator } else { Kind::Coroutine };
    let run = || expand(kind, &TokenStream::new(), tokens.clone());
    let Ok(code) = catch_unwind(AssertUnwindSafe(run)) else { return Some("it panics") };
    if is_function && syn::parse2::<syn::File>(code.clone()).is_err() {
        return Some("what it emits is no Rust");
    }
    (code.to_string() != run().to_string()).then_some("it emits something else the second time")
}

#[test]
fn mutations_are_expanded_or_refused() {
    let each = std::env::var("KAA_MUTATIONS").ok().map(|text| text.parse().expect("a number"));
    let each = each.unwrap_or(EACH);
    let bodies = bodies();
    assert!(bodies.len() > 300, "only {} bodies were found", bodies.len());
    let others: Vec<TokenTree> = bodies.iter().flat_map(|body| body.clone().into_iter()).collect();
    let mut random = Rng::with_seed(1);
    let (mut functions, mut faults) = (0, Vec::new());
    for body in &bodies {
        let size = count(body);
        let mut tried = 0;
        for _ in 0..each * 4 {
            let mut mutant = body.clone();
            for _ in 0..random.usize(1..4) {
                let at = random.usize(3..size);
                let mut mutation = Mutation { random: &mut random, at, met: 0, others: &others };
                mutant = mutation.apply(mutant);
            }
            let is_function = syn::parse2::<syn::ItemFn>(mutant.clone()).is_ok();
            // Of those that are none, one a body is enough.
            if (!is_function && tried > 0) || tried == each {
                continue;
            }
            tried += 1;
            functions += usize::from(is_function);
            if let Some(fault) = fault(&mutant, is_function) {
                faults.push(format!("{fault}: `{mutant}`"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(functions > bodies.len(), "only {functions} mutants were functions");
}
