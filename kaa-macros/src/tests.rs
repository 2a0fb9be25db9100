//! Golden pairs: of each `testdata/<construct>.rs` the graph and the expansion.
//!
//! `UPDATE_EXPECT=1 cargo test -p kaa-macros` blesses them; review the difference.

mod mutations;

use std::path::{Path, PathBuf};

use expect_test::expect_file;
use proc_macro2::TokenStream;
use quote::quote;

use crate::coroutine::{Kind, run};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// Expands the coroutine in `testdata/<construct>.rs`; compares its graph and its expansion with the files beside it.
#[track_caller]
fn check(construct: &str) {
    let input = testdata().join(format!("{construct}.rs"));
    let source = std::fs::read_to_string(&input).expect("the construct has an input");
    let tokens: TokenStream = source.parse().expect("the input is made of tokens");
    let file: syn::File = syn::parse2(tokens).expect("the input is a function");
    let mut function = file.items;
    let Some(syn::Item::Fn(mut coroutine)) = function.pop() else {
        panic!("the input ends with a function")
    };
    let mut arguments = TokenStream::new();
    let mut kind = Kind::Coroutine;
    coroutine.attrs.retain(|attribute| {
        let is = |name| attribute.path().segments.iter().any(|part| part.ident == name);
        if is("generator") {
            kind = Kind::Generator;
        }
        let is_ours = is("coroutine") || is("generator");
        if let (true, syn::Meta::List(list)) = (is_ours, &attribute.meta) {
            arguments = list.tokens.clone();
        }
        !is_ours
    });
    let expansion = match run(kind, &arguments, quote!(#coroutine)) {
        Ok(expansion) => expansion,
        Err(errors) => panic!("refused: {errors}"),
    };
    if let Some(dump) = &expansion.dump {
        expect_file![testdata().join(format!("{construct}.ir"))].assert_eq(dump);
    }
    let code = syn::parse2(expansion.code).expect("the expansion is a function");
    let pretty = prettyplease::unparse(&code);
    expect_file![testdata().join(format!("{construct}.expanded.rs"))].assert_eq(&pretty);
}

macro_rules! constructs {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            check(stringify!($name));
        }
    )*};
}

constructs! {
    alias
    arguments
    assigned
    assigned_late
    borrows
    branches
    break_value
    carried
    closures
    conditional_move
    conditional
    conditions
    fetch
    fields
    for_loop
    generic
    generator
    gone
    if_let
    guard
    impl_trait
    inner_items
    items
    labelled_block
    let_else
    match_arms
    match_yield
    messages
    method
    no_value
    no_yield
    option
    plain
    policy
    policy_no_yield
    refilled
    scopes
    straight
    temporaries
    while_loop
}
