//! A framework of its own, which hands kaa on. Its users write `#[reexport::kaa::coroutine(crate = reexport::kaa)]`, or let a
//! macro of the framework write it.
//!
//! ```
//! use reexport::kaa::prelude::*;
//!
//! #[reexport::kaa::coroutine(crate = reexport::kaa)]
//! fn sum(a: InProgress<u32>, b: InProgress<u32>) -> reexport::kaa::Result<u32> {
//!     Ok(yield_!(a)? + yield_!(b)?)
//! }
//!
//! let sum = sum(InProgress::finished(1), InProgress::finished(2));
//! assert_eq!(sum.wait()?, 3);
//! # Ok::<(), reexport::kaa::Error>(())
//! ```

#![forbid(unsafe_code)]

pub use framework as kaa;

/// Writes a coroutine that waits for `attempts` operands in turn, until one has finished.
///
/// ```
/// reexport::retried!(fn odd(n: u32) -> u32 {
///     if n % 2 == 1 {
///         reexport::kaa::InProgress::finished(n)
///     } else {
///         reexport::kaa::InProgress::failed(reexport::kaa::Error::message("even"))
///     }
/// });
/// assert_eq!(odd(0, 2).take_result().unwrap()?, 1);
/// # Ok::<(), reexport::kaa::Error>(())
/// ```
#[macro_export]
macro_rules! retried {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($n:ident: $number:ty) -> $value:ty $operand:block) => {
        $(#[$attribute])*
        #[$crate::kaa::coroutine(crate = $crate::kaa)]
        $visibility fn $name(first: $number, attempts: $number) -> $crate::kaa::Result<$value> {
            let mut outcome = Err($crate::kaa::Error::message("never tried"));
            for $n in first..first + attempts {
                outcome = $crate::kaa::yield_!($operand);
                if outcome.is_ok() {
                    break;
                }
            }
            outcome
        }
    };
}
