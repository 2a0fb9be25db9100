//! [`Signal`]: handlers that are called whenever it is emitted.

mod deferred;
mod handlers;
mod hold;
mod named;

use std::borrow::Borrow;
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

use deferred::Deferred;
use handlers::{Emission, Handler, Handlers, Next, Place};

pub use hold::{Blocked, ScopedConnection};

/// Handlers that are called whenever the signal is emitted, in the order in which they were connected.
///
/// Handlers may connect, disconnect, block and emit at will, on this signal too:
///
/// * one that is disconnected during an emission, and was not called yet, is not called;
/// * one that is connected during an emission sees the next;
/// * an emission from within a handler runs at once, before the outer one goes on;
/// * a panic in a handler is reported on stderr, with the name of the signal and the place where it was made; the others are
///   called.
///
/// | to connect | the handler |
/// | --- | --- |
/// | [`connect`](Signal::connect) | is called at each emission, behind those that are there |
/// | [`connect_mut`](Signal::connect_mut) | may change what it has captured |
/// | [`connect_once`](Signal::connect_once) | is called at the next emission only |
/// | [`connect_first`](Signal::connect_first) | is called before those that are there |
/// | [`connect_weak`](Signal::connect_weak) | goes with an object |
/// | [`scoped`](Signal::scoped) | goes with a value that is returned |
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
///
/// [`signals!`](crate::signals) makes a structure of signals with names.
pub struct Signal<A: ?Sized + 'static> {
    /// Shared with what waits for the next emission, and with whoever holds one of its connections.
    shared: Rc<Shared<A>>,
}

/// What has happened to the handlers of a signal, as [`Signal::on_change`] is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// One was connected.
    Connected,
    /// One was disconnected, or several at once: all of them, or those whose objects have gone.
    Disconnected,
}

type Hook = Rc<dyn Fn(Change, usize)>;

struct Shared<A: ?Sized + 'static> {
    origin: Origin,
    handlers: RefCell<Handlers<A>>,
    hooks: RefCell<Vec<Hook>>,
    deferred: Deferred<A>,
}

impl<A: ?Sized + 'static> Signal<A> {
    /// A signal with no handlers.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        Signal::from_origin(Origin::Code(Location::caller()))
    }

    /// The same, with a name for what is reported of it.
    ///
    /// ```
    /// let closing = kaa_core::Signal::<()>::named("closing");
    /// assert_eq!(format!("{closing:?}"), "Signal(closing, 0 connected)");
    /// ```
    #[must_use]
    #[track_caller]
    pub fn named(name: &'static str) -> Self {
        Signal::from_origin(Origin::Signal(name, Location::caller()))
    }

    fn from_origin(origin: Origin) -> Self {
        let shared = Shared {
            origin,
            handlers: RefCell::new(Handlers::new()),
            hooks: RefCell::default(),
            deferred: Deferred::default(),
        };
        Signal { shared: Rc::new(shared) }
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
        let handler = Handler::Shared(Rc::new(move |argument: &A| handler(argument).into()));
        self.shared.connect(handler, Place::Last)
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
        self.shared.connect(Handler::Alone(Rc::new(RefCell::new(handler))), Place::Last)
    }

    /// Calls `handler` at the next emission only. It is disconnected before it is called.
    ///
    /// ```
    /// let ready = kaa_core::Signal::<str>::new();
    /// let greeting = String::from("hello");
    /// ready.connect_once(move |name| println!("{}", greeting + " " + name));
    /// ready.emit("you");
    /// assert!(ready.is_empty());
    /// ```
    pub fn connect_once<R: Into<Flow>>(
        &self,
        handler: impl FnOnce(&A) -> R + 'static,
    ) -> Connection {
        let handler = Handler::Once(Box::new(move |argument: &A| handler(argument).into()));
        self.shared.connect(handler, Place::Last)
    }

    /// Calls `handler` whenever the signal is emitted, before those that are connected now.
    ///
    /// ```
    /// use kaa_core::{Flow, Signal};
    ///
    /// let key = Signal::<char>::new();
    /// key.connect(|key| println!("typed {key}"));
    /// // A dialogue is open, and swallows what is typed.
    /// key.connect_first(|_| Flow::Stop);
    /// assert_eq!(key.emit(&'x'), Flow::Stop);
    /// ```
    pub fn connect_first<R: Into<Flow>>(&self, handler: impl Fn(&A) -> R + 'static) -> Connection {
        let handler = Handler::Shared(Rc::new(move |argument: &A| handler(argument).into()));
        self.shared.connect(handler, Place::First)
    }

    /// Calls `handler` with `object` whenever the signal is emitted, for as long as somebody else holds the object: the signal
    /// does not. It is an argument because a handler that had captured it would keep it.
    ///
    /// The memory of an object that has gone is freed at the next emission, or when somebody asks for the number of handlers.
    ///
    /// ```
    /// use kaa_core::Signal;
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let resized = Signal::<u32>::new();
    /// let window = Rc::new(Cell::new(0));
    /// resized.connect_weak(&window, |window, width| window.set(*width));
    /// resized.emit(&640);
    /// assert_eq!(window.get(), 640);
    ///
    /// drop(window);
    /// assert!(resized.is_empty());
    /// ```
    pub fn connect_weak<O: ?Sized + 'static, R: Into<Flow>>(
        &self,
        object: &Rc<O>,
        handler: impl Fn(&Rc<O>, &A) -> R + 'static,
    ) -> Connection {
        let owner = Rc::downgrade(object);
        let weak = owner.clone();
        let handler = move |argument: &A| {
            weak.upgrade().map_or(Flow::Continue, |object| handler(&object, argument).into())
        };
        let connection = {
            let mut handlers = self.shared.handlers.borrow_mut();
            let connection = handlers.add(Handler::Shared(Rc::new(handler)), Place::Last);
            handlers.own(connection, owner);
            connection
        };
        self.shared.connected();
        connection
    }

    /// Disconnects `connection` when the returned value is dropped.
    ///
    /// ```
    /// let ticks = kaa_core::Signal::<u32>::new();
    /// {
    ///     let _counting = ticks.scoped(ticks.connect(|n| println!("{n}")));
    ///     ticks.emit(&1);
    /// }
    /// assert!(ticks.is_empty());
    /// ```
    pub fn scoped(&self, connection: Connection) -> ScopedConnection {
        ScopedConnection::new(&self.shared, connection)
    }

    /// Passes a handler over until the returned value is dropped. With several of them, until the last one is.
    ///
    /// One that was to be called once stays connected. If nothing is connected as `connection`, nothing happens.
    ///
    /// ```
    /// let moved = kaa_core::Signal::<i32>::new();
    /// let connection = moved.connect(|to| println!("the user has moved it to {to}"));
    /// {
    ///     let _quiet = moved.block(connection);
    ///     moved.emit(&3); // by the program
    /// }
    /// moved.emit(&4);
    /// ```
    pub fn block(&self, connection: Connection) -> Blocked {
        Blocked::new(&self.shared, connection)
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
        self.shared.disconnect(connection)
    }

    /// Takes all handlers back, and returns how many there were. What waits for the next emission fails with
    /// [`Abandoned`](crate::Abandoned).
    pub fn disconnect_all(&self) -> usize {
        let handlers = self.shared.handlers.borrow_mut().remove_all();
        let count = handlers.len();
        if count > 0 {
            self.shared.drop_all(handlers);
            self.shared.changed(Change::Disconnected);
        }
        count
    }

    /// Whether a handler is connected as `connection`: it was not disconnected, and neither called for the only time nor left by
    /// its object.
    #[must_use]
    pub fn is_connected(&self, connection: Connection) -> bool {
        self.shared.remove_orphans();
        self.shared.handlers.borrow().is_connected(connection)
    }

    /// The number of handlers, those included that wait for the next emission only.
    #[must_use]
    #[doc(alias = "count")]
    pub fn len(&self) -> usize {
        self.shared.len()
    }

    /// Whether nobody is connected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether anybody is connected, without dropping the handlers whose objects have gone: no code of the user's runs. For the
    /// crates of kaa.
    #[doc(hidden)]
    #[must_use]
    pub fn has_handlers(&self) -> bool {
        self.shared.handlers.borrow().has_any()
    }

    /// Calls `hook` whenever a handler was connected or disconnected, with the number that is connected then. Of several hooks,
    /// the oldest is called first; they stay as long as the signal.
    ///
    /// A source of what is emitted can so be started for the first handler, and stopped after the last.
    ///
    /// ```
    /// use kaa_core::{Change, Signal};
    ///
    /// let position = Signal::<f64>::new();
    /// position.on_change(|change, connected| match (change, connected) {
    ///     (Change::Connected, 1) => println!("polling the sensor"),
    ///     (Change::Disconnected, 0) => println!("the sensor may sleep"),
    ///     _ => {}
    /// });
    /// let connection = position.connect(|degrees| println!("{degrees}"));
    /// position.disconnect(connection);
    /// ```
    #[doc(alias = "changed_cb")]
    pub fn on_change(&self, hook: impl Fn(Change, usize) + 'static) {
        self.shared.hooks.borrow_mut().push(Rc::new(hook));
    }

    /// Calls the handlers. The answer is [`Flow::Veto`] if one has objected, else [`Flow::Stop`] if one has ended the emission,
    /// else [`Flow::Continue`].
    pub fn emit(&self, argument: &A) -> Flow {
        self.shared.emit(argument)
    }

    /// Calls the handlers, or keeps `argument` for the next one that is connected, if there is none. `None` says that it was
    /// kept.
    ///
    /// What was kept is emitted, in order, while somebody is connected: before the call returns that connects. What is kept when
    /// the signal is dropped is dropped with it.
    ///
    /// ```
    /// use kaa_core::{Flow, Signal};
    ///
    /// let line = Signal::<str>::new();
    /// assert_eq!(line.emit_when_handled("early"), None);
    /// line.connect(|line| assert!(line == "early" || line == "late"));
    /// assert_eq!(line.emit_when_handled(String::from("late")), Some(Flow::Continue));
    /// ```
    #[doc(alias = "emit_deferred")]
    pub fn emit_when_handled(&self, argument: impl Borrow<A> + 'static) -> Option<Flow> {
        if self.is_empty() || self.shared.deferred.is_any_kept() {
            self.shared.deferred.keep(argument);
            None
        } else {
            Some(self.emit(argument.borrow()))
        }
    }
}

impl<A: ?Sized + 'static> Shared<A> {
    fn connect(&self, handler: Handler<A>, place: Place) -> Connection {
        let connection = self.handlers.borrow_mut().add(handler, place);
        self.connected();
        connection
    }

    /// Somebody has come.
    fn connected(&self) {
        self.changed(Change::Connected);
        self.deferred.replay(self);
    }

    fn disconnect(&self, connection: Connection) -> bool {
        let handler = self.handlers.borrow_mut().remove(connection);
        let is_there = handler.is_some();
        if is_there {
            report::dropped(handler, Some(self.origin));
            self.changed(Change::Disconnected);
        }
        is_there
    }

    fn remove_orphans(&self) {
        let orphans = self.handlers.borrow_mut().remove_orphans();
        if !orphans.is_empty() {
            self.drop_all(orphans);
            self.changed(Change::Disconnected);
        }
    }

    fn drop_all(&self, handlers: Vec<Handler<A>>) {
        for handler in handlers {
            report::dropped(handler, Some(self.origin));
        }
    }

    fn len(&self) -> usize {
        self.remove_orphans();
        self.handlers.borrow().len()
    }

    fn changed(&self, change: Change) {
        let mut index = 0;
        let next = |index: usize| self.hooks.borrow().get(index).cloned();
        while let Some(hook) = next(index) {
            let connected = self.handlers.borrow().len();
            self.caught(|| hook(change, connected));
            index += 1;
        }
    }

    fn emit(&self, argument: &A) -> Flow {
        let mut answer = Flow::Continue;
        let emission = Emission::begin(&self.handlers);
        while let Some(next) = emission.next() {
            let handler = match next {
                Next::Stays(handler) => handler,
                Next::Taken(handler) => {
                    self.changed(Change::Disconnected);
                    handler
                }
            };
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
        self.caught(|| match handler {
            Handler::Shared(handler) => flow = handler(argument),
            Handler::Once(handler) => flow = handler(argument),
            Handler::Alone(handler) => match handler.try_borrow_mut() {
                Ok(mut handler) => flow = handler(argument),
                Err(_) => report::report("A handler was skipped", met_again(), Some(self.origin)),
            },
            Handler::Vacant => {}
        });
        flow
    }

    /// Runs code of the user's.
    fn caught(&self, code: impl FnOnce()) {
        report::caught(report::PANIC_IN_CALLBACK, Some(self.origin), code);
    }
}

fn met_again() -> Error {
    Error::message(
        "a handler of `connect_mut` was met again while it runs; connect it with `connect`, or emit later",
    )
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
        let handlers = mem::replace(&mut *self.shared.handlers.borrow_mut(), Handlers::new());
        let (hooks, deferred) = (self.shared.hooks.take(), self.shared.deferred.take());
        if handlers.len() > 0 || !hooks.is_empty() || !deferred.is_empty() {
            block::drop_flat((handlers, hooks, deferred));
        }
    }
}

impl<A: ?Sized + 'static> fmt::Debug for Signal<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connected = self.shared.handlers.borrow().len();
        match self.shared.origin {
            Origin::Signal(name, _) => write!(f, "Signal({name}, {connected} connected)"),
            Origin::Code(_) | Origin::Coroutine(_) => write!(f, "Signal({connected} connected)"),
        }
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
        let connection = self.shared.handlers.borrow_mut().add(Handler::Vacant, Place::Last);
        let shared = Rc::downgrade(&self.shared);
        let cut = move || {
            if let Some(shared) = shared.upgrade() {
                shared.disconnect(connection);
            }
        };
        promise.when_unwanted(cut.clone());
        promise.on_abort(move |_| cut());
        let handler = Box::new(move |argument: &A| {
            promise.finish(argument.to_owned());
            Flow::Continue
        });
        self.shared.handlers.borrow_mut().fill(connection, Handler::Once(handler));
        self.shared.connected();
        next
    }
}
