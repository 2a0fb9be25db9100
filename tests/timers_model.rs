//! Random programs of timers, beside a model: a sorted list for each clock. What fires, when, and in which order, is the same.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa::prelude::*;
use kaa::{OneShotTimer, Timer, delay, main, test};
use proptest::prelude::*;

/// So many timers; which of them repeat and which go by boot time is part of the program.
const TIMERS: usize = 6;

/// What a program does, and what a callback does.
#[derive(Clone, Copy, Debug)]
enum Action {
    Start { timer: usize, after: u64 },
    Stop { timer: usize },
}

#[derive(Clone, Debug)]
enum Step {
    Act(Action),
    /// Runs the loop for so long.
    Wait(u64),
    /// The machine sleeps.
    Suspend(u64),
}

#[derive(Clone, Copy, Debug)]
struct Kind {
    repeats: bool,
    by_boot_time: bool,
}

#[derive(Clone, Debug)]
struct Program {
    kinds: [Kind; TIMERS],
    /// What the callbacks of each timer do, call by call; later calls do nothing.
    callbacks: [Vec<Action>; TIMERS],
    steps: Vec<Step>,
}

/// Which timer has fired, and when, in nanoseconds of the clock that stands still while the machine sleeps.
type Fired = (usize, u64);

/// What is to be seen of each timer in the end.
#[derive(Debug, PartialEq)]
struct Outcome {
    fired: Vec<Fired>,
    /// Whether it is active, and how many ticks it has missed.
    timers: Vec<(bool, u64)>,
}

mod real {
    use super::*;

    enum Any {
        OneShot(OneShotTimer),
        Repeating(Timer),
    }

    struct World {
        start: Instant,
        timers: Vec<Any>,
        /// Of each timer, what is left to be done by its callback.
        callbacks: RefCell<Vec<std::vec::IntoIter<Action>>>,
        fired: RefCell<Vec<Fired>>,
    }

    impl Any {
        fn new(kind: Kind) -> Any {
            match (kind.repeats, kind.by_boot_time) {
                (false, false) => Any::OneShot(OneShotTimer::new()),
                (false, true) => Any::OneShot(OneShotTimer::boot_time()),
                (true, false) => Any::Repeating(Timer::new()),
                (true, true) => Any::Repeating(Timer::boot_time()),
            }
        }
    }

    fn act(world: &Rc<World>, action: Action) {
        match action {
            Action::Start { timer, after } => {
                let (after, weak) = (Duration::from_nanos(after), Rc::downgrade(world));
                let fire = move || {
                    let world = weak.upgrade().expect("the program still runs");
                    let now = (main::now() - world.start).as_nanos() as u64;
                    world.fired.borrow_mut().push((timer, now));
                    let action = world.callbacks.borrow_mut()[timer].next();
                    if let Some(action) = action {
                        act(&world, action);
                    }
                };
                match &world.timers[timer] {
                    Any::OneShot(timer) => timer.start(after, fire),
                    Any::Repeating(timer) => timer.start(after, fire),
                }
            }
            Action::Stop { timer } => match &world.timers[timer] {
                Any::OneShot(timer) => timer.stop(),
                Any::Repeating(timer) => timer.stop(),
            },
        }
    }

    pub(super) fn run(program: Program) -> Outcome {
        let world = Rc::new(World {
            start: main::now(),
            timers: program.kinds.into_iter().map(Any::new).collect(),
            callbacks: RefCell::new(program.callbacks.map(Vec::into_iter).into()),
            fired: RefCell::default(),
        });
        for step in program.steps {
            match step {
                Step::Act(action) => act(&world, action),
                Step::Wait(time) => delay(Duration::from_nanos(time)).wait().unwrap(),
                Step::Suspend(time) => test::suspend(Duration::from_nanos(time)).unwrap(),
            }
        }
        let timers = world.timers.iter().map(|timer| match timer {
            Any::OneShot(timer) => (timer.is_active(), 0),
            Any::Repeating(timer) => (timer.is_active(), timer.missed()),
        });
        Outcome { fired: world.fired.take(), timers: timers.collect() }
    }
}

mod model {
    use super::*;

    /// Deadline, and the number of the start or tick: of one deadline the oldest comes first.
    type Key = (u64, u64);

    #[derive(Clone, Copy, PartialEq)]
    enum Whose {
        Timer {
            timer: usize,
            start: u64,
        },
        /// What the program waits for.
        Delay,
    }

    #[derive(Default, Clone)]
    struct State {
        /// The number of the start, and the interval; none if it is not active.
        start: Option<(u64, u64)>,
        missed: u64,
    }

    pub(super) struct Model {
        now: u64,
        slept: u64,
        /// By the clock that stands still while the machine sleeps, and by the other.
        lines: [BTreeMap<Key, Whose>; 2],
        next_number: u64,
        kinds: [Kind; TIMERS],
        states: [State; TIMERS],
        callbacks: Vec<std::vec::IntoIter<Action>>,
        fired: Vec<Fired>,
    }

    impl Model {
        fn now_by(&self, line: usize) -> u64 {
            self.now + if line == 0 { 0 } else { self.slept }
        }

        fn line_of(&self, timer: usize) -> usize {
            usize::from(self.kinds[timer].by_boot_time)
        }

        fn insert(&mut self, line: usize, deadline: u64, whose: Whose) {
            self.lines[line].insert((deadline, self.next_number), whose);
            self.next_number += 1;
        }

        fn stop(&mut self, timer: usize) {
            self.states[timer].start = None;
            for line in &mut self.lines {
                line.retain(
                    |_, whose| !matches!(whose, Whose::Timer { timer: t, .. } if *t == timer),
                );
            }
        }

        fn act(&mut self, action: Action) {
            match action {
                Action::Stop { timer } => self.stop(timer),
                Action::Start { timer, after } => {
                    self.stop(timer);
                    let start = self.next_number;
                    self.states[timer] = State { start: Some((start, after)), missed: 0 };
                    let line = self.line_of(timer);
                    self.insert(line, self.now_by(line) + after, Whose::Timer { timer, start });
                }
            }
        }

        fn fire(&mut self, timer: usize, start: u64, deadline: u64) {
            let kind = self.kinds[timer];
            if !kind.repeats {
                self.states[timer].start = None;
            }
            self.fired.push((timer, self.now));
            if let Some(action) = self.callbacks[timer].next() {
                self.act(action);
            }
            let Some((current, interval)) = self.states[timer].start else { return };
            if kind.repeats && current == start {
                let line = self.line_of(timer);
                let late = self.now_by(line) - deadline;
                self.states[timer].missed += late / interval;
                let next = self.now_by(line) - late % interval + interval;
                self.insert(line, next, Whose::Timer { timer, start });
            }
        }

        /// One turn: time goes to what is next, and what is due then fires. True if the delay is over.
        fn turn(&mut self) -> bool {
            let next = (0..2).filter_map(|line| {
                let (&(deadline, _), _) = self.lines[line].first_key_value()?;
                Some(self.now + deadline.saturating_sub(self.now_by(line)))
            });
            self.now = next.min().expect("the delay is there");
            let mut due: Vec<(usize, Key)> = Vec::new();
            for line in 0..2 {
                let now = self.now_by(line);
                let is_due = |key: &&Key| key.0 <= now;
                due.extend(self.lines[line].keys().take_while(is_due).map(|&key| (line, key)));
            }
            let mut is_over = false;
            for (line, key) in due {
                match self.lines[line].remove(&key) {
                    None => {} // Stopped by one before it.
                    Some(Whose::Delay) => is_over = true,
                    Some(Whose::Timer { timer, start }) => self.fire(timer, start, key.0),
                }
            }
            is_over
        }

        pub(super) fn run(program: Program) -> Outcome {
            let mut model = Model {
                now: 0,
                slept: 0,
                lines: Default::default(),
                next_number: 0,
                kinds: program.kinds,
                states: Default::default(),
                callbacks: program.callbacks.map(Vec::into_iter).into(),
                fired: Vec::new(),
            };
            for step in program.steps {
                match step {
                    Step::Act(action) => model.act(action),
                    Step::Suspend(time) => model.slept += time,
                    Step::Wait(time) => {
                        model.insert(0, model.now + time, Whose::Delay);
                        while !model.turn() {}
                    }
                }
            }
            let timers = model.states.iter().map(|state| (state.start.is_some(), state.missed));
            Outcome { timers: timers.collect(), fired: model.fired }
        }
    }
}

/// Short ones that meet, and every magnitude up to days. An interval of zero would let no time pass.
fn times() -> impl Strategy<Value = u64> {
    let every_magnitude =
        (0..48_u32, any::<u64>()).prop_map(|(bits, noise)| noise & ((1 << bits) - 1));
    prop_oneof![3 => 1..5_u64, 2 => every_magnitude.prop_map(|time| time + 1)]
}

fn actions() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => (0..TIMERS, times()).prop_map(|(timer, after)| Action::Start { timer, after }),
        1 => (0..TIMERS).prop_map(|timer| Action::Stop { timer }),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => actions().prop_map(Step::Act),
        // Repeating timers of a nanosecond are not to fire for days.
        3 => (1..2000_u64).prop_map(Step::Wait),
        1 => times().prop_map(Step::Suspend),
    ]
}

fn programs() -> impl Strategy<Value = Program> {
    let kind = (any::<bool>(), any::<bool>())
        .prop_map(|(repeats, by_boot_time)| Kind { repeats, by_boot_time });
    let kinds = prop::array::uniform6(kind);
    let callbacks = prop::array::uniform6(prop::collection::vec(actions(), 0..4));
    let steps = prop::collection::vec(steps(), 1..40);
    (kinds, callbacks, steps).prop_map(|(kinds, callbacks, steps)| Program {
        kinds,
        callbacks,
        steps,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn timers_do_what_the_model_does(program in programs()) {
        let expected = model::Model::run(program.clone());
        let run = move || {
            kaa::__entry::make_loop(None);
            real::run(program)
        };
        prop_assert_eq!(std::thread::spawn(run).join().unwrap(), expected);
    }
}
