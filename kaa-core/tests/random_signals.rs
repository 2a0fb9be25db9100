//! Random programs on a signal beside a plain model of it: connecting, disconnecting, blocking, emitting and panics from within
//! handlers, to any depth. Calls, drops, reports and answers come in the same order.
//!
//! `KAA_CASES=100000 cargo test --release -p kaa-core --test random_signals` runs as many.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::env;
use std::rc::{Rc, Weak};

use kaa_core::{Blocked, Change, Connection, Flow, InProgress, Signal, inprogress, report};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[path = "support/trace.rs"]
mod trace;

use trace::{note, take};

/// Actions in one program; the rest does nothing.
const BUDGET: u32 = 300;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Shared,
    Changing,
    Once,
    First,
    Weak,
    /// An `InProgress` of the next emission, with a callback. It stays when its handle is dropped.
    Next,
    /// The same without a callback. It goes with its handle.
    Bare,
}

impl Kind {
    fn is_next(self) -> bool {
        matches!(self, Kind::Next | Kind::Bare)
    }
}

/// What a program, or a handler when it is called, does. A number names one of the handlers that were ever connected.
#[derive(Clone, Debug)]
enum Action {
    Connect(Kind, Rc<Script>),
    Disconnect(usize),
    DisconnectAll,
    Block(usize),
    Unblock(usize),
    /// Drops the object of a weak handler, or the `InProgress` of a next emission.
    DropOwner(usize),
    Emit,
    EmitWhenHandled,
    Count,
}

#[derive(Clone, Debug)]
struct Script {
    actions: Vec<Action>,
    ends: End,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Answers(Flow),
    Panics,
}

/// A signal, as a program sees it. What it names is known from the moment on when connecting it has returned.
trait World: 'static {
    fn connect(self: &Rc<Self>, id: usize, kind: Kind, script: Rc<Script>);
    fn disconnect(self: &Rc<Self>, id: usize) -> bool;
    fn disconnect_all(self: &Rc<Self>) -> usize;
    fn block(self: &Rc<Self>, id: usize);
    fn unblock(self: &Rc<Self>, id: usize);
    fn drop_owner(self: &Rc<Self>, id: usize);
    fn emit(self: &Rc<Self>, argument: u32) -> Flow;
    fn emit_when_handled(self: &Rc<Self>, argument: u32) -> Option<Flow>;
    fn len(self: &Rc<Self>) -> usize;
}

thread_local! {
    static ACTIONS_LEFT: Cell<u32> = const { Cell::new(0) };
    static HANDLERS: Cell<usize> = const { Cell::new(0) };
    static EMISSIONS: Cell<u32> = const { Cell::new(0) };
}

/// Notes its drop.
struct Guard(usize);

impl Drop for Guard {
    fn drop(&mut self) {
        note(format_args!("drop {}", self.0));
    }
}

fn run<W: World>(world: &Rc<W>, actions: &[Action]) {
    for action in actions {
        if ACTIONS_LEFT.get() == 0 {
            return;
        }
        ACTIONS_LEFT.set(ACTIONS_LEFT.get() - 1);
        act(world, action);
    }
}

fn act<W: World>(world: &Rc<W>, action: &Action) {
    let known = HANDLERS.get();
    let id = |number: &usize| number % known.max(1);
    let emission = || EMISSIONS.replace(EMISSIONS.get() + 1);
    match action {
        Action::Connect(kind, script) => {
            HANDLERS.set(known + 1);
            world.connect(known, *kind, script.clone());
        }
        _ if known == 0 => {}
        Action::Disconnect(number) => note(world.disconnect(id(number))),
        Action::DisconnectAll => note(world.disconnect_all()),
        Action::Block(number) => world.block(id(number)),
        Action::Unblock(number) => world.unblock(id(number)),
        Action::DropOwner(number) => world.drop_owner(id(number)),
        Action::Emit => note(format_args!("{:?}", world.emit(emission()))),
        Action::EmitWhenHandled => {
            note(format_args!("{:?}", world.emit_when_handled(emission())));
        }
        Action::Count => note(world.len()),
    }
}

/// A handler is called. None if it is to panic.
fn called<W: World>(world: &Rc<W>, id: usize, script: &Script, argument: u32) -> Option<Flow> {
    note(format_args!("{id} called with {argument}"));
    run(world, &script.actions);
    match script.ends {
        End::Answers(flow) => Some(flow),
        End::Panics => None,
    }
}

/// What is tested.
struct Real {
    signal: Signal<u32>,
    connections: RefCell<Vec<(usize, Connection)>>,
    blocked: RefCell<Vec<(usize, Blocked)>>,
    objects: RefCell<Vec<(usize, Rc<()>)>>,
    nexts: RefCell<Vec<(usize, InProgress<u32>)>>,
}

impl Real {
    fn new() -> Rc<Self> {
        let signal = Signal::new();
        signal.on_change(note_change);
        Rc::new(Real {
            signal,
            connections: RefCell::default(),
            blocked: RefCell::default(),
            objects: RefCell::default(),
            nexts: RefCell::default(),
        })
    }

    fn connection(&self, id: usize) -> Option<Connection> {
        let connections = self.connections.borrow();
        connections.iter().find(|(other, _)| *other == id).map(|(_, connection)| *connection)
    }
}

fn note_change(change: Change, connected: usize) {
    note(format_args!("{change:?}, {connected}"));
}

fn take_of<T>(list: &RefCell<Vec<(usize, T)>>, id: usize) -> Option<T> {
    let mut list = list.borrow_mut();
    let index = list.iter().position(|(other, _)| *other == id)?;
    Some(list.remove(index).1)
}

impl World for Real {
    fn connect(self: &Rc<Self>, id: usize, kind: Kind, script: Rc<Script>) {
        let world = Rc::downgrade(self);
        // When what waits for the next emission is dropped is not promised.
        let guard = (!kind.is_next()).then(|| Guard(id));
        let handler = move |argument: &u32| {
            let _held = &guard;
            let world = world.upgrade().expect("it runs");
            called(&world, id, &script, *argument).expect("a handler panics")
        };
        let signal = &self.signal;
        let connection = match kind {
            Kind::Shared => signal.connect(handler),
            Kind::Changing => signal.connect_mut(handler),
            Kind::Once => signal.connect_once(handler),
            Kind::First => signal.connect_first(handler),
            Kind::Weak => {
                let object = Rc::new(());
                let connection = signal.connect_weak(&object, move |_, n| handler(n));
                self.objects.borrow_mut().push((id, object));
                connection
            }
            Kind::Next | Kind::Bare => {
                let next = inprogress(signal);
                if kind == Kind::Next {
                    next.connect(move |argument| {
                        handler(argument);
                    });
                }
                self.nexts.borrow_mut().push((id, next));
                return;
            }
        };
        self.connections.borrow_mut().push((id, connection));
    }

    fn disconnect(self: &Rc<Self>, id: usize) -> bool {
        let connection = self.connection(id);
        connection.is_some_and(|connection| self.signal.disconnect(connection))
    }

    fn disconnect_all(self: &Rc<Self>) -> usize {
        self.signal.disconnect_all()
    }

    fn block(self: &Rc<Self>, id: usize) {
        if let Some(connection) = self.connection(id) {
            self.blocked.borrow_mut().push((id, self.signal.block(connection)));
        }
    }

    fn unblock(self: &Rc<Self>, id: usize) {
        take_of(&self.blocked, id);
    }

    fn drop_owner(self: &Rc<Self>, id: usize) {
        let object = take_of(&self.objects, id);
        let next = take_of(&self.nexts, id);
        drop((object, next));
    }

    fn emit(self: &Rc<Self>, argument: u32) -> Flow {
        self.signal.emit(&argument)
    }

    fn emit_when_handled(self: &Rc<Self>, argument: u32) -> Option<Flow> {
        self.signal.emit_when_handled(argument)
    }

    fn len(self: &Rc<Self>) -> usize {
        self.signal.len()
    }
}

/// What it is tested against: an emission calls those that were connected when it began and still are.
#[derive(Default)]
struct Model {
    handlers: RefCell<Vec<Rc<Handler>>>,
    /// Those that have returned from connecting.
    known: RefCell<Vec<usize>>,
    blocked: RefCell<Vec<(usize, ())>>,
    objects: RefCell<Vec<(usize, Rc<()>)>>,
    kept: RefCell<VecDeque<u32>>,
    replaying: Cell<bool>,
}

struct Handler {
    id: usize,
    kind: Kind,
    script: Rc<Script>,
    object: Option<Weak<()>>,
    running: Cell<bool>,
    /// What a next emission has brought before its `InProgress` was there.
    early: Cell<Option<u32>>,
    connecting: Cell<bool>,
    _guard: Option<Guard>,
}

impl Handler {
    fn is_orphan(&self) -> bool {
        self.object.as_ref().is_some_and(|object| object.strong_count() == 0)
    }
}

impl Model {
    fn take(&self, is_wanted: impl Fn(&Handler) -> bool) -> Vec<Rc<Handler>> {
        let (taken, stay) =
            self.handlers.take().into_iter().partition(|handler| is_wanted(handler));
        self.handlers.replace(stay);
        taken
    }

    /// Drops them, and tells the hook once.
    fn remove(&self, is_wanted: impl Fn(&Handler) -> bool) -> usize {
        let count = self.take(is_wanted).len();
        if count > 0 {
            self.changed(Change::Disconnected);
        }
        count
    }

    fn changed(&self, change: Change) {
        note_change(change, self.handlers.borrow().len());
    }

    fn get(&self, id: usize) -> Option<Rc<Handler>> {
        self.handlers.borrow().iter().find(|handler| handler.id == id).cloned()
    }

    fn is_known(&self, id: usize) -> bool {
        self.known.borrow().contains(&id)
    }

    fn is_blocked(&self, id: usize) -> bool {
        self.blocked.borrow().contains(&(id, ()))
    }

    /// Calls one handler of an emission.
    fn serve(self: &Rc<Self>, handler: Rc<Handler>, argument: u32) -> Flow {
        let goes = handler.is_orphan() || handler.kind == Kind::Once || handler.kind.is_next();
        if goes {
            drop(self.take(|other| other.id == handler.id));
            self.changed(Change::Disconnected);
        }
        let object = handler.object.as_ref().map(Weak::upgrade);
        if object.is_some_and(|object| object.is_none()) {
            return Flow::Continue;
        }
        if handler.connecting.get() {
            handler.early.set(Some(argument));
            return Flow::Continue;
        }
        self.call(handler, argument)
    }

    fn call(self: &Rc<Self>, handler: Rc<Handler>, argument: u32) -> Flow {
        if handler.kind == Kind::Bare {
            return Flow::Continue;
        }
        let _object = handler.object.as_ref().and_then(Weak::upgrade);
        if handler.kind == Kind::Changing && handler.running.replace(true) {
            note("A handler was skipped");
            return Flow::Continue;
        }
        let answer = called(self, handler.id, &handler.script, argument);
        handler.running.set(false);
        let is_next = handler.kind.is_next();
        drop(handler);
        match answer {
            None => note("Panic in a callback"),
            Some(answer) if !is_next => return answer,
            Some(_) => {}
        }
        Flow::Continue
    }

    fn replay(self: &Rc<Self>) {
        if self.replaying.replace(true) {
            return;
        }
        while self.len() > 0 {
            let Some(argument) = self.kept.borrow_mut().pop_front() else { break };
            self.emit(argument);
        }
        self.replaying.set(false);
    }
}

impl World for Model {
    fn connect(self: &Rc<Self>, id: usize, kind: Kind, script: Rc<Script>) {
        let object = (kind == Kind::Weak).then(|| Rc::new(()));
        let handler = Rc::new(Handler {
            id,
            kind,
            script,
            object: object.as_ref().map(Rc::downgrade),
            running: Cell::new(false),
            early: Cell::new(None),
            connecting: Cell::new(kind.is_next()),
            _guard: (!kind.is_next()).then(|| Guard(id)),
        });
        let next = kind.is_next().then(|| handler.clone());
        let place = if kind == Kind::First { 0 } else { self.handlers.borrow().len() };
        self.handlers.borrow_mut().insert(place, handler);
        self.changed(Change::Connected);
        if !self.kept.borrow().is_empty() {
            self.replay();
        }
        if let Some(next) = next {
            next.connecting.set(false);
            if let Some(argument) = next.early.take() {
                self.call(next, argument);
            }
        }
        self.objects.borrow_mut().extend(object.map(|object| (id, object)));
        self.known.borrow_mut().push(id);
    }

    fn disconnect(self: &Rc<Self>, id: usize) -> bool {
        let is_wanted = |other: &Handler| other.id == id && !other.kind.is_next();
        self.is_known(id) && self.remove(is_wanted) > 0
    }

    fn disconnect_all(self: &Rc<Self>) -> usize {
        self.remove(|_| true)
    }

    fn block(self: &Rc<Self>, id: usize) {
        let is_next = self.get(id).is_some_and(|handler| handler.kind.is_next());
        if self.is_known(id) && !is_next {
            self.blocked.borrow_mut().push((id, ()));
        }
    }

    fn unblock(self: &Rc<Self>, id: usize) {
        take_of(&self.blocked, id);
    }

    fn drop_owner(self: &Rc<Self>, id: usize) {
        drop(take_of(&self.objects, id));
        if self.is_known(id) {
            self.remove(|other| other.id == id && other.kind == Kind::Bare);
        }
    }

    fn emit(self: &Rc<Self>, argument: u32) -> Flow {
        let mut answer = Flow::Continue;
        let ids: Vec<_> = self.handlers.borrow().iter().map(|handler| handler.id).collect();
        for id in ids {
            let Some(handler) = self.get(id).filter(|_| !self.is_blocked(id)) else { continue };
            match self.serve(handler, argument) {
                Flow::Continue => {}
                Flow::Veto => answer = Flow::Veto,
                Flow::Stop if answer == Flow::Veto => break,
                Flow::Stop => return Flow::Stop,
            }
        }
        answer
    }

    fn emit_when_handled(self: &Rc<Self>, argument: u32) -> Option<Flow> {
        if self.len() == 0 || self.replaying.get() {
            self.kept.borrow_mut().push_back(argument);
            return None;
        }
        Some(self.emit(argument))
    }

    fn len(self: &Rc<Self>) -> usize {
        self.remove(Handler::is_orphan);
        self.handlers.borrow().len()
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    use Kind::{Bare, Changing, First, Next, Once, Shared, Weak};
    prop::sample::select(vec![Shared, Changing, Once, First, Weak, Next, Bare])
}

fn scripts(actions: impl Strategy<Value = Action> + 'static) -> impl Strategy<Value = Script> {
    let ends = prop_oneof![
        6 => Just(End::Answers(Flow::Continue)),
        1 => Just(End::Answers(Flow::Stop)),
        1 => Just(End::Answers(Flow::Veto)),
        1 => Just(End::Panics),
    ];
    let actions = prop::collection::vec(actions, 0..5);
    (actions, ends).prop_map(|(actions, ends)| Script { actions, ends })
}

fn actions() -> impl Strategy<Value = Action> {
    let number = 0..64_usize;
    let plain = prop_oneof![
        number.clone().prop_map(Action::Disconnect),
        number.clone().prop_map(Action::Block),
        number.clone().prop_map(Action::Unblock),
        number.prop_map(Action::DropOwner),
        Just(Action::DisconnectAll),
        Just(Action::Emit),
        Just(Action::Emit),
        Just(Action::Emit),
        Just(Action::EmitWhenHandled),
        Just(Action::Count),
    ];
    plain.prop_recursive(3, 24, 5, |inner| {
        let connects = (kinds(), scripts(inner.clone()))
            .prop_map(|(kind, script)| Action::Connect(kind, Rc::new(script)));
        prop_oneof![1 => inner, 2 => connects]
    })
}

/// What happens when `program` runs in `world`.
fn trace_of<W: World>(world: &Rc<W>, program: &[Action]) -> Vec<String> {
    ACTIONS_LEFT.set(BUDGET);
    HANDLERS.set(0);
    EMISSIONS.set(0);
    take();
    run(world, program);
    take()
}

#[test]
fn a_signal_behaves_like_its_model() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string();
        if !text.contains("a handler panics") {
            eprintln!("{text}");
        }
    }));
    report::set_reporter(Some(Rc::new(|report: &report::Report| {
        if report.heading != report::UNHANDLED {
            note(report.heading);
        }
    })));
    let cases = env::var("KAA_CASES").map_or(2_000, |cases| cases.parse().expect("a number"));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let programs = prop::collection::vec(actions(), 1..12);
    let outcome = TestRunner::new(config).run(&programs, |program| {
        let (real, model) = (Real::new(), Rc::new(Model::default()));
        let expected = trace_of(&model, &program);
        prop_assert_eq!(trace_of(&real, &program), expected);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
