//! The core of kaa: promises that are signals, and the runtime of coroutines. Everything happens on one thread, and there is no
//! loop here: whoever has one drives the core through [`driver`].
//!
//! * [`InProgress`] is the consumer's handle of something that will finish, [`Promise`] the producer's.
//! * [`Signal`] calls its handlers whenever it is emitted; as an `InProgress` it is its next emission.
//! * [`Error`] is what an `InProgress` fails with.
//! * Coroutines are made by the macro of the crate `kaa`, which is what programs use.
//!
//! ```
//! use kaa_core::{InProgress, Signal};
//!
//! let (promise, greeting) = InProgress::<String>::new();
//! let greeted = std::rc::Rc::new(Signal::<str>::new());
//! greeted.connect(|name: &str| println!("greeted {name}"));
//!
//! let emitter = greeted.clone();
//! greeting.connect(move |name: &String| {
//!     emitter.emit(name);
//! });
//! greeting.exception().connect(|error| eprintln!("nobody to greet: {error:#}"));
//! promise.finish("world".into());
//! ```

#![forbid(unsafe_code)]

// In reading order: each group depends on those above it only.

// Errors, and where they come from.
mod error;
mod site;

// What is told when nobody handles them.
pub mod report;

// The loop, as the core sees it, and its ready queue.
mod host;
mod queue;

// Who waits, and what they answer.
mod flow;
mod list;
mod waiter;

// The one kind of block, and the tasks of this thread.
mod block;
mod table;

// Finishing.
mod announce;
mod follow;
mod not_finished;

// The two handles.
mod in_progress;
mod promise;

// Aborting them.
mod abort;

// What is made of them.
mod delay;
mod exception;
mod link;

// Several of them.
mod gather;

// What is emitted again and again.
mod signal;

// How far something is.
mod progress;

// Waiting in line, and what coroutines share.
mod between;
#[doc(hidden)]
pub mod line;

// Coroutines.
mod pace;
mod policy;
mod resume;
mod task;

// And futures, both ways.
mod future;

// What a loop calls, and what an expansion calls.
pub mod driver;
#[doc(hidden)]
pub mod private;

pub use between::{Generator, Lock, LockGuard, Permit, Queue, QueueClosed, Semaphore};
pub use delay::delay_until;
pub use driver::{Driver, TimerId};
pub use error::{
    Abandoned, Error, InProgressAborted, InUse, NotAbortable, Panicked, Result, ResultTaken,
    TaskRef, TimeoutException, Traceback, WaitsForItself,
};
pub use exception::Exception;
pub use flow::Flow;
pub use future::InProgressFuture;
pub use gather::{
    Each, FromIterator, FromTuple, InProgressAll, InProgressAny, IntoMembers, Member, Members,
    OneOf1, OneOf2, OneOf3, OneOf4, OneOf5, OneOf6, OneOf7, OneOf8, all, any,
};
pub use in_progress::{InProgress, IntoInProgress, inprogress};
pub use link::{limited, limited_abort};
pub use not_finished::NotFinished;
pub use private::Inert;
pub use progress::InProgressStatus;
pub use promise::Promise;
pub use signal::{Blocked, Change, ScopedConnection, Signal};
pub use waiter::Connection;
