//! What an expansion calls. The crate `kaa` has it as `kaa::__private`: hidden, not public API.
//!
//! Everything here is called by path; nothing is a method on a user's value, so no user trait can get in between.

use std::error::Error as StdError;
use std::marker::PhantomData;

mod keep;
mod refill;

pub use crate::between::{Emitter, emit, emitter};
pub use crate::policy::{Call, Manner};
pub use crate::resume::{Resume, Step, Witness};
pub use crate::site::Site;
pub use keep::{Inert, Kept, gate, hold, holds, keep, keep_some, leave, probe, some};
pub use refill::{empty, fill_gate, fills, refill, skip_gate};

use crate::error::{Error, Result};
use crate::in_progress::{InProgress, IntoInProgress};
use crate::task::execute;

/// The machine was entered while it ran, or after it ended.
///
/// # Panics
///
/// Always.
#[track_caller]
pub fn resumed_out_of_turn(site: &Site) -> ! {
    panic!("coroutine `{}` was resumed out of turn", site.name)
}

/// Takes the user's body to be judged by rustc. Never called: it returns `!`, so whatever its call would move is not moved.
pub fn twin<Args, R>(_: Args, _: impl FnOnce(Args) -> R) -> ! {
    unreachable!("the twin is never run")
}

/// The operand of a `yield_!`. The same call stands in the twin and in the machine, so that rustc reports a wrong operand once.
///
/// `V` is a parameter, not the projection `X::Output`: a projection in the return type makes rustc say it twice.
#[track_caller]
pub fn inprogress<V: 'static>(operand: impl IntoInProgress<Output = V>) -> InProgress<V> {
    operand.into_inprogress()
}

/// What a `yield_!` evaluates to, in the twin.
///
/// # Errors
///
/// Never: it is never called.
pub fn output<V: 'static>(_: InProgress<V>) -> Result<V> {
    unreachable!("the twin is never run")
}

/// What `.await` would evaluate to, in a function that was refused for it.
pub fn awaited<F: IntoFuture>(_: F) -> F::Output {
    unreachable!("never called")
}

/// The methods that method lookup is to choose between. Only our own wrappers have them.
pub mod by_type {
    pub use super::keep::{
        ByDefault as _, ByDrop as _, ByInert as _, ByIntoIter as _, ByIterator as _, ByMap as _,
        ByParts as _, ByUnwrap as _,
    };
    pub use super::refill::{ByEmpty as _, ByNoEmpty as _};
    pub use super::{RefusedFailure as _, TextFailure as _};
}

pub mod option;
pub mod plain;
pub mod result;

/// Reads a `Result` written without arguments (`fmt::Result`, an alias), where the macro cannot see the value's type.
pub trait Kind {
    type Value;
    type With<U>;
}

impl<T, E> Kind for std::result::Result<T, E> {
    type Value = T;
    type With<U> = std::result::Result<U, E>;
}

/// Turns a coroutine's own error into [`Error`]. Method lookup picks the way: the inherent method for what is `Into<Error>` (every
/// `std::error::Error`, `Error` itself, a generic `E` bounded so), else [`TextFailure`], else [`RefusedFailure`], which names `E`.
pub struct Failure<E>(pub E);

impl<E: Into<Error>> Failure<E> {
    pub fn into_error(self) -> Error {
        self.0.into()
    }
}

pub trait TextFailure {
    fn into_error(self) -> Error;
}

impl TextFailure for Failure<String> {
    fn into_error(self) -> Error {
        Error::message(self.0)
    }
}

impl TextFailure for Failure<Box<dyn StdError + Send + Sync>> {
    fn into_error(self) -> Error {
        Error::boxed(self.0)
    }
}

#[cfg(feature = "anyhow")]
impl TextFailure for Failure<anyhow::Error> {
    fn into_error(self) -> Error {
        Error::from_anyhow(self.0)
    }
}

#[allow(
    clippy::wrong_self_convention,
    reason = "by reference, so that method lookup comes to it last"
)]
pub trait RefusedFailure<E> {
    /// The bound stands on the method, not on the impl: so it is chosen first and refused afterwards, in these words.
    fn into_error(&self) -> Error
    where
        E: CoroutineError;
}

impl<E> RefusedFailure<E> for Failure<E> {
    fn into_error(&self) -> Error
    where
        E: CoroutineError,
    {
        unreachable!("no type is a `CoroutineError`")
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a coroutine",
    label = "does not convert into `kaa::Error`",
    note = "use `kaa::Error`, a `std::error::Error`, `Box<dyn Error + Send + Sync>`, `String`, or `anyhow::Error` (feature `anyhow`)"
)]
pub trait CoroutineError {}

/// Ends a branch that is never run; like [`twin`], it diverges, so nothing it mentions is moved.
pub fn never<T>(_: T) -> ! {
    unreachable!("never run")
}

/// The type that a spilled operand is expected to have.
pub struct Expected<T>(PhantomData<fn() -> T>);

impl<T> Expected<T> {
    #[must_use]
    pub const fn new() -> Self {
        Expected(PhantomData)
    }

    /// Stands for the operand in the never-run call that gives it its type.
    #[must_use]
    pub fn hole(self) -> T {
        unreachable!("never run")
    }

    /// The operand, coerced to that type.
    pub fn is(self, operand: T) -> T {
        operand
    }
}

impl<T> Default for Expected<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Expected<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Expected<T> {}

#[cfg(test)]
mod tests {
    use super::by_type::*;
    use super::{Failure, Kind};
    use crate::Error;

    fn generic<E: Into<Error>>(error: E) -> Error {
        Failure(error).into_error()
    }

    #[test]
    fn errors_convert() {
        let boxed: Box<dyn std::error::Error + Send + Sync> = "boxed".into();
        assert_eq!(Failure(boxed).into_error().to_string(), "boxed");
        assert_eq!(Failure(String::from("text")).into_error().to_string(), "text");
        let error = Failure(std::fmt::Error).into_error();
        assert_eq!(Failure(error).into_error().to_string(), std::fmt::Error.to_string());
        generic(std::fmt::Error);
    }

    #[cfg(feature = "anyhow")]
    #[test]
    fn an_error_of_anyhow_converts_and_keeps_what_it_was() {
        let error = Error::message("text");
        let error = Failure(anyhow::Error::from(error)).into_error();
        assert_eq!(Failure(error).into_error().to_string(), "text");
    }

    #[test]
    fn an_alias_without_arguments_is_read_by_kind() {
        let step: <std::fmt::Result as Kind>::With<u8> = Ok(1);
        let value: <std::fmt::Result as Kind>::Value = ();
        assert_eq!((step, value), (Ok(1), ()));
    }
}
