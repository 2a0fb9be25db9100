#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate self as kaa;

#[doc = include_str!("../docs/features.md")]
pub mod features {}
#[doc = include_str!("../docs/limits.md")]
pub mod limits {}
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
/// | consumed by a method of `Option`, `Result`, a collection, an iterator or [`Promise`] that is known to | no |
/// | a direct borrow, `let r = &mut x.y`, that is mentioned again later | no: it is made anew |
/// | a closure that is never called again | if it owns something: it is `move`, or mentions a local by value |
/// | moved, or without a value, on some paths to the `yield_!` only | as an `Option` |
/// | a field was moved out of it: a `String`, a collection, an `Option` | the rest of it, with an empty value in that place |
/// | it is a tuple, written as one, of which a part was moved out | the other parts |
///
/// So a guard lives as long as it does in any function, and a borrow that is over costs nothing. What is dropped, is dropped when and in
/// the order in which it would be in an `async fn`:
///
/// | the coroutine | drops |
/// | --- | --- |
/// | leaves a scope: at its end, by `break`, `continue`, `return`, `?` | its locals, the newest first |
/// | is dropped while it waits, for the loop ends | what the state holds, the newest first; then the arguments |
/// | panics | the same, as far as it came |
/// | suspends | the temporaries of the statement, unless the rest of it uses them |
///
/// The last row is where it differs from an `async fn` on purpose. What cannot be held is on the page [`limits`].
///
/// `KAA_DUMP=count_down cargo build`, after a `touch` of the file, prints the states of `count_down` and what each of them holds.
///
/// # Arguments of the attribute
///
/// | argument | |
/// | --- | --- |
/// | `policy = synchronized` | calls run one after the other, in the order in which they were made. One that waits for its turn can be aborted, and never runs then |
/// | `policy = singleton` | while a call has not finished, each further one *is* that one, and its arguments are dropped. Each caller may take the outcome: it gets a clone |
/// | `policy = pass_last` | the argument `last: Option<InProgress<T>>` is filled in: the youngest call before, of this type, that has not finished |
/// | `group = "name"` | with a policy: it counts the calls of all coroutines of this group and policy together; of methods, those on one object, of functions those of one module |
/// | `interval = duration` | each time that it had to wait, it goes on so long after that. The expression is evaluated in the call and may use the arguments |
/// | `progress` | the argument `progress: Rc<InProgressStatus>` is filled in; what the body tells it, the caller sees by [`InProgress::progress`] |
/// | `crate = path` | where `kaa` is, if a crate of yours re-exports it |
///
/// The caller does not give what is filled in. Of methods a policy is about the calls on one object, so they take `self: Rc<Self>`; of
/// generic functions it is about all instances. A synchronized call that waits for a later call of the same waits for ever.
///
/// ```
/// use std::rc::Rc;
///
/// use kaa::prelude::*;
///
/// #[kaa::coroutine(policy = singleton, progress)]
/// fn index(progress: Rc<kaa::InProgressStatus>, pages: u64) -> kaa::Result<u64> {
///     for page in 0..pages {
///         progress.set(page, pages);
///         yield_!()?;
///     }
///     Ok(pages)
/// }
///
/// let (mine, yours) = (index(20), index(30)); // the same run
/// assert_eq!(mine.progress().unwrap().to_string(), "0/20 (0%)");
/// assert_eq!((mine.wait()?, yours.wait()?), (20, 20));
/// # Ok::<(), kaa::Error>(())
/// ```
///
/// # Errors
///
/// What the transform does not support yet is refused at its place, with what to write instead. The rest is judged by rustc, on the body
/// as it is written.
pub use kaa_macros::coroutine;
/// Makes a generator of a function: a coroutine that produces many values, each when it is asked for.
///
/// Written is the type of one of them: `-> kaa::Result<T>`, or `-> T`. The caller gets a [`Generator<T>`](Generator), and
/// asks by [`next`](Generator::next). The body emits them by [`emit_!(value)`](emit_), waits as a [`coroutine`] does, and ends with
/// `Ok(())`, or with nothing. In an `Option` or any other type there is nothing to fail: `?` needs a `Result`.
///
/// ```
/// use kaa::prelude::*;
///
/// #[kaa::generator]
/// fn squares(upto: u32) -> kaa::Result<u32> {
///     for n in 1..=upto {
///         emit_!(n * n)?; // until that is taken
///     }
///     Ok(())
/// }
///
/// #[kaa::coroutine]
/// fn sum(of: kaa::Generator<u32>) -> kaa::Result<u32> {
///     let mut sum = 0;
///     while let Some(n) = yield_!(of.next())? {
///         sum += n;
///     }
///     Ok(sum)
/// }
///
/// assert_eq!(sum(squares(4)).wait()?, 30);
/// # Ok::<(), kaa::Error>(())
/// ```
///
/// The arguments of the attribute are those of [`coroutine`], but for policies.
pub use kaa_macros::generator;
/// Makes a program of a coroutine: `main` ends when its body does.
///
/// `SIGINT` (Ctrl-C) and `SIGTERM` end it in order: `Signals::shutdown` is emitted, coroutines are dropped, and the process
/// then dies of that signal, as others expect it to. What `main` may return, its body may. `crate = path` says where `kaa` is.
///
/// ```
/// use std::time::Duration;
///
/// use kaa::prelude::*;
///
/// #[kaa::main]
/// fn main() -> kaa::Result<()> {
///     yield_!(kaa::delay(Duration::from_millis(1)))?;
///     println!("a millisecond later");
///     Ok(())
/// }
/// ```
pub use kaa_macros::main;
/// Makes a test of a function: it runs in a thread of its own, on a loop of its own, in time of its own.
///
/// A body with a `yield_!` is a coroutine; one without is a plain function, which may [`wait`](Wait::wait).
///
/// Time stands still while something is ready, and jumps to the next timer when nothing is: a test that waits for an hour
/// takes no time, and a delay takes exactly as long as it says. [`main::now`] tells it. It does not jump while work of a
/// [`thread`](thread()), a [`ThreadPool`], a [`MainThread::call`] or a look-up is under way; descriptors do not hold it.
///
/// | argument | |
/// | --- | --- |
/// | `real_time` | time is the system's |
/// | `shuffle`, `shuffle = 100` | one run, or as many, each with what is ready at the same moment in another order: timers of one deadline, descriptors, coroutines. The seed of a run that fails is printed; the environment variable `KAA_TEST_SEED` replays it |
/// | `crate = path` | where `kaa` is |
///
/// ```no_run
/// use std::time::Duration;
///
/// use kaa::prelude::*;
///
/// #[kaa::test]
/// fn an_hour_passes() -> kaa::Result<()> {
///     let start = kaa::main::now();
///     yield_!(kaa::delay(Duration::from_secs(3600)))?;
///     assert_eq!(kaa::main::now() - start, Duration::from_secs(3600));
///     Ok(())
/// }
/// ```
pub use kaa_macros::test;
/// Makes a function do its work in another thread: the caller gets an [`InProgress`].
///
/// It is [`thread`](thread()) around the body, or with `pool = "name"` the [`ThreadPool`] that was registered under that name, where
/// `priority = number` may go before others. The return type is read as that of a [`coroutine`]. Arguments and result have to
/// be `Send`. `crate = path` says where `kaa` is.
///
/// ```
/// use kaa::prelude::*;
///
/// #[kaa::threaded(pool = "disk", priority = 5)]
/// fn size(path: String) -> std::io::Result<u64> {
///     Ok(std::fs::metadata(path)?.len())
/// }
///
/// kaa::ThreadPool::register("disk", 1)?;
/// println!("{} bytes", size("Cargo.toml".into()).wait()?);
/// # Ok::<(), kaa::Error>(())
/// ```
pub use kaa_macros::threaded;
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

/// Emits a value, inside a [`generator`], and waits until somebody has taken it: at most one is ahead.
///
/// `emit_!(value)` is a [`Result`]: it fails if the generator is aborted, or nobody can ask any more.
///
/// ```
/// use kaa::prelude::*;
///
/// #[kaa::generator]
/// fn words() -> kaa::Result<&'static str> {
///     emit_!("hello")?;
///     emit_!("world")
/// }
///
/// let words = words();
/// assert_eq!(words.next().wait()?, Some("hello"));
/// assert_eq!(words.next().wait()?, Some("world"));
/// assert_eq!(words.next().wait()?, None);
/// # Ok::<(), kaa::Error>(())
/// ```
#[macro_export]
macro_rules! emit_ {
    ($($value:tt)*) => {
        ::core::compile_error!(
            "`emit_!` outside of a generator\nhelp: put `#[kaa::generator]` on the function it stands in"
        )
    };
}
