//! Random programs on a queue, a semaphore and a lock: whoever leaves when, every value that was pushed is taken once or still
//! there, and every permit and the lock can be had in the end.
//!
//! `KAA_CASES=100000 cargo test --release -p kaa-core --test random_queue` runs as many.

use std::env;

use kaa_core::{InProgress, Lock, LockGuard, Permit, Queue, Semaphore};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A number names one of what is waited for or held.
#[derive(Clone, Debug)]
enum Action {
    Push,
    TryPush,
    Pop,
    TryPop,
    Acquire,
    Lock,
    Take(usize),
    Drop(usize),
    Abort(usize),
    GiveUp(usize),
    Close,
}

enum Waiting {
    Push(InProgress<()>),
    Pop(InProgress<Option<u32>>),
    Permit(InProgress<Permit>),
    Lock(InProgress<LockGuard<u32>>),
}

/// What is held, for its drop.
#[expect(dead_code, reason = "it is held and not looked at")]
enum Held {
    Permit(Permit),
    Lock(LockGuard<u32>),
}

const PERMITS: usize = 2;

struct World {
    queue: Queue<u32>,
    permits: Semaphore,
    lock: Lock<u32>,
    waiting: Vec<Waiting>,
    held: Vec<Held>,
    pushed: Vec<u32>,
    popped: Vec<u32>,
}

impl World {
    fn new(capacity: usize) -> Self {
        World {
            queue: Queue::bounded(capacity),
            permits: Semaphore::new(PERMITS),
            lock: Lock::new(0),
            waiting: Vec::new(),
            held: Vec::new(),
            pushed: Vec::new(),
            popped: Vec::new(),
        }
    }

    fn act(&mut self, action: &Action) {
        let value = u32::try_from(self.pushed.len()).expect("few");
        match action {
            Action::Push => {
                if !self.queue.is_closed() {
                    self.pushed.push(value);
                    self.waiting.push(Waiting::Push(self.queue.push(value)));
                }
            }
            Action::TryPush => {
                if self.queue.try_push(value).is_ok() {
                    self.pushed.push(value);
                }
            }
            Action::Pop => self.waiting.push(Waiting::Pop(self.queue.pop())),
            Action::TryPop => self.popped.extend(self.queue.try_pop()),
            Action::Acquire => self.waiting.push(Waiting::Permit(self.permits.acquire())),
            Action::Lock => self.waiting.push(Waiting::Lock(self.lock.lock())),
            Action::Take(number) => self.take(*number),
            Action::Drop(number) => drop(pick(&mut self.waiting, *number)),
            Action::Abort(number) => {
                let Some(waiting) = pick(&mut self.waiting, *number) else { return };
                let over = match waiting {
                    Waiting::Push(ip) => ip.abort(),
                    Waiting::Pop(ip) => ip.abort(),
                    Waiting::Permit(ip) => ip.abort(),
                    Waiting::Lock(ip) => ip.abort(),
                };
                // Of a push, and of what is there already, it is refused.
                drop(over.take_result());
            }
            Action::GiveUp(number) => drop(pick(&mut self.held, *number)),
            Action::Close => self.queue.close(),
        }
    }

    fn take(&mut self, number: usize) {
        match pick(&mut self.waiting, number) {
            Some(Waiting::Pop(pop)) => match pop.take_result() {
                Some(value) => self.popped.extend(value.expect("nobody else has it")),
                None => self.waiting.push(Waiting::Pop(pop)),
            },
            Some(Waiting::Permit(ip)) => {
                let permit = ip.take_result().map(|permit| permit.expect("nobody else has it"));
                self.held.extend(permit.map(Held::Permit));
            }
            Some(Waiting::Lock(ip)) => {
                let guard = ip.take_result().map(|guard| guard.expect("nobody else has it"));
                self.held.extend(guard.map(Held::Lock));
            }
            Some(Waiting::Push(_)) | None => {}
        }
    }

    /// Lets go of everything.
    fn end(mut self) -> Result<(), TestCaseError> {
        self.waiting.clear();
        self.held.clear();
        prop_assert_eq!(self.permits.available(), PERMITS);
        prop_assert!(self.lock.try_lock().is_some());
        self.popped.extend(std::iter::from_fn(|| self.queue.try_pop()));
        self.popped.sort_unstable();
        prop_assert_eq!(self.popped, self.pushed);
        Ok(())
    }
}

fn pick<T>(list: &mut Vec<T>, number: usize) -> Option<T> {
    let length = list.len();
    (length > 0).then(|| list.remove(number % length))
}

fn actions() -> impl Strategy<Value = Action> {
    let number = 0..32_usize;
    prop_oneof![
        6 => Just(Action::Push),
        2 => Just(Action::TryPush),
        6 => Just(Action::Pop),
        1 => Just(Action::TryPop),
        3 => Just(Action::Acquire),
        3 => Just(Action::Lock),
        4 => number.clone().prop_map(Action::Take),
        4 => number.clone().prop_map(Action::Drop),
        2 => number.clone().prop_map(Action::Abort),
        4 => number.prop_map(Action::GiveUp),
        1 => Just(Action::Close),
    ]
}

#[test]
fn nothing_is_lost() {
    let cases = env::var("KAA_CASES").map_or(5_000, |cases| cases.parse().expect("a number"));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let programs = (0..4_usize, prop::collection::vec(actions(), 1..60));
    let outcome = TestRunner::new(config).run(&programs, |(capacity, program)| {
        let mut world = World::new(capacity);
        program.iter().for_each(|action| world.act(action));
        world.end()
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
