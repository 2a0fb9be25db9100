//! The coroutine transform of kaa: a body becomes a state machine.
//!
//! Use it through the crate `kaa`, as `#[kaa::coroutine]`; this crate is no public interface.

#![forbid(unsafe_code)]

use proc_macro::TokenStream;

mod args;
mod coroutine;
mod diag;
mod emit;
mod fallback;
mod input;
mod ir;
mod live;
mod lower;
mod macros;
mod misplaced_let;
mod names;
mod spill;
#[cfg(test)]
mod tests;
mod text;
mod yields;

/// Makes a coroutine of a function. Documented where it is used: `kaa::coroutine`.
#[proc_macro_attribute]
pub fn coroutine(arguments: TokenStream, function: TokenStream) -> TokenStream {
    coroutine::expand(arguments.into(), function.into()).into()
}
