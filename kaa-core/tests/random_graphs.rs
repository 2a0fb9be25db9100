//! Random graphs of promises, links, time limits, coroutines, Any and All, which finish, fail, are aborted and run out of time:
//! after each step every one of them is in the state in which a simple model has it.
//!
//! `KAA_CASES=100000 cargo test --release -p kaa-core --test random_graphs` runs as many.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::env;
use std::rc::Rc;
use std::task::Waker;
use std::time::Instant;

use kaa_core::{
    Driver, Error, InProgress, NotAbortable, Promise, Result, TimeoutException, TimerId, all, any,
    driver, inprogress, limited, limited_abort, report,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[path = "support/machines.rs"]
mod machines;

use machines::wait_then;

/// Numbers name an older node, the wth of all modulo their number.
#[derive(Clone, Debug)]
enum Step {
    Promise { abortable: bool },
    WaitFor(usize),
    Noabort(usize),
    Limited(usize),
    LimitedAbort(usize),
    Coroutine(usize),
    Catching(usize),
    Any(Vec<usize>),
    All(Vec<usize>),
    Finish(usize),
    Throw(usize),
    Abandon(usize),
    Expire(usize),
    Abort(usize),
}

/// What a node has come to, as far as it is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Pending,
    Value(u32),
    Thrown,
    Abandoned,
    Aborted,
    Late,
}

impl State {
    fn of(outcome: &Result<u32, &Error>) -> State {
        match outcome {
            Ok(value) => State::Value(*value),
            Err(error) if error.is_aborted() => State::Aborted,
            Err(error) if error.is_timeout() => State::Late,
            Err(error) if error.is::<kaa_core::Abandoned>() => State::Abandoned,
            Err(error) if error.to_string() == "thrown" => State::Thrown,
            Err(error) => panic!("an error of another kind: {error}"),
        }
    }

    fn number(self) -> u32 {
        match self {
            State::Pending => unreachable!("it has finished"),
            State::Value(value) => value,
            State::Thrown => 1_001,
            State::Abandoned => 1_002,
            State::Aborted => 1_003,
            State::Late => 1_004,
        }
    }
}

fn number(outcome: &Result<u32>) -> u32 {
    State::of(&outcome.as_ref().map(|value| *value)).number()
}

fn sum(outcomes: impl Iterator<Item = u32>) -> u32 {
    outcomes.fold(7, |sum, number| sum.wrapping_mul(31).wrapping_add(number))
}

/// What a node is, for the model.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Promise { abortable: bool },
    WaitFor,
    Noabort,
    Limited,
    LimitedAbort,
    Coroutine,
    Catching,
    Any,
    All,
}

struct Node {
    kind: Kind,
    /// What it waits for while it is pending.
    of: Vec<usize>,
    state: State,
    real: InProgress<u32>,
    promise: Option<Promise<u32>>,
    timer: Option<TimerId>,
    told: Rc<Cell<u32>>,
}

thread_local! {
    static TIMERS: RefCell<Vec<TimerId>> = const { RefCell::new(Vec::new()) };
}

struct Clock;

impl Driver for Clock {
    fn now(&self) -> Instant {
        Instant::now()
    }
    fn wake_at(&self, _: Instant, timer: TimerId) {
        TIMERS.with_borrow_mut(|timers| timers.push(timer));
    }
    fn cancel(&self, timer: TimerId) {
        TIMERS.with_borrow_mut(|timers| timers.retain(|other| *other != timer));
    }
    fn waker(&self) -> Waker {
        Waker::noop().clone()
    }
    fn ready(&self) {}
}

#[derive(Default)]
struct World {
    nodes: Vec<Node>,
}

impl World {
    fn node(&self, which: usize) -> Option<usize> {
        (!self.nodes.is_empty()).then(|| which % self.nodes.len())
    }

    fn add(&mut self, kind: Kind, of: Vec<usize>, real: InProgress<u32>) {
        let timers = TIMERS.with_borrow(Vec::len);
        let is_limit = matches!(kind, Kind::Limited | Kind::LimitedAbort) && !real.is_finished();
        let timer = is_limit.then(|| TIMERS.with_borrow(|all| all[timers - 1]));
        let node = Node {
            kind,
            of,
            state: State::Pending,
            // Each may be looked at by as many as like.
            real: real.shared(),
            promise: None,
            timer,
            told: Rc::default(),
        };
        self.nodes.push(node);
    }

    fn on(&self, of: usize) -> InProgress<u32> {
        self.nodes[of].real.clone()
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Promise { abortable } => self.promise(*abortable),
            Step::Finish(which) => self.settle(*which, State::Value(3)),
            Step::Throw(which) => self.settle(*which, State::Thrown),
            Step::Abandon(which) => self.settle(*which, State::Abandoned),
            Step::Expire(which) => self.expire(*which),
            Step::Abort(which) => self.abort(*which),
            Step::Any(which) | Step::All(which) => self.gather(matches!(step, Step::Any(_)), which),
            Step::WaitFor(which)
            | Step::Noabort(which)
            | Step::Limited(which)
            | Step::LimitedAbort(which)
            | Step::Coroutine(which)
            | Step::Catching(which) => {
                if let Some(of) = self.node(*which) {
                    self.derive(step, of);
                }
            }
        }
    }

    fn promise(&mut self, abortable: bool) {
        let (promise, real) = InProgress::new();
        self.add(Kind::Promise { abortable }, Vec::new(), real);
        let node = self.nodes.last_mut().unwrap();
        if abortable {
            let told = node.told.clone();
            promise.on_abort(move |_| told.set(told.get() + 1));
        }
        node.promise = Some(promise);
    }

    fn derive(&mut self, step: &Step, of: usize) {
        let inner = self.on(of);
        let late = || TimeoutException::new().into();
        let (kind, real) = match step {
            Step::WaitFor(_) => {
                let (promise, real) = InProgress::new();
                promise.waitfor(inner);
                (Kind::WaitFor, real)
            }
            Step::Noabort(_) => (Kind::Noabort, inner.noabort()),
            Step::Limited(_) => (Kind::Limited, limited(&inner, Instant::now(), late)),
            Step::LimitedAbort(_) => {
                (Kind::LimitedAbort, limited_abort(&inner, Instant::now(), late))
            }
            Step::Coroutine(_) => {
                (Kind::Coroutine, wait_then(move || inner, |outcome| outcome.map(|n| n + 1)))
            }
            _ => (
                Kind::Catching,
                wait_then(move || inner, |outcome| Ok(outcome.map_or(500, |n| n + 1))),
            ),
        };
        self.add(kind, vec![of], real);
    }

    fn gather(&mut self, is_any: bool, which: &[usize]) {
        let of: Vec<usize> = which.iter().filter_map(|which| self.node(*which)).collect();
        if of.is_empty() {
            return;
        }
        let members: Vec<_> = of.iter().map(|of| self.on(*of)).collect();
        if is_any {
            let first = move || inprogress(any(members));
            let real = wait_then(first, |outcome| {
                let (index, outcome) = outcome?;
                Ok(10_000 * u32::try_from(index).unwrap() + number(&outcome) % 10_000)
            });
            self.add(Kind::Any, of, real);
        } else {
            let every = move || inprogress(all(members));
            let real = wait_then(every, |outcomes| Ok(sum(outcomes?.iter().map(number))));
            self.add(Kind::All, of, real);
        }
    }

    fn settle(&mut self, which: usize, to: State) {
        let Some(at) = self.node(which) else { return };
        let Some(promise) = self.nodes[at].promise.take() else { return };
        match to {
            State::Value(value) => promise.finish(value),
            State::Thrown => promise.throw(Error::message("thrown")),
            _ => drop(promise),
        }
        // One that was aborted has failed already, and stays so.
        if self.nodes[at].state == State::Pending {
            self.nodes[at].state = to;
        }
    }

    fn expire(&mut self, which: usize) {
        let Some(at) = self.node(which) else { return };
        let Some(timer) = self.nodes[at].timer.take() else { return };
        TIMERS.with_borrow_mut(|timers| timers.retain(|other| *other != timer));
        driver::expired(timer);
        if self.nodes[at].state != State::Pending {
            return;
        }
        let below = self.nodes[at].of[0];
        if self.nodes[at].kind == Kind::LimitedAbort
            && self.waiters(below).count() == 1
            && self.is_abortable(below)
        {
            self.carry_out(below);
        }
        self.nodes[at].state = State::Late;
    }

    fn abort(&mut self, which: usize) {
        let Some(at) = self.node(which) else { return };
        let over = self.nodes[at].real.abort();
        if self.is_abortable(at) {
            self.carry_out(at);
            run();
            assert!(matches!(over.take_result(), Some(Ok(()))), "the abort of {at} is not over");
        } else {
            let refused = over.take_result().expect("refused at once").unwrap_err();
            assert!(refused.is::<NotAbortable>(), "{refused}");
        }
    }

    /// The pending nodes that wait for it, each as often as it does.
    fn waiters(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let pending = self.nodes.iter().enumerate();
        let pending = pending.filter(|(_, node)| node.state == State::Pending);
        pending.flat_map(move |(at, node)| {
            node.of.iter().filter(move |other| **other == of).map(move |_| at)
        })
    }

    fn is_link(&self, at: usize) -> bool {
        let kind = &self.nodes[at].kind;
        matches!(kind, Kind::WaitFor | Kind::Noabort | Kind::Limited | Kind::LimitedAbort)
    }

    /// `noabort`, or does nothing but follow what is.
    fn is_shielded(&self, at: usize) -> bool {
        let node = &self.nodes[at];
        node.kind == Kind::Noabort || (self.is_link(at) && self.is_shielded(node.of[0]))
    }

    fn is_abortable(&self, at: usize) -> bool {
        let node = &self.nodes[at];
        node.state == State::Pending
            && !self.is_shielded(at)
            && node.kind != Kind::Promise { abortable: false }
    }

    /// The abort of `root` reaches what only it waits for, and so on down.
    fn carry_out(&mut self, root: usize) {
        let mut reached = BTreeSet::from([root]);
        let mut next = vec![root];
        while let Some(at) = next.pop() {
            for &below in &self.nodes[at].of {
                if self.is_abortable(below)
                    && self.waiters(below).all(|waiter| waiter == at)
                    && reached.insert(below)
                {
                    next.push(below);
                }
            }
        }
        for at in reached {
            self.nodes[at].state = State::Aborted;
        }
    }

    /// What follows from what has finished.
    fn spread(&mut self) {
        loop {
            let at = (0..self.nodes.len())
                .map(|at| (at, self.follows(at)))
                .find(|(_, state)| *state != State::Pending);
            let Some((at, state)) = at else { break };
            self.nodes[at].state = state;
        }
    }

    /// What a pending node comes to now.
    fn follows(&self, at: usize) -> State {
        let node = &self.nodes[at];
        let below: Vec<State> = node.of.iter().map(|below| self.nodes[*below].state).collect();
        let finished = below.iter().filter(|state| **state != State::Pending).count();
        let is_enough = match node.kind {
            Kind::Promise { .. } => false,
            Kind::Any => finished > 0,
            _ => finished == below.len(),
        };
        if node.state != State::Pending || !is_enough {
            return State::Pending;
        }
        match (&node.kind, below[0]) {
            (Kind::Coroutine | Kind::Catching, State::Value(value)) => State::Value(value + 1),
            (Kind::Catching, _) => State::Value(500),
            (Kind::All, _) => State::Value(sum(below.iter().map(|state| state.number()))),
            (Kind::Any, _) => {
                // Which of several that finish at once has won is not the model's to say.
                let State::Value(won) = look(&node.real) else { panic!("Any {at} has not won") };
                let (index, value) = (won as usize / 10_000, won % 10_000);
                assert_eq!(
                    value,
                    below[index].number() % 10_000,
                    "Any {at} has won by member {index}"
                );
                State::Value(won)
            }
            (_, state) => state,
        }
    }

    fn check(&self) {
        for (at, node) in self.nodes.iter().enumerate() {
            assert_eq!(look(&node.real), node.state, "node {at}, {:?} of {:?}", node.kind, node.of);
            let is_told = matches!(node.kind, Kind::Promise { abortable: true });
            let aborts = u32::from(is_told && node.state == State::Aborted);
            assert_eq!(node.told.get(), aborts, "how often {at} was told of an abort");
        }
        let limits =
            self.nodes.iter().filter(|node| node.state == State::Pending && node.timer.is_some());
        assert_eq!(TIMERS.with_borrow(Vec::len), limits.count(), "timers");
    }
}

fn look(real: &InProgress<u32>) -> State {
    real.with_result(|outcome| State::of(&outcome.copied())).unwrap_or(State::Pending)
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = any_number;
    let several = || proptest::collection::vec(any_number(), 1..5);
    let step = prop_oneof![
        4 => proptest::bool::ANY.prop_map(|abortable| Step::Promise { abortable }),
        2 => which().prop_map(Step::WaitFor),
        1 => which().prop_map(Step::Noabort),
        2 => which().prop_map(Step::Limited),
        2 => which().prop_map(Step::LimitedAbort),
        3 => which().prop_map(Step::Coroutine),
        2 => which().prop_map(Step::Catching),
        2 => several().prop_map(Step::Any),
        2 => several().prop_map(Step::All),
        2 => which().prop_map(Step::Finish),
        1 => which().prop_map(Step::Throw),
        1 => which().prop_map(Step::Abandon),
        2 => which().prop_map(Step::Expire),
        3 => which().prop_map(Step::Abort),
    ];
    proptest::collection::vec(step, 0..40)
}

fn any_number() -> impl Strategy<Value = usize> {
    0_usize..1_000
}

fn program(steps: &[Step]) {
    let mut world = World::default();
    for step in steps {
        world.step(step);
        run();
        world.spread();
        world.check();
    }
    drop(world);
    driver::abandon_all();
    assert_eq!(driver::tasks(), 0);
    assert!(TIMERS.with_borrow(Vec::is_empty), "timers are left");
}

#[test]
fn every_node_is_in_the_state_of_the_model() {
    driver::install(Rc::new(Clock));
    report::set_reporter(Some(Rc::new(|report: &report::Report| {
        assert_eq!(report.heading, report::UNHANDLED, "{report}");
    })));
    let cases = env::var("KAA_CASES").map_or(1_000, |cases| cases.parse().expect("a number"));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(&steps(), |steps| {
        program(&steps);
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
}
