//! Random calls of coroutines with policies, on two objects, which finish, fail and are aborted in any order: what runs, what waits and
//! what each comes to is as a simple model has it.
//!
//! `KAA_CASES=100000 cargo test --release --test random_policies` runs as many.

use std::cell::RefCell;
use std::env;
use std::rc::Rc;

use kaa::prelude::*;
use kaa::{Error, driver, report};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[derive(Clone, Copy, Debug)]
enum Policy {
    Synchronized,
    Singleton,
    PassLast,
}

/// Numbers name a call, modulo how many there were.
#[derive(Clone, Debug)]
enum Step {
    Call { on: usize },
    Finish(usize),
    Throw(usize),
    Abort(usize),
    Forget(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Waits,
    Runs,
    Value,
    Thrown,
    Aborted,
}

impl State {
    fn is_over(self) -> bool {
        !matches!(self, State::Waits | State::Runs)
    }
}

/// What has begun to run, and whether it knew of another.
type Log = Rc<RefCell<Vec<(usize, bool)>>>;

struct Object {
    log: Log,
}

impl Object {
    #[kaa::coroutine(policy = synchronized)]
    fn synchronized(self: Rc<Self>, number: usize, until: InProgress<()>) -> kaa::Result<usize> {
        self.log.borrow_mut().push((number, false));
        yield_!(until)?;
        Ok(number)
    }

    #[kaa::coroutine(policy = singleton)]
    fn singleton(self: Rc<Self>, number: usize, until: InProgress<()>) -> kaa::Result<usize> {
        self.log.borrow_mut().push((number, false));
        yield_!(until)?;
        Ok(number)
    }

    #[kaa::coroutine(policy = pass_last)]
    fn pass_last(
        self: Rc<Self>,
        number: usize,
        until: InProgress<()>,
        last: Option<InProgress<usize>>,
    ) -> kaa::Result<usize> {
        self.log.borrow_mut().push((number, last.is_some_and(|last| !last.is_finished())));
        yield_!(until)?;
        Ok(number)
    }
}

struct Call {
    on: usize,
    /// The call that it is; another one's for a singleton.
    is: usize,
    state: State,
    /// What its promise has come to, if it has.
    settled: Option<State>,
    promise: Option<Promise<()>>,
    handle: Option<InProgress<usize>>,
}

struct World {
    policy: Policy,
    objects: [Rc<Object>; 2],
    log: Log,
    calls: Vec<Call>,
    expected: Vec<(usize, bool)>,
}

impl World {
    fn new(policy: Policy) -> Self {
        let log = Log::default();
        let object = || Rc::new(Object { log: log.clone() });
        let objects = [object(), object()];
        World { policy, objects, log, calls: Vec::new(), expected: Vec::new() }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Call { on } => self.call(on),
            Step::Finish(which) => self.settle(which, State::Value),
            Step::Throw(which) => self.settle(which, State::Thrown),
            Step::Abort(which) => self.abort(which),
            Step::Forget(which) => {
                if let Some(at) = self.at(which) {
                    self.calls[at].handle = None;
                }
            }
        }
    }

    fn at(&self, which: usize) -> Option<usize> {
        (!self.calls.is_empty()).then(|| which % self.calls.len())
    }

    /// The calls on an object that are not over, in order.
    fn unfinished(&self, on: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let own = (0..self.calls.len()).filter(move |&at| self.calls[at].is == at);
        own.filter(move |&at| self.calls[at].on == on && !self.calls[at].state.is_over())
    }

    fn call(&mut self, on: usize) {
        let (number, object) = (self.calls.len(), self.objects[on].clone());
        let (promise, until) = InProgress::new();
        let before = self.unfinished(on).next_back();
        let (handle, state) = match (self.policy, before) {
            (Policy::Synchronized, Some(_)) => (object.synchronized(number, until), State::Waits),
            (Policy::Synchronized, None) => (object.synchronized(number, until), State::Runs),
            (Policy::Singleton, _) => (object.singleton(number, until), State::Runs),
            (Policy::PassLast, _) => (object.pass_last(number, until), State::Runs),
        };
        let is = match (self.policy, before) {
            (Policy::Singleton, Some(before)) => before,
            _ => number,
        };
        if is == number && state == State::Runs {
            let knows = matches!(self.policy, Policy::PassLast) && before.is_some();
            self.expected.push((number, knows));
        }
        let handle = Some(handle);
        self.calls.push(Call { on, is, state, settled: None, promise: Some(promise), handle });
    }

    fn settle(&mut self, which: usize, to: State) {
        let Some(at) = self.at(which) else { return };
        let Some(promise) = self.calls[at].promise.take() else { return };
        match to {
            State::Value => promise.finish(()),
            _ => promise.throw(Error::message("thrown")),
        }
        self.calls[at].settled = Some(to);
        self.go_on();
    }

    fn abort(&mut self, which: usize) {
        let Some(at) = self.at(which) else { return };
        let Some(handle) = &self.calls[at].handle else { return };
        drop(handle.abort().take_result());
        let is = self.calls[at].is;
        if !self.calls[is].state.is_over() {
            self.calls[is].state = State::Aborted;
        }
        self.go_on();
    }

    /// What runs and may end, ends; then the next one runs.
    fn go_on(&mut self) {
        loop {
            let ends = (0..self.calls.len()).find(|&at| {
                self.calls[at].state == State::Runs && self.calls[at].settled.is_some()
            });
            if let Some(at) = ends {
                self.calls[at].state = self.calls[at].settled.unwrap();
                continue;
            }
            let next = (0..2).find_map(|on| {
                let first = self.unfinished(on).next()?;
                (self.calls[first].state == State::Waits).then_some(first)
            });
            let Some(next) = next else { break };
            self.calls[next].state = State::Runs;
            self.expected.push((next, false));
        }
    }

    fn check(&self) {
        // Those on two objects may begin in any order.
        let of = |log: &[(usize, bool)], on: usize| -> Vec<(usize, bool)> {
            log.iter().filter(|(number, _)| self.calls[*number].on == on).copied().collect()
        };
        for on in 0..2 {
            assert_eq!(of(&self.log.borrow(), on), of(&self.expected, on), "what has begun");
        }
        for (at, call) in self.calls.iter().enumerate() {
            let Some(handle) = &call.handle else { continue };
            let seen = handle.with_result(|outcome| match outcome {
                Ok(number) => {
                    assert_eq!(*number, call.is, "whose outcome call {at} has");
                    State::Value
                }
                Err(error) if error.is_aborted() => State::Aborted,
                Err(_) => State::Thrown,
            });
            let state = self.calls[call.is].state;
            assert_eq!(seen, state.is_over().then_some(state), "call {at}");
        }
    }
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = || 0_usize..100;
    let step = prop_oneof![
        4 => (0_usize..2).prop_map(|on| Step::Call { on }),
        3 => which().prop_map(Step::Finish),
        1 => which().prop_map(Step::Throw),
        2 => which().prop_map(Step::Abort),
        1 => which().prop_map(Step::Forget),
    ];
    proptest::collection::vec(step, 0..30)
}

fn program(policy: Policy, steps: &[Step]) {
    let mut world = World::new(policy);
    for step in steps {
        world.step(step);
        run();
        world.check();
    }
    let objects = world.objects.clone();
    drop(world);
    driver::abandon_all();
    assert_eq!(driver::tasks(), 0);
    for object in objects {
        assert_eq!((Rc::strong_count(&object), Rc::weak_count(&object)), (1, 0), "kept");
    }
}

#[test]
fn every_call_is_in_the_state_of_the_model() {
    report::set_reporter(Some(Rc::new(|report: &report::Report| {
        assert_eq!(report.heading, report::UNHANDLED, "{report}");
    })));
    let cases = env::var("KAA_CASES").map_or(1_000, |cases| cases.parse().expect("a number"));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let policy =
        prop_oneof![Just(Policy::Synchronized), Just(Policy::Singleton), Just(Policy::PassLast)];
    let outcome = TestRunner::new(config).run(&(policy, steps()), |(policy, steps)| {
        program(policy, &steps);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
