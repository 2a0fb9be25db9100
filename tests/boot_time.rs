//! Timers whose time goes on while the machine sleeps, on a clock that the test moves.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kaa::{LoopError, OneShotTimer, Timer, delay, main, test};

const SECOND: Duration = Duration::from_secs(1);

/// What was called, and when: by the clock that stands still while the machine sleeps.
#[derive(Clone)]
struct Log {
    start: Instant,
    seen: Rc<RefCell<Vec<(&'static str, Duration)>>>,
}

impl Log {
    fn new() -> Log {
        Log { start: main::now(), seen: Rc::default() }
    }

    fn add(&self, what: &'static str) -> impl Fn() + 'static {
        let log = self.clone();
        move || log.seen.borrow_mut().push((what, main::now() - log.start))
    }

    fn take(&self) -> Vec<(&'static str, Duration)> {
        self.seen.take()
    }
}

#[kaa::test]
fn while_the_machine_is_awake_both_clocks_agree() -> kaa::Result<()> {
    let log = Log::new();
    OneShotTimer::boot_time().start(SECOND * 2, log.add("boot"));
    OneShotTimer::new().start(SECOND, log.add("first"));
    OneShotTimer::new().start(SECOND * 3, log.add("last"));
    yield_!(delay(SECOND * 4))?;
    assert_eq!(log.take(), [("first", SECOND), ("boot", SECOND * 2), ("last", SECOND * 3)]);
    Ok(())
}

#[kaa::test]
fn the_machine_s_sleep_counts_for_boot_time_only() -> kaa::Result<()> {
    let log = Log::new();
    OneShotTimer::boot_time().start(SECOND * 100, log.add("boot"));
    OneShotTimer::new().start(SECOND * 30, log.add("monotonic"));
    yield_!(delay(SECOND * 10))?;
    test::suspend(SECOND * 70)?;
    yield_!(delay(SECOND * 60))?;
    assert_eq!(log.take(), [("monotonic", SECOND * 30), ("boot", SECOND * 30)]);
    Ok(())
}

#[kaa::test]
fn what_was_over_during_the_sleep_fires_in_the_next_turn() {
    let log = Log::new();
    OneShotTimer::boot_time().start(SECOND * 2, log.add("second"));
    OneShotTimer::boot_time().start(SECOND, log.add("first"));
    test::suspend(SECOND * 3600).unwrap();
    main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take(), [("first", Duration::ZERO), ("second", Duration::ZERO)]);
}

#[kaa::test]
fn a_repeating_one_keeps_its_phase_and_counts_what_the_sleep_has_cost() -> kaa::Result<()> {
    let (log, timer) = (Log::new(), Timer::boot_time());
    timer.start(SECOND * 10, log.add("tick"));
    yield_!(delay(SECOND * 15))?;
    test::suspend(SECOND * 38)?; // 53 s since the start, by boot time.
    yield_!(delay(SECOND * 10))?;
    timer.stop();
    assert_eq!(log.take(), [("tick", SECOND * 10), ("tick", SECOND * 15), ("tick", SECOND * 22)]);
    assert_eq!(timer.missed(), 3); // Those of 30, 40 and 50 s; that of 20 s came late.
    Ok(())
}

#[kaa::test]
fn a_boot_time_timer_can_be_stopped_and_started_again() -> kaa::Result<()> {
    let (log, timer) = (Log::new(), OneShotTimer::boot_time());
    timer.start(SECOND, log.add("forgotten"));
    timer.start(SECOND * 2, log.add("stopped"));
    timer.stop();
    assert!(!timer.is_active());
    yield_!(delay(SECOND * 3))?;
    timer.start(SECOND, log.add("fired"));
    yield_!(delay(SECOND * 2))?;
    assert_eq!(log.take(), [("fired", SECOND * 4)]);
    Ok(())
}

/// On the system's clock, by the descriptor that also wakes the loop behind a sleep of the machine.
#[kaa::test(real_time)]
fn real_boot_time_is_never_early_and_wakes_the_loop() {
    for millis in [1, 7, 30] {
        let (start, time) = (Instant::now(), Duration::from_millis(millis));
        OneShotTimer::boot_time().start(time, main::stop);
        main::run().unwrap();
        assert!(start.elapsed() >= time);
    }
    let error = test::suspend(SECOND).unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::RealTime));
}

#[kaa::test]
fn the_end_of_a_loop_drops_them_without_a_call() {
    let owned = Arc::new(());
    let held = Arc::clone(&owned);
    let start = move || OneShotTimer::boot_time().start(Duration::ZERO, move || panic!("{held:?}"));
    std::thread::spawn(start).join().unwrap();
    assert_eq!(Arc::strong_count(&owned), 1);
}
