//! Waiting for an [`InProgress`]: with a limit, or until it has finished.

use std::time::Duration;

use kaa_core::{
    InProgress, Result, ResultTaken, Signal, TimeoutException, inprogress, limited, limited_abort,
};

use crate::current::current;
use crate::error::LoopError;
use crate::main_loop::{MainLoop, Nesting, WhenDeserted};

/// What the main loop adds to an [`InProgress`], and to a [`Signal`], whose next emission is one. It is in
/// the prelude.
pub trait Wait<T: 'static>: sealed::Sealed {
    /// The same, but it fails when it takes longer than this.
    ///
    /// The error is a [`TimeoutException`] that says how long was waited. The work itself goes on: its
    /// outcome is still to be had from the original. If the outcome is there in time, it is shared:
    /// whoever takes it first has it. If the work fails after the time is up and nobody looks at the original,
    /// that failure is reported as unhandled, as any other is.
    ///
    /// ```
    /// use std::time::Duration;
    /// use kaa_core::InProgress;
    /// use kaa_notifier::Wait;
    ///
    /// let (promise, answer) = InProgress::new();
    /// let error = answer.timeout(Duration::from_millis(5)).wait().unwrap_err();
    /// assert!(error.is_timeout());
    /// promise.finish(4);
    /// assert_eq!(answer.wait()?, 4);
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[doc(alias = "deadline")]
    fn timeout(&self, limit: Duration) -> InProgress<T>;

    /// The same, but when it takes longer the work itself is [aborted](InProgress::abort), if nobody else waits for it. What comes
    /// back fails with the [`TimeoutException`] when the clean-up is over. What cannot be aborted is left alone.
    ///
    /// ```
    /// use std::time::Duration;
    /// use kaa_core::InProgress;
    /// use kaa_notifier::Wait;
    ///
    /// let (promise, answer) = InProgress::<u8>::new();
    /// promise.on_abort(|_| println!("closing the connection"));
    /// let error = answer.timeout_abort(Duration::from_millis(5)).wait().unwrap_err();
    /// assert!(error.is_timeout());
    /// assert!(answer.wait().unwrap_err().is_aborted());
    /// ```
    fn timeout_abort(&self, limit: Duration) -> InProgress<T>;

    /// The same as [`timeout`](Self::timeout), and `callback` is called just before it fails.
    ///
    /// ```
    /// use std::{cell::Cell, rc::Rc, time::Duration};
    /// use kaa_core::InProgress;
    /// use kaa_notifier::Wait;
    ///
    /// let late = Rc::new(Cell::new(false));
    /// let tell = Rc::clone(&late);
    /// let (_promise, answer) = InProgress::<u8>::new();
    /// let in_time = answer.timeout_with(Duration::from_millis(5), move || tell.set(true));
    /// assert!(in_time.wait().unwrap_err().is_timeout() && late.get());
    /// ```
    fn timeout_with(&self, limit: Duration, callback: impl FnOnce() + 'static) -> InProgress<T>;

    /// Runs the main loop until this has finished, and takes the outcome.
    ///
    /// # Errors
    ///
    /// What it has failed with. Further a [`LoopError`]: `Running` inside a running loop, where only a
    /// `yield_!` or a callback can wait; `Stopped` when [`main::stop`](crate::main::stop) is called
    /// meanwhile; and `NothingLeft` when waiting would never end. That is so when no coroutine is ready,
    /// no timer is active, no descriptor is waited for, and no other thread works for this loop: then
    /// nothing can happen any more on this thread, and the only thread that could finish this is this
    /// one.
    ///
    /// When the function of a timer panics meanwhile, it ends with [`Panicked`](kaa_core::Panicked), and
    /// [`ResultTaken`] says that somebody else has taken the outcome.
    ///
    /// ```
    /// use kaa_core::InProgress;
    /// use kaa_notifier::Wait;
    ///
    /// assert_eq!(InProgress::finished(4).wait()?, 4);
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[doc(alias = "block_on")]
    fn wait(&self) -> Result<T>;

    /// The same as [`timeout`](Self::timeout) and then [`wait`](Self::wait): when it takes longer than `limit` this fails with a
    /// [`TimeoutException`], and what it waited for goes on.
    ///
    /// # Errors
    ///
    /// As both of them.
    ///
    /// ```
    /// use std::time::Duration;
    /// use kaa_core::InProgress;
    /// use kaa_notifier::Wait;
    ///
    /// let (promise, answer) = InProgress::new();
    /// assert!(answer.wait_timeout(Duration::from_millis(5)).unwrap_err().is_timeout());
    /// promise.finish(4);
    /// assert_eq!(answer.wait_timeout(Duration::from_millis(5))?, 4);
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    fn wait_timeout(&self, limit: Duration) -> Result<T> {
        self.timeout(limit).wait()
    }
}

impl<T: 'static> Wait<T> for InProgress<T> {
    #[track_caller]
    fn timeout(&self, limit: Duration) -> InProgress<T> {
        self.timeout_with(limit, || ())
    }

    #[track_caller]
    fn timeout_abort(&self, limit: Duration) -> InProgress<T> {
        match current() {
            Ok(main_loop) => {
                let late = move || TimeoutException::after(limit).into();
                limited_abort(self, main_loop.deadline_in(limit), late)
            }
            Err(error) => InProgress::failed(error),
        }
    }

    #[track_caller]
    fn timeout_with(&self, limit: Duration, callback: impl FnOnce() + 'static) -> InProgress<T> {
        match current() {
            Ok(main_loop) => limited(self, main_loop.deadline_in(limit), move || {
                callback();
                TimeoutException::after(limit).into()
            }),
            Err(error) => InProgress::failed(error),
        }
    }

    fn wait(&self) -> Result<T> {
        match current() {
            Ok(main_loop) => run_until_finished(&main_loop, Nesting::Outermost, self)?,
            Err(_) if self.is_finished() => {} // What is there needs no loop.
            Err(ended) => return Err(ended.into()),
        }
        self.take_result().unwrap_or_else(|| Err(ResultTaken.into()))
    }
}

pub(crate) fn run_until_finished<T>(
    main_loop: &MainLoop,
    nesting: Nesting,
    ip: &InProgress<T>,
) -> Result<()> {
    main_loop.run_until(nesting, WhenDeserted::Fail, || {
        if ip.is_finished() {
            return Some(Ok(()));
        }
        main_loop.is_stopping().then_some(Err(LoopError::Stopped))
    })??;
    Ok(())
}

/// Waits for the next emission.
///
/// ```
/// use std::{rc::Rc, time::Duration};
/// use kaa_core::Signal;
/// use kaa_notifier::{OneShotTimer, Wait};
///
/// let knocked = Rc::new(Signal::<str>::new());
/// let visitor = Rc::clone(&knocked);
/// OneShotTimer::new().start(Duration::from_millis(1), move || drop(visitor.emit("postman")));
/// assert_eq!(knocked.timeout(Duration::from_secs(60)).wait()?, "postman");
/// # Ok::<(), kaa_core::Error>(())
/// ```
impl<A: ToOwned<Owned: 'static> + ?Sized + 'static> Wait<A::Owned> for Signal<A> {
    #[track_caller]
    fn timeout(&self, limit: Duration) -> InProgress<A::Owned> {
        inprogress(self).timeout(limit)
    }

    #[track_caller]
    fn timeout_abort(&self, limit: Duration) -> InProgress<A::Owned> {
        inprogress(self).timeout_abort(limit)
    }

    #[track_caller]
    fn timeout_with(
        &self,
        limit: Duration,
        callback: impl FnOnce() + 'static,
    ) -> InProgress<A::Owned> {
        inprogress(self).timeout_with(limit, callback)
    }

    fn wait(&self) -> Result<A::Owned> {
        inprogress(self).wait()
    }
}

mod sealed {
    /// Keeps `Wait` to the types of this crate's choice, so that it can grow.
    pub trait Sealed {}

    impl<T: 'static> Sealed for kaa_core::InProgress<T> {}
    impl<A: ?Sized + 'static> Sealed for kaa_core::Signal<A> {}
}
