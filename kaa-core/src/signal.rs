//! [`Signal`]: handlers that are called whenever it is emitted.

mod handlers;

use std::cell::RefCell;
use std::fmt;
use std::mem;
use std::panic::Location;
use std::rc::Rc;

use crate::block;
use crate::error::Error;
use crate::flow::Flow;
use crate::in_progress::{InProgress, IntoInProgress};
use crate::report;
use crate::site::Origin;
use crate::waiter::Connection;

use handlers::{Emission, Handler, Handlers};

/// Handlers that are called whenever the signal is emitted, in the order in which they were connected.
///
/// Handlers may connect, disconnect and emit at will, on this signal too:
///
/// * one that is disconnected during an emission, and was not called yet, is not called;
/// * one that is connected during an emission sees the next;
/// * an emission from within a handler runs at once, before the outer one goes on;
/// * a panic in a handler is reported on stderr, with the place where the signal was made; the others are called.
///
/// A `&Signal` is also an [`InProgress`] of the *next* emission: `yield_!(&signal)`. It finishes with an owned copy of what is
/// emitted, fails with [`Abandoned`](crate::Abandoned) when the signal is dropped, and when it is dropped itself it is
/// disconnected.
///
/// ```
/// use kaa_core::{Signal, inprogress};
/// use std::{cell::RefCell, rc::Rc};
///
/// let said = Signal::<str>::new();
/// let heard = Rc::new(RefCell::new(Vec::new()));
/// let hear = heard.clone();
/// let connection = said.connect(move |text| hear.borrow_mut().push(text.len()));
/// let next = inprogress(&said);
///
/// said.emit("hello");
/// said.disconnect(connection);
/// said.emit("anybody?");
/// assert_eq!(*heard.borrow(), [5]);
/// assert_eq!(next.take_result().unwrap().unwrap(), "hello");
/// ```
pub struct Signal<A: ?Sized + 'static> {
    created: &'static Location<'static>,
    /// Shared with what waits for the next emission, so that it can be disconnected.
    handlers: Rc<RefCell<Handlers<A>>>,
}

impl<A: ?Sized + 'static> Signal<A> {
    /// A signal with no handlers.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        let handlers = Rc::new(RefCell::new(Handlers::new()));
        Signal { created: Location::caller(), handlers }
    }

    /// Calls `handler` whenever the signal is emitted.
    ///
    /// ```
    /// use kaa_core::{Flow, Signal};
    ///
    /// let closing = Signal::<()>::new();
    /// closing.connect(|()| println!("somebody wants to close"));
    /// closing.connect(|()| Flow::Veto);
    /// assert_eq!(closing.emit(&()), Flow::Veto);
    /// ```
    pub fn connect<R: Into<Flow>>(&self, handler: impl Fn(&A) -> R + 'static) -> Connection {
        self.add(Handler::Shared(Rc::new(move |argument: &A| handler(argument).into())))
    }

    /// The same for a handler that changes what it has captured. If it is met again while it runs, because it has caused another
    /// emission, it is skipped, and that is reported.
    ///
    /// ```
    /// let ticks = kaa_core::Signal::<u32>::new();
    /// let mut total = 0;
    /// ticks.connect_mut(move |n| {
    ///     total += n;
    ///     println!("{total} so far");
    /// });
    /// ticks.emit(&1);
    /// ticks.emit(&2);
    /// ```
    pub fn connect_mut<R: Into<Flow>>(
        &self,
        mut handler: impl FnMut(&A) -> R + 'static,
    ) -> Connection {
        let handler = move |argument: &A| handler(argument).into();
        self.add(Handler::Alone(Rc::new(RefCell::new(handler))))
    }

    fn add(&self, handler: Handler<A>) -> Connection {
        self.handlers.borrow_mut().add(handler)
    }

    /// Takes a handler back. False if that was done before, or the connection is one of another signal.
    ///
    /// ```
    /// use kaa_core::Signal;
    ///
    /// let (one, other) = (Signal::<u8>::new(), Signal::<u8>::new());
    /// let connection = one.connect(|_| ());
    /// assert!(!other.disconnect(connection));
    /// assert!(one.disconnect(connection));
    /// assert!(!one.disconnect(connection));
    /// ```
    pub fn disconnect(&self, connection: Connection) -> bool {
        disconnect(&self.handlers, connection)
    }

    /// The number of handlers, those included that wait for the next emission only.
    #[must_use]
    pub fn len(&self) -> usize {
        self.handlers.borrow().len()
    }

    /// Whether nobody is connected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls the handlers. The answer is [`Flow::Veto`] if one has objected, else [`Flow::Stop`] if one has ended the emission,
    /// else [`Flow::Continue`].
    pub fn emit(&self, argument: &A) -> Flow {
        let mut answer = Flow::Continue;
        let emission = Emission::begin(&self.handlers);
        while let Some(handler) = emission.next() {
            match self.call(handler, argument) {
                Flow::Continue => {}
                Flow::Veto => answer = Flow::Veto,
                Flow::Stop if answer == Flow::Veto => break,
                Flow::Stop => return Flow::Stop,
            }
        }
        answer
    }

    fn call(&self, handler: Handler<A>, argument: &A) -> Flow {
        let mut flow = Flow::Continue;
        let origin = Some(Origin::Code(self.created));
        report::caught(report::PANIC_IN_CALLBACK, origin, || match handler {
            Handler::Shared(handler) => flow = handler(argument),
            Handler::Once(handler) => handler(argument),
            Handler::Alone(handler) => match handler.try_borrow_mut() {
                Ok(mut handler) => flow = handler(argument),
                Err(_) => report::report("A handler was skipped", met_again(), origin),
            },
            Handler::Vacant => {}
        });
        flow
    }
}

fn met_again() -> Error {
    Error::message(
        "a handler of `connect_mut` was met again while it runs; connect it with `connect`, or emit later",
    )
}

fn disconnect<A: ?Sized>(handlers: &RefCell<Handlers<A>>, connection: Connection) -> bool {
    let handler = handlers.borrow_mut().remove(connection);
    handler.is_some()
}

impl<A: ?Sized + 'static> Default for Signal<A> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<A: ?Sized + 'static> Drop for Signal<A> {
    /// Handlers may own signals whose handlers own signals: these are dropped by the list of the blocks.
    fn drop(&mut self) {
        let handlers = mem::replace(&mut *self.handlers.borrow_mut(), Handlers::new());
        if handlers.len() > 0 {
            block::drop_flat(handlers);
        }
    }
}

impl<A: ?Sized + 'static> fmt::Debug for Signal<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signal({} connected)", self.len())
    }
}

/// The next emission.
impl<A> IntoInProgress for &Signal<A>
where
    A: ToOwned<Owned: 'static> + ?Sized + 'static,
{
    type Output = A::Owned;

    #[track_caller]
    fn into_inprogress(self) -> InProgress<A::Owned> {
        let (promise, next) = InProgress::new();
        let connection = self.add(Handler::Vacant);
        let handlers = Rc::downgrade(&self.handlers);
        promise.when_unwanted(move || {
            if let Some(handlers) = handlers.upgrade() {
                disconnect(&handlers, connection);
            }
        });
        let handlers = Rc::downgrade(&self.handlers);
        promise.on_abort(move |_| {
            if let Some(handlers) = handlers.upgrade() {
                disconnect(&handlers, connection);
            }
        });
        let handler = Box::new(move |argument: &A| promise.finish(argument.to_owned()));
        self.handlers.borrow_mut().fill(connection, Handler::Once(handler));
        next
    }
}
