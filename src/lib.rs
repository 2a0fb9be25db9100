#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate self as kaa;

pub mod prelude;

pub use kaa_core::*;
pub use kaa_macros::coroutine;
pub use kaa_notifier::*;

#[doc(hidden)]
pub use kaa_core::private as __private;

/// Waits, inside a coroutine: `yield_!(x)` gives what `x` finishes with, as a [`Result`].
///
/// `x` is anything that is [`IntoInProgress`]. `yield_!()` gives the loop a turn.
///
/// It belongs to [`coroutine`], which takes it apart; anywhere else it is an error that says so.
///
/// ```
/// use kaa::prelude::*;
///
/// #[kaa::coroutine]
/// fn add(a: kaa::InProgress<u32>, b: kaa::InProgress<u32>) -> kaa::Result<u32> {
///     let a = yield_!(a)?;
///     yield_!()?;
///     let b = yield_!(b)?;
///     Ok(a + b)
/// }
///
/// let sum = add(InProgress::finished(1), InProgress::finished(2));
/// assert_eq!(sum.wait()?, 3);
/// # Ok::<(), kaa::Error>(())
/// ```
#[macro_export]
macro_rules! yield_ {
    ($($operand:tt)*) => {
        ::core::compile_error!(
            "`yield_!` outside of a coroutine\nhelp: put `#[kaa::coroutine]` on the function it waits in"
        )
    };
}
