#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate self as kaa;

pub mod prelude;

pub use kaa_core::*;
/// Makes a coroutine of a function: its body reads like that of an `async fn`, with [`yield_!`](yield_) in place of `.await`.
///
/// ```
/// use std::time::Duration;
///
/// use kaa::prelude::*;
///
/// #[kaa::coroutine]
/// fn count_down(from: u32) -> kaa::Result<String> {
///     for left in (1..=from).rev() {
///         println!("{left}");
///         yield_!(kaa::delay(Duration::from_millis(1)))?;
///     }
///     Ok("lift off".to_owned())
/// }
///
/// let counting = count_down(3); // runs up to its first wait
/// assert_eq!(counting.wait()?, "lift off");
/// # Ok::<(), kaa::Error>(())
/// ```
///
/// # Calling one
///
/// A call runs the body at once, up to the first `yield_!` whose value is not there yet, and returns an [`InProgress`]. From then on the
/// main loop owns it: dropping the `InProgress` does not stop it. Where coroutines start each other more than 64 deep, the next ones
/// are started by the loop.
///
/// # What it returns
///
/// | written | the caller gets |
/// | --- | --- |
/// | `-> Result<T, E>`, any path that ends in `Result` | `InProgress<T>`; an `Err` makes it fail |
/// | `-> T` | `InProgress<T>`, which fails only if the body panics |
/// | nothing | `InProgress<()>` |
///
/// `E` is an error of the standard kind, [`Error`], `String`, or `Box<dyn Error + Send + Sync>`. `?` in the body converts into `E`,
/// as it always does. A panic is caught, and fails the `InProgress` with [`Panicked`].
///
/// # What its arguments may be
///
/// Whatever owns its data: a coroutine outlives the call. Methods take `self: Rc<Self>` or `self`.
///
/// ```
/// use std::{cell::Cell, rc::Rc, time::Duration};
///
/// use kaa::prelude::*;
///
/// struct Lamp(Cell<bool>);
///
/// impl Lamp {
///     #[kaa::coroutine]
///     fn blink(self: Rc<Self>, times: u32) {
///         for _ in 0..times * 2 {
///             self.0.set(!self.0.get());
///             let _ = yield_!(kaa::delay(Duration::from_millis(1)));
///         }
///     }
/// }
///
/// Rc::new(Lamp(Cell::new(false))).blink(2).wait()?;
/// # Ok::<(), kaa::Error>(())
/// ```
///
/// # What it holds while it waits
///
/// | what last happened to a local | it is held |
/// | --- | --- |
/// | it is mentioned again later | yes |
/// | moved: an argument, a field's value, an operand of arithmetic, a `return`; into a `move` closure | no |
/// | never mentioned again, its scope still open | for its drop; not if it is `Copy` or [`Inert`] |
/// | taken apart by a pattern that binds each part by value | no, unless it has a `Drop` of its own |
/// | consumed by a method of `Option`, `Result`, a collection or [`Promise`] that is known to | no |
///
/// So a guard lives as long as it does in any function, and a borrow that is over costs nothing. A borrow that is still used after a
/// `yield_!` is an error, and stands under the `yield_!`.
///
/// `KAA_DUMP=count_down cargo build`, after a `touch` of the file, prints the states of `count_down` and what each of them holds.
///
/// # Arguments of the attribute
///
/// `crate = path`: where `kaa` is, if a crate of yours re-exports it.
///
/// # Errors
///
/// What the transform does not support yet is refused at its place, with what to write instead. The rest is judged by rustc, on the body
/// as it is written.
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
