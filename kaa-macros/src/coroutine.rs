//! `#[kaa::coroutine]`: the passes, in order.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Block, Item, ItemFn, Stmt};

use crate::diag::{self, Errors};
use crate::{
    args, conditional, emit, fallback, generator, input, ir, live, lower, manner, misplaced_let,
    names, yields,
};

/// What the function is to become.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Coroutine,
    Generator,
}

impl Kind {
    /// The attribute that says so.
    pub(crate) fn attribute(self) -> TokenStream {
        match self {
            Kind::Coroutine => quote!(coroutine),
            Kind::Generator => quote!(generator),
        }
    }
}

/// The attribute: its arguments, and the function that it stands on.
pub(crate) fn expand(kind: Kind, arguments: &TokenStream, function: TokenStream) -> TokenStream {
    match run(kind, arguments, function) {
        Ok(expansion) => {
            expansion.print_on_request();
            expansion.code
        }
        Err(errors) => errors,
    }
}

/// What the passes gave.
pub(crate) struct Expansion {
    name: String,
    pub(crate) code: TokenStream,
    /// The states and the graph as text; none for a body without a yield.
    pub(crate) dump: Option<String>,
}

impl Expansion {
    /// `KAA_DUMP=fetch cargo build` prints the states of `fetch`, after a `touch` of its file.
    fn print_on_request(&self) {
        if let Some(dump) = &self.dump
            && std::env::var("KAA_DUMP").is_ok_and(|wanted| wanted == self.name)
        {
            eprintln!("coroutine `{}`\n{dump}", self.name);
        }
    }
}

/// Runs the passes; errors come with the function's signature, so that its callers are judged all the same.
pub(crate) fn run(
    kind: Kind,
    arguments: &TokenStream,
    function: TokenStream,
) -> Result<Expansion, TokenStream> {
    let mut errors = Errors::default();
    let args = args::parse(arguments.clone(), &mut errors);
    let function: ItemFn = match syn::parse2(function.clone()) {
        Ok(function) => function,
        Err(error) => return Err(not_a_function(&error, function)),
    };
    if let Some(code) = conditional::split(kind, arguments, &function, &args.kaa) {
        let name = names::plain(&function.sig.ident);
        return Ok(Expansion { name, code, dump: None });
    }
    let function = match kind {
        Kind::Coroutine => function,
        Kind::Generator => generator::as_coroutine(&function),
    };
    let mut input = input::validate(function.clone(), &args.kaa, &mut errors);
    let manner = match kind {
        Kind::Coroutine => manner::make(&args, &mut input, &mut errors),
        Kind::Generator => generator::make(&args, &mut input, &mut errors),
    };
    passes(&args.kaa, &input, &manner, &mut errors).map_err(|mut messages| {
        messages.extend(match kind {
            Kind::Coroutine => {
                fallback::make_function(&manner::without_filled(&args, &function), &args.kaa)
            }
            Kind::Generator => generator::fallback(&args, &function),
        });
        messages
    })
}

fn passes(
    kaa: &syn::Path,
    input: &input::Input,
    manner: &manner::Manner,
    errors: &mut Errors,
) -> Result<Expansion, TokenStream> {
    let mut body = (*input.function.block).clone();
    let found = yields::find(&mut body, kaa, errors);
    if let Some(place) = misplaced_let::find(&body) {
        errors.at_span(place, diag::MISPLACED_LET);
    }
    let items = take_items(&mut body);
    errors.propagate()?;

    let name = names::plain(input.name());
    let twin = yields::twin(&body);
    let mut parts =
        emit::Parts { input, kaa, manner, items: &items, inner_items: &[], twin: &twin };
    if found.is_empty() {
        return Ok(Expansion { name, code: emit::without_yields(&parts, &body), dump: None });
    }
    if input.has_receiver() {
        emit::rename_receiver(&mut body);
    }
    let inner_items = lower::hoist(&mut body);
    lower::as_locals(&mut body, input);
    let refilled = lower::refill(&mut body, input);
    let (mut body, machine) = lower(&body, input, &found, errors)?;
    for local in body.locals.iter_mut().filter(|local| local.is_argument) {
        local.mutable |= refilled.contains(&names::plain(&local.name));
    }
    parts.inner_items = &inner_items;
    let dump = Some(ir::dump::dump(&body, &machine));
    Ok(Expansion { name, code: emit::machine(&parts, &body, &machine), dump })
}

/// Lowers the body, and finds its states. A second time, if a statement has to be taken apart that at first seemed simple.
fn lower(
    code: &Block,
    input: &input::Input,
    found: &[ir::Yield],
    errors: &mut Errors,
) -> Result<(ir::Body, live::Machine), TokenStream> {
    let mut split = BTreeSet::new();
    let mut rests = lower::Rests::new();
    loop {
        let body = lower::lower(code.clone(), input, found.to_vec(), &split, &rests, errors);
        errors.propagate()?;
        let machine = live::analyse(&body);
        let more = machine.split_inside_arms(&body);
        let more = more.into_iter().map(|local| names::plain(&body.local(local).name));
        let before = (split.len(), rests.len());
        split.extend(more);
        for leaving in machine.leavings.iter().map(|at| &body.leavings[*at]) {
            let of = body.local(leaving.of);
            let name = names::plain(&of.name);
            if leaving.is_inside {
                split.insert(name);
            } else {
                rests.insert((name, of.ordinal, leaving.number), leaving.parts);
            }
        }
        if (split.len(), rests.len()) == before {
            live::report_borrows(&body, &machine, errors);
            errors.propagate()?;
            return Ok((body, machine));
        }
    }
}

/// Items are visible in the whole body, and so in every arm: they move in front of the machine.
fn take_items(body: &mut Block) -> Vec<Item> {
    let mut items = Vec::new();
    let mut is_first = true;
    let mut rest = Vec::new();
    for statement in std::mem::take(&mut body.stmts) {
        match statement {
            // A `macro_rules!` is visible only below: moved up from further down it could be used too early.
            Stmt::Item(Item::Macro(rules)) if !is_first => {
                rest.push(Stmt::Item(Item::Macro(rules)));
            }
            Stmt::Item(item) => items.push(item),
            other => {
                is_first = false;
                rest.push(other);
            }
        }
    }
    body.stmts = rest;
    items
}

fn not_a_function(error: &syn::Error, tokens: TokenStream) -> TokenStream {
    let parsed = syn::parse2::<Item>(tokens.clone());
    let mut code = match &parsed {
        Ok(item) => {
            let mut errors = Errors::default();
            errors.at(first_token(item), diag::NOT_A_FUNCTION);
            errors.propagate().err().unwrap_or_default()
        }
        Err(_) => error.to_compile_error(),
    };
    code.extend(tokens);
    code
}

fn first_token(item: &Item) -> TokenStream {
    item.to_token_stream().into_iter().take(1).collect()
}
