//! Futures that the loop runs.

use std::future::{Future, IntoFuture};

use kaa_core::{InProgress, inprogress};

use crate::current::current;

/// Has the loop of this thread run a future, and gives its output.
///
/// It is polled at once, and then whenever it is woken, from this thread or from another: so what needs no runtime of its own
/// runs here, and what needs one can be waited for here while it runs there. It goes on when nobody waits for it; an
/// [`abort`](InProgress::abort) drops it, and so does the end of the thread. A panic in it is a failure. A coroutine needs no
/// `spawn` to wait for a future: it yields it.
///
/// An output that is a `Result` stays one: it is the failure of an `InProgress` if a coroutine says so with `?`.
///
/// ```
/// use std::time::Duration;
/// use kaa_notifier::{Wait, delay, spawn};
///
/// let sum = spawn(async {
///     delay(Duration::from_millis(1)).await?;
///     Ok::<_, kaa_core::Error>(1 + 1)
/// });
/// assert_eq!(sum.wait()??, 2);
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[doc(alias = "spawn_local")]
#[track_caller]
pub fn spawn<F>(future: F) -> InProgress<F::Output>
where
    F: IntoFuture<IntoFuture: 'static, Output: 'static>,
    F::IntoFuture: Future<Output = F::Output>,
{
    match current() {
        Ok(_) => inprogress(future.into_future()),
        Err(ended) => InProgress::failed(ended),
    }
}
