//! Fairness: whatever is ready is served before 65 coroutines have been resumed.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{MainThread, OneShotTimer, Result, later, main, unix, unix_signal};
use proptest::prelude::*;

/// So many resumes anything may have to wait for.
const BOUND: u64 = 64;

/// What the loop looks at, besides coroutines that are ready.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Timer,
    Call,
    Post,
    Descriptor,
}

/// Something that becomes ready `after` so many resumes, and makes others ready when it is served.
#[derive(Clone, Debug)]
struct Event {
    after: u64,
    source: Source,
    then: Vec<Source>,
}

/// All of it is in the loop's thread; a post from there goes the same way as one from elsewhere.
#[derive(Default)]
struct World {
    resumes: Cell<u64>,
    plan: RefCell<VecDeque<Event>>,
    /// How long each has waited, once it was served.
    waited: RefCell<Vec<(Source, u64)>>,
    /// How many have become ready and were not served yet.
    unserved: Cell<usize>,
    /// Since when the descriptor is ready: one that was ready already is not ready anew.
    signalled: RefCell<Option<(u64, Vec<Source>)>>,
    is_over: Cell<bool>,
}

thread_local! {
    static WORLD: World = World::default();
}

fn make_ready(source: Source, then: Vec<Source>) {
    let since = WORLD.with(|world| {
        world.unserved.set(world.unserved.get() + 1);
        world.resumes.get()
    });
    match source {
        Source::Timer => {
            OneShotTimer::new().start(Duration::ZERO, move || served(source, since, then));
        }
        Source::Call => later(move || served(source, since, then)),
        Source::Post => {
            MainThread::current().unwrap().post(move || served(source, since, then)).unwrap();
        }
        Source::Descriptor => WORLD.with(|world| {
            let mut signalled = world.signalled.borrow_mut();
            if signalled.is_none() {
                // The pipe behind it is readable when this returns.
                signal_hook::low_level::raise(unix::SIGUSR1).unwrap();
                *signalled = Some((since, then));
            } else {
                world.unserved.set(world.unserved.get() - 1);
            }
        }),
    }
}

fn served(source: Source, since: u64, then: Vec<Source>) {
    WORLD.with(|world| {
        world.unserved.set(world.unserved.get() - 1);
        world.waited.borrow_mut().push((source, world.resumes.get() - since));
    });
    then.into_iter().for_each(|source| make_ready(source, Vec::new()));
}

/// Is always ready. Whoever is resumed makes ready what it is time for.
#[kaa::coroutine]
fn busy() -> Result<()> {
    yield_!()?; // The start is no resume.
    while !WORLD.with(|world| world.is_over.get()) {
        let due = WORLD.with(|world| {
            world.resumes.set(world.resumes.get() + 1);
            let mut plan = world.plan.borrow_mut();
            let count = plan.iter().take_while(|event| event.after <= world.resumes.get()).count();
            plan.drain(..count).collect::<Vec<_>>()
        });
        due.into_iter().for_each(|event| make_ready(event.source, event.then));
        yield_!()?;
    }
    Ok(())
}

/// Runs the plan on a loop of its own, beside so many busy coroutines.
fn waits(coroutines: usize, mut plan: Vec<Event>) -> Vec<(Source, u64)> {
    plan.sort_by_key(|event| event.after);
    let run = move || {
        kaa::__entry::make_loop(None);
        WORLD.with(|world| world.plan.borrow_mut().extend(plan));
        unix_signal(unix::SIGUSR1).unwrap().connect(|_| {
            let signalled = WORLD.with(|world| world.signalled.borrow_mut().take());
            if let Some((since, then)) = signalled {
                served(Source::Descriptor, since, then);
            }
        });
        let tasks: Vec<_> = (0..coroutines).map(|_| busy()).collect();
        let is_done =
            || WORLD.with(|world| world.plan.borrow().is_empty() && world.unserved.get() == 0);
        for _ in 0..10_000 {
            if is_done() {
                break;
            }
            main::step(Some(Duration::ZERO)).unwrap();
        }
        assert!(is_done(), "somebody is not served at all");
        WORLD.with(|world| world.is_over.set(true));
        tasks.into_iter().for_each(|task| task.wait().unwrap());
        WORLD.with(|world| world.waited.take())
    };
    std::thread::spawn(run).join().unwrap()
}

fn sources() -> impl Strategy<Value = Source> {
    prop_oneof![
        Just(Source::Timer),
        Just(Source::Call),
        Just(Source::Post),
        Just(Source::Descriptor),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    let then = prop::collection::vec(sources(), 0..3);
    (0..2000_u64, sources(), then).prop_map(|(after, source, then)| Event { after, source, then })
}

proptest! {
    // Each case is a thread with a loop.
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..Default::default() })]

    /// At most 60 of them at a time: of the posts, 64 are run in a turn.
    #[test]
    fn whatever_is_ready_waits_for_64_resumes_at_most(
        coroutines in 1..300_usize,
        plan in prop::collection::vec(events(), 1..20),
    ) {
        for (source, resumes) in waits(coroutines, plan) {
            prop_assert!(resumes <= BOUND, "{source:?} has waited for {resumes} resumes");
        }
    }
}

/// The bound is not a matter of luck: it is reached.
#[test]
fn a_source_that_just_missed_its_turn_waits_for_64_resumes() {
    let event = |source| Event { after: 1, source: Source::Timer, then: vec![source] };
    for source in [Source::Timer, Source::Descriptor] {
        // Made ready by a timer, when timers and descriptors of that turn are over.
        let waited = waits(100, vec![event(source)]);
        assert_eq!(waited[1], (source, BOUND));
    }
}
