//! Random programs: every action from everywhere, callbacks, vetoes, filters, clones, drops, futures and coroutines included.
//! Nothing panics, nothing hangs, nothing is told twice, and in the end nothing is left.
//!
//! `KAA_CASES=100000 cargo test --release -p kaa-core --test random` runs as many.

use std::cell::{Cell, RefCell};
use std::env;
use std::rc::Rc;
use std::time::Instant;

use kaa_core::{
    Connection, Driver, Error, Flow, InProgress, NotFinished, Promise, Result, Signal,
    TimeoutException, TimerId, all, any, driver, inprogress, limited, limited_abort, report,
};

#[path = "support/machines.rs"]
mod machines;

use machines::wait_then;

#[cfg(debug_assertions)]
const PROGRAMS: u64 = 2_000;
#[cfg(not(debug_assertions))]
const PROGRAMS: u64 = 20_000;

/// What is promised. It counts how many there are, and its drop is an action too.
struct Value;

thread_local! {
    static VALUES: Cell<i64> = const { Cell::new(0) };
    static WORLD: World = World::default();
}

impl Value {
    fn new() -> Self {
        VALUES.set(VALUES.get() + 1);
        Value
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        act_nested();
        Value::new()
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        VALUES.set(VALUES.get() - 1);
        act_nested();
    }
}

/// A handle, numbered so that promises wait for older ones only: what waits in a circle is never freed.
type Numbered<H> = (u64, H);

#[derive(Default)]
struct World {
    random: Cell<u64>,
    depth: Cell<u32>,
    made: Cell<u64>,
    promises: RefCell<Vec<Numbered<Promise<Value>>>>,
    handles: RefCell<Vec<Numbered<InProgress<Value>>>>,
    connections: RefCell<Vec<Connection>>,
    timers: RefCell<Vec<TimerId>>,
    signal: RefCell<Option<Rc<Signal<u8>>>>,
    nexts: RefCell<Vec<InProgress<u8>>>,
    errors: RefCell<Vec<InProgress<Error>>>,
}

struct Clock;

impl Driver for Clock {
    fn now(&self) -> Instant {
        Instant::now()
    }
    fn wake_at(&self, _: Instant, timer: TimerId) {
        WORLD.with(|world| world.timers.borrow_mut().push(timer));
    }
    fn cancel(&self, timer: TimerId) {
        WORLD.with(|world| world.timers.borrow_mut().retain(|other| *other != timer));
    }
    fn waker(&self) -> std::task::Waker {
        std::task::Waker::noop().clone()
    }
    fn ready(&self) {}
}

impl World {
    fn below(&self, bound: usize) -> usize {
        let state = self.random.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.random.set(state);
        usize::try_from(state >> 33).unwrap() % bound
    }

    fn number(&self) -> u64 {
        self.made.replace(self.made.get() + 1)
    }

    fn pick<T>(&self, from: &RefCell<Vec<T>>) -> Option<T> {
        let length = from.borrow().len();
        (length > 0).then(|| {
            let index = self.below(length);
            from.borrow_mut().swap_remove(index)
        })
    }

    /// A clone of a handle, which may be the only one that is left when it is used.
    fn handle(&self) -> Option<Numbered<InProgress<Value>>> {
        let (number, handle) = self.pick(&self.handles)?;
        if self.below(3) > 0 {
            self.keep_as(number, handle.clone());
        }
        Some((number, handle))
    }

    fn keep(&self, handle: InProgress<Value>) {
        self.keep_as(self.number(), handle);
    }

    fn keep_as(&self, number: u64, handle: InProgress<Value>) {
        self.handles.borrow_mut().push((number, handle));
    }

    fn signal(&self) -> Rc<Signal<u8>> {
        self.signal.borrow_mut().get_or_insert_with(|| Rc::new(Signal::new())).clone()
    }
}

fn act_nested() {
    let _ = WORLD.try_with(|world| {
        if world.depth.get() < 3 {
            world.depth.set(world.depth.get() + 1);
            act(world);
            world.depth.set(world.depth.get() - 1);
        }
    });
}

fn act(world: &World) {
    match world.below(28) {
        20..22 => abort(world),
        22 => gather(world),
        23 => on_abort(world),
        24 => protect(world),
        25 => share(world),
        26 => future(world),
        0..3 => make(world),
        3..7 => finish(world),
        7..10 => connect(world),
        10..12 => wait(world),
        12..14 => signal(world),
        14 => drop(world.handle()),
        15 => drop(world.handle().map(|(_, handle)| handle.take_result())),
        16 => drop(world.pick(&world.timers).map(driver::expired)),
        17 => drop((world.pick(&world.errors), world.pick(&world.nexts))),
        _ => _ = driver::run_ready(world.below(4)),
    }
}

fn make(world: &World) {
    match world.below(4) {
        0 => world.keep(InProgress::finished(Value::new())),
        1 => world.keep(InProgress::failed(Error::message("made"))),
        _ => {
            let ((promise, handle), number) = (InProgress::new(), world.number());
            world.promises.borrow_mut().push((number, promise));
            world.keep_as(number, handle);
        }
    }
}

fn finish(world: &World) {
    let Some((number, promise)) = world.pick(&world.promises) else { return };
    match (world.below(4), world.handle()) {
        (0, _) => promise.throw(Error::message("thrown")),
        (1, Some((older, handle))) if older < number => promise.waitfor(handle),
        (2, _) if !promise.is_wanted() => drop(promise),
        _ => promise.finish(Value::new()),
    }
}

fn connect(world: &World) {
    let Some((_, handle)) = world.handle() else { return };
    let told = Cell::new(false);
    let told = move || assert!(!told.replace(true), "told twice");
    let connection = match world.below(4) {
        0 => handle.exception().connect(move |_| {
            told();
            act_nested();
        }),
        1 => return world.errors.borrow_mut().push(inprogress(handle.exception())),
        2 => {
            if let Some(connection) = world.pick(&world.connections) {
                handle.disconnect(connection);
            }
            return;
        }
        _ => handle.connect(move |_| {
            told();
            act_nested();
        }),
    };
    world.connections.borrow_mut().push(connection);
}

fn wait(world: &World) {
    let Some((_, handle)) = world.handle() else { return };
    let waiting = match world.below(3) {
        0 => limited(&handle, Instant::now(), || {
            act_nested();
            TimeoutException::new().into()
        }),
        1 => wait_then(
            move || handle,
            |outcome| {
                act_nested();
                outcome
            },
        ),
        _ => wait_then(
            || inprogress(NotFinished),
            |_| {
                act_nested();
                Ok(Value::new())
            },
        ),
    };
    if world.below(3) > 0 {
        world.keep(waiting);
    }
}

fn abort(world: &World) {
    let Some((_, handle)) = world.handle() else { return };
    let over = handle.abort();
    if world.below(2) == 0 {
        let told = Cell::new(false);
        over.connect(move |()| {
            assert!(!told.replace(true), "over twice");
            act_nested();
        });
    }
    drop(over.take_result());
}

fn on_abort(world: &World) {
    let told = Cell::new(false);
    let tell = move |_: &Error| {
        assert!(!told.replace(true), "told of an abort twice");
        act_nested();
    };
    if world.below(3) == 0 {
        let Some((_, handle)) = world.handle() else { return };
        return world.connections.borrow_mut().push(handle.on_abort(tell));
    }
    let Some((number, mut promise)) = world.pick(&world.promises) else { return };
    match world.below(4) {
        0 => promise.on_abort_veto(|| {
            act_nested();
            WORLD.with(|world| if world.below(2) == 0 { Flow::Veto } else { Flow::Continue })
        }),
        1 => promise.set_abortable(world.below(2) == 0),
        2 => promise.when_unwanted(act_nested),
        _ => promise.on_abort(tell),
    }
    world.promises.borrow_mut().push((number, promise));
}

fn protect(world: &World) {
    let Some((_, handle)) = world.handle() else { return };
    world.keep(match world.below(2) {
        0 => handle.noabort(),
        _ => limited_abort(&handle, Instant::now(), || {
            act_nested();
            TimeoutException::new().into()
        }),
    });
}

fn share(world: &World) {
    let Some((number, handle)) = world.handle() else { return };
    match world.below(3) {
        0 => world.keep_as(number, handle.shared()),
        1 => drop(handle.with_result(|_| act_nested())),
        _ => _ = handle.connect_both(|_| act_nested(), |_| act_nested()),
    }
}

fn gather(world: &World) {
    let members: Vec<_> =
        (0..world.below(4)).filter_map(|_| world.handle()).map(|(_, handle)| handle).collect();
    let finished = |()| {
        act_nested();
        Ok(Value::new())
    };
    let gathered = match world.below(3) {
        0 => wait_then(move || inprogress(all(members)), move |all| finished(all.map(drop)?)),
        1 => wait_then(
            move || inprogress(any(members).abort_losers()),
            move |first| finished(first.map(drop)?),
        ),
        _ => {
            let keeps = |_: usize, _: Result<&Value, &Error>| {
                act_nested();
                WORLD.with(|world| world.below(2) == 0)
            };
            wait_then(
                move || inprogress(any(members).filter(keeps)),
                move |first| finished(first.map(drop)?),
            )
        }
    };
    world.keep(gathered);
}

fn future(world: &World) {
    let Some((_, handle)) = world.handle() else { return };
    let looks = world.below(2) == 0;
    world.keep(inprogress(async move {
        if looks {
            drop(inprogress(NotFinished).await);
            act_nested();
        }
        drop(handle.await);
        act_nested();
        Value::new()
    }));
}

fn signal(world: &World) {
    let signal = world.signal();
    match world.below(6) {
        0 => {
            let connection = signal.connect(|_| act_nested());
            world.connections.borrow_mut().push(connection);
        }
        1 => drop(world.pick(&world.connections).map(|connection| signal.disconnect(connection))),
        2 => world.nexts.borrow_mut().push(inprogress(&*signal)),
        3 => drop(world.signal.take()),
        _ => _ = signal.emit(&1),
    }
}

fn run(seed: u64) {
    WORLD.with(|world| {
        world.random.set(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (0..60).for_each(|_| act(world));
        // From here on drops act no more.
        world.depth.set(3);
        driver::abandon_all();
        drop((world.promises.take(), world.handles.take()));
        drop((world.errors.take(), world.nexts.take(), world.signal.take()));
        driver::abandon_all();
        world.connections.borrow_mut().clear();
        world.depth.set(0);
        assert_eq!((VALUES.get(), driver::tasks()), (0, 0), "left by program {seed}");
        assert!(world.timers.borrow().is_empty(), "timers left by program {seed}");
    });
}

#[test]
fn random_programs_leave_nothing() {
    driver::install(Rc::new(Clock));
    let panicked = Rc::new(Cell::new(None));
    let found = panicked.clone();
    report::set_reporter(Some(Rc::new(move |report: &report::Report| {
        if report.heading.starts_with("Panic") {
            found.set(Some(report.error.to_string()));
        }
    })));
    let cases = env::var("KAA_CASES").map_or(PROGRAMS, |cases| cases.parse().expect("a number"));
    for seed in 0..cases {
        run(seed);
        assert_eq!(panicked.take(), None, "in program {seed}");
    }
}
