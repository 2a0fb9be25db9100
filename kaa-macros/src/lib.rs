//! The coroutine transform of kaa: a body becomes a state machine.
//!
//! Use it through the crate `kaa`, as `#[kaa::coroutine]`; this crate is no public interface.

#![forbid(unsafe_code)]

use proc_macro::TokenStream;

use coroutine::Kind;

mod args;
mod conditional;
mod coroutine;
mod diag;
mod emit;
mod entry;
mod fallback;
mod generator;
mod input;
mod ir;
mod live;
mod lower;
mod macros;
mod manner;
mod misplaced_let;
mod names;
mod spill;
#[cfg(test)]
mod tests;
mod text;
mod threaded;
mod yields;

/// Makes a coroutine of a function. Documented where it is used: `kaa::coroutine`.
#[proc_macro_attribute]
pub fn coroutine(arguments: TokenStream, function: TokenStream) -> TokenStream {
    coroutine::expand(Kind::Coroutine, &arguments.into(), function.into()).into()
}

/// Makes a coroutine that emits values. Documented where it is used: `kaa::generator`.
#[proc_macro_attribute]
pub fn generator(arguments: TokenStream, function: TokenStream) -> TokenStream {
    coroutine::expand(Kind::Generator, &arguments.into(), function.into()).into()
}

/// Runs the loop from `main`. Documented where it is used: `kaa::main`.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, function: TokenStream) -> TokenStream {
    entry::main(arguments.into(), function.into()).into()
}

/// Runs a test on a loop of its own. Documented where it is used: `kaa::test`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, function: TokenStream) -> TokenStream {
    entry::test(arguments.into(), function.into()).into()
}

/// Makes a function run in another thread. Documented where it is used: `kaa::threaded`.
#[proc_macro_attribute]
pub fn threaded(arguments: TokenStream, function: TokenStream) -> TokenStream {
    threaded::expand(arguments.into(), function.into()).into()
}
