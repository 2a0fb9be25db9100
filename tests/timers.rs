//! Timers: never early, in order, and gone when they are stopped.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa::prelude::*;
use kaa::{Flow, LoopError, OneShotTimer, TimeoutException, Timer, delay, main};

/// Far more than any of these tests takes; timers of this length never fire here.
const NEVER: Duration = Duration::from_secs(3600);

/// How late a timer may be on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(5);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A list that callbacks add to.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    fn add(&self, what: &'static str) -> impl FnOnce() + 'static {
        let log = Rc::clone(&self.0);
        move || log.borrow_mut().push(what)
    }

    fn take(&self) -> Vec<&'static str> {
        self.0.take()
    }
}

#[kaa::test(real_time)]
fn a_delay_is_never_early_and_soon_over() {
    for time in [Duration::ZERO, Duration::from_micros(300), millis(1), millis(7), millis(30)] {
        let start = Instant::now();
        delay(time).wait().unwrap();
        assert!(start.elapsed() >= time, "{time:?} took {:?}", start.elapsed());
        assert!(start.elapsed() < time + PATIENCE, "{time:?} took {:?}", start.elapsed());
    }
}

#[kaa::test]
fn s58_a_delay_waits_for_the_next_turn_even_if_it_is_zero() {
    let zero = delay(Duration::ZERO);
    assert!(!zero.is_finished());
    main::step(Some(Duration::ZERO)).unwrap();
    zero.take_result().unwrap().unwrap();
}

#[kaa::test]
fn s58_a_delay_that_was_aborted_never_fires() -> kaa::Result<()> {
    let aborted = delay(millis(50));
    yield_!(aborted.abort())?;
    assert!(yield_!(&aborted).unwrap_err().is_aborted());
    assert_eq!(main::metrics().timers_fired, 0);
    yield_!(delay(millis(100)))?;
    assert_eq!(main::metrics().timers_fired, 1);
    Ok(())
}

#[kaa::test]
fn a_timer_fires_once_and_is_inactive_by_then() {
    let timer = OneShotTimer::new();
    let (fired, seen) = (Rc::new(Cell::new(0)), timer.clone());
    let count = Rc::clone(&fired);
    timer.start(millis(1), move || {
        assert!(!seen.is_active());
        count.set(count.get() + 1);
    });
    assert!(timer.is_active());
    delay(millis(10)).wait().unwrap();
    assert_eq!(fired.get(), 1);
    assert!(!timer.is_active());
}

#[kaa::test(real_time)]
fn s61_what_is_due_together_fires_by_deadline() {
    let log = Log::default();
    OneShotTimer::new().start(millis(20), log.add("L"));
    OneShotTimer::new().start(millis(10), log.add("E"));
    std::thread::sleep(millis(25)); // Both are due when the loop looks.
    main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take(), ["E", "L"]);
}

#[kaa::test]
fn timers_of_one_deadline_fire_by_creation() {
    let log = Log::default();
    for name in ["first", "second", "third"] {
        OneShotTimer::new().start(millis(20), log.add(name));
    }
    delay(millis(30)).wait().unwrap();
    assert_eq!(log.take(), ["first", "second", "third"]);
}

#[kaa::test]
fn s62_a_timer_that_is_started_in_the_timer_phase_waits_for_the_next_turn() {
    let log = Log::default();
    let (a, b) = (log.add("a"), log.add("b"));
    OneShotTimer::new().start(Duration::ZERO, move || {
        a();
        OneShotTimer::new().start(Duration::ZERO, b);
    });
    main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take(), ["a"]);
    main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take(), ["b"]);
}

#[kaa::test]
fn a_timer_can_be_stopped_by_one_that_is_due_in_the_same_turn() {
    let log = Log::default();
    let victim = OneShotTimer::new();
    let target = victim.clone();
    OneShotTimer::new().start(millis(1), move || target.stop());
    victim.start(millis(1), log.add("victim"));
    delay(millis(2)).wait().unwrap();
    assert!(!victim.is_active());
    assert_eq!(log.take(), [""; 0]);
}

#[kaa::test]
fn starting_again_forgets_the_first_start() {
    let log = Log::default();
    let timer = OneShotTimer::new();
    timer.start(millis(1), log.add("first"));
    timer.start(millis(2), log.add("second"));
    delay(millis(10)).wait().unwrap();
    assert_eq!(log.take(), ["second"]);
}

#[kaa::test]
fn a_timer_may_start_itself_again() {
    fn tick(timer: &OneShotTimer, left: u32, done: Rc<Cell<bool>>) {
        let again = timer.clone();
        timer.start(Duration::ZERO, move || match left {
            0 => done.set(true),
            _ => tick(&again, left - 1, done),
        });
    }
    let done = Rc::new(Cell::new(false));
    tick(&OneShotTimer::new(), 5, Rc::clone(&done));
    delay(millis(10)).wait().unwrap();
    assert!(done.get());
}

#[kaa::test]
fn a_dropped_handle_does_not_stop_its_timer() {
    let log = Log::default();
    OneShotTimer::new().start(millis(1), log.add("fired"));
    delay(millis(5)).wait().unwrap();
    assert_eq!(log.take(), ["fired"]);
}

#[kaa::test]
fn a_stopped_timer_drops_its_function_at_once() {
    let owned = Rc::new(());
    let held = Rc::clone(&owned);
    let timer = OneShotTimer::new();
    timer.start(NEVER, move || drop(held));
    assert_eq!(Rc::strong_count(&owned), 2);
    timer.stop();
    assert_eq!(Rc::strong_count(&owned), 1);
}

#[kaa::test]
fn a_timer_may_be_started_by_the_drop_of_the_function_it_forgets() {
    struct Restart(OneShotTimer, Log);
    impl Drop for Restart {
        fn drop(&mut self) {
            self.0.start(millis(2), self.1.add("started last"));
        }
    }
    let (log, timer) = (Log::default(), OneShotTimer::new());
    let restart = Restart(timer.clone(), log.clone());
    timer.start(NEVER, move || drop(restart));
    timer.start(millis(1), log.add("started before that"));
    delay(millis(10)).wait().unwrap();
    assert_eq!(log.take(), ["started last"]);
    assert!(!timer.is_active());
}

#[kaa::test]
fn a_timer_may_be_started_by_the_drop_of_the_function_that_it_has_called() {
    struct Restart(OneShotTimer, Rc<Cell<u32>>);
    impl Drop for Restart {
        fn drop(&mut self) {
            let count = Rc::clone(&self.1);
            self.0.start(Duration::ZERO, move || count.set(count.get() + 1));
        }
    }
    let (timer, fired) = (OneShotTimer::new(), Rc::new(Cell::new(0)));
    let restart = Restart(timer.clone(), Rc::clone(&fired));
    timer.start(Duration::ZERO, move || drop(restart));
    delay(millis(5)).wait().unwrap();
    assert_eq!((fired.get(), timer.is_active()), (1, false));

    let restart = Restart(timer.clone(), Rc::clone(&fired));
    timer.start(Duration::ZERO, move || {
        let _restart = restart;
        panic!("on purpose");
    });
    delay(millis(5)).wait().unwrap_err();
    delay(millis(5)).wait().unwrap();
    assert_eq!((fired.get(), timer.is_active()), (2, false));
}

#[kaa::test]
fn a_timeout_says_after_how_long_and_leaves_the_work_alone() {
    let work = delay(millis(40));
    let start = main::now();
    let error = work.timeout(millis(10)).wait().unwrap_err();
    assert_eq!(main::now() - start, millis(10));
    let timeout = error.downcast_ref::<TimeoutException>().unwrap();
    assert_eq!(timeout.duration(), Some(millis(10)));
    work.wait().unwrap();
    assert_eq!(main::now() - start, millis(40));
}

#[kaa::test]
fn what_is_there_in_time_comes_through_a_timeout_and_leaves_no_timer() {
    let (promise, answer) = InProgress::new();
    let limited = answer.timeout(NEVER);
    promise.finish(4);
    assert_eq!(limited.wait().unwrap(), 4);
    assert_nothing_is_left();
}

#[kaa::test]
fn a_timeout_that_nobody_waits_for_leaves_no_timer() {
    let (promise, answer) = InProgress::<()>::new();
    drop(answer.timeout(NEVER));
    assert_nothing_is_left();
    drop((promise, answer.exception().connect(|_| {})));
}

#[kaa::test]
fn a_delay_that_nobody_waits_for_leaves_no_timer() {
    drop(delay(NEVER));
    assert_nothing_is_left();
}

/// No timer is active, or else this would wait for it.
fn assert_nothing_is_left() {
    let (promise, never) = InProgress::<()>::new();
    let error = never.wait().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
    promise.finish(());
}

#[kaa::test]
fn a_very_long_time_is_no_overflow() {
    let timer = OneShotTimer::new();
    timer.start(Duration::MAX, || unreachable!());
    let forever = delay(Duration::MAX);
    assert!(forever.timeout(millis(1)).wait().unwrap_err().is_timeout());
    assert!(timer.is_active());
}

#[kaa::test(real_time)]
fn many_timers_all_fire_and_none_early() {
    let fired = Rc::new(Cell::new(0));
    // Spread over 50 ms in an order that is none.
    for n in 0..1000u64 {
        let time = Duration::from_micros(n * 7919 % 1000 * 50);
        let (start, fired) = (Instant::now(), Rc::clone(&fired));
        OneShotTimer::new().start(time, move || {
            assert!(start.elapsed() >= time);
            fired.set(fired.get() + 1);
        });
    }
    delay(millis(60)).wait().unwrap();
    assert_eq!(fired.get(), 1000);
}

#[kaa::test]
fn panics_in_a_burst_lose_no_timer() {
    let fired = Rc::new(RefCell::new(Vec::new()));
    for n in 0..10 {
        let fired = Rc::clone(&fired);
        OneShotTimer::new().start(Duration::ZERO, move || {
            fired.borrow_mut().push(n);
            assert_ne!(n % 4, 1, "on purpose");
        });
    }
    let panics = std::iter::from_fn(|| delay(Duration::ZERO).wait().err()).count();
    assert_eq!(panics, 3);
    assert_eq!(*fired.borrow(), (0..10).collect::<Vec<_>>());
}

#[kaa::test]
fn timers_survive_the_end_of_a_run() {
    let log = Log::default();
    OneShotTimer::new().start(millis(5), log.add("fired in the second run"));
    OneShotTimer::new().start(millis(10), main::stop);
    main::stop();
    main::run().unwrap();
    assert_eq!(log.take(), [""; 0]);
    main::run().unwrap();
    assert_eq!(log.take(), ["fired in the second run"]);
}

/// When a timer fires, in milliseconds from the start.
#[derive(Clone)]
struct Moments {
    start: Instant,
    seen: Rc<RefCell<Vec<u128>>>,
}

impl Moments {
    fn new() -> Moments {
        Moments { start: main::now(), seen: Rc::default() }
    }

    fn note(&self) -> usize {
        self.seen.borrow_mut().push((main::now() - self.start).as_millis());
        self.seen.borrow().len()
    }
}

#[kaa::test]
fn s59_what_a_callback_answers_decides() {
    for (answer, calls) in [(Flow::Continue, 3), (Flow::Veto, 3), (Flow::Stop, 1)] {
        let (timer, count) = (Timer::new(), Rc::new(Cell::new(0)));
        let counted = Rc::clone(&count);
        timer.start(Duration::ZERO, move || {
            counted.set(counted.get() + 1);
            answer
        });
        (0..3).for_each(|_| main::step(Some(Duration::ZERO)).unwrap());
        assert_eq!((count.get(), timer.is_active()), (calls, calls == 3), "{answer:?}");
        timer.stop();
    }
}

/// The second call takes 0.12 s, as seen by the clock.
#[kaa::test]
fn s60_a_timer_keeps_its_phase_and_counts_what_it_has_missed() -> kaa::Result<()> {
    let (timer, moments) = (Timer::new(), Moments::new());
    let noted = moments.clone();
    timer.start(millis(50), move || {
        if noted.note() == 2 {
            main::run_until(delay(millis(120))).unwrap();
        }
    });
    yield_!(delay(millis(351)))?;
    assert_eq!(*moments.seen.borrow(), [50, 100, 250, 300, 350]);
    assert_eq!(timer.missed(), 2);
    Ok(())
}

#[kaa::test]
fn a_timer_may_start_itself_anew_with_another_interval() -> kaa::Result<()> {
    fn start(timer: &Timer, interval: Duration, moments: Moments) {
        let again = timer.clone();
        timer.start(interval, move || {
            moments.note();
            start(&again, interval * 2, moments.clone());
        });
    }
    let (timer, moments) = (Timer::new(), Moments::new());
    start(&timer, millis(10), moments.clone());
    yield_!(delay(millis(150)))?;
    assert_eq!(*moments.seen.borrow(), [10, 30, 70, 150]);
    timer.stop();
    Ok(())
}

#[kaa::test]
fn a_timer_whose_callback_panics_goes_on() -> kaa::Result<()> {
    main::signals()?.exception.connect(|_| Flow::Stop);
    let (timer, moments) = (Timer::new(), Moments::new());
    let noted = moments.clone();
    timer.start(millis(10), move || assert!(noted.note() != 1, "on purpose"));
    yield_!(delay(millis(35)))?;
    assert_eq!(*moments.seen.borrow(), [10, 20, 30]);
    assert!(timer.is_active());
    Ok(())
}

#[kaa::test]
fn a_timer_stopped_by_its_callback_drops_that_afterwards() {
    struct Witness(Rc<Cell<bool>>);
    impl Drop for Witness {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let (timer, dropped) = (Timer::new(), Rc::new(Cell::new(false)));
    let (own, witness) = (timer.clone(), Witness(Rc::clone(&dropped)));
    timer.start(millis(1), move || {
        own.stop();
        assert!(!witness.0.get());
    });
    delay(millis(5)).wait().unwrap();
    assert!(dropped.get() && !timer.is_active());
}
