//! Timers by the clock on the wall, on one that the test sets.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use kaa::{
    AtTimer, Flow, LoopError, OneShotAtTimer, Result, Schedule, ScheduleError, delay, main, test,
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// 2026-11-25 00:00 UTC.
fn midnight() -> SystemTime {
    SystemTime::UNIX_EPOCH + DAY * 20_782
}

/// So long after midnight.
fn set(time: Duration) -> Result<()> {
    test::set_wall_clock(midnight() + time)
}

fn utc() -> Schedule {
    Schedule::new().time_zone("UTC0")
}

/// At half past each of these hours.
fn half_past(hours: impl IntoIterator<Item = u8>) -> Schedule {
    utc().hours(hours).minutes([30])
}

/// What the clock has shown at each call, in minutes since midnight.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<u64>>>);

impl Log {
    fn add(&self) -> impl Fn() + 'static {
        let log = Rc::clone(&self.0);
        move || {
            let shown = test::wall_clock().unwrap().duration_since(midnight()).unwrap();
            assert_eq!(shown.subsec_nanos(), 0, "the clock jumps to the very moment");
            log.borrow_mut().push(shown.as_secs() / 60);
        }
    }

    fn take(&self) -> Vec<u64> {
        self.0.take()
    }
}

#[kaa::test]
fn it_is_called_at_each_time_of_the_day() -> Result<()> {
    set(HOUR * 6)?;
    let (log, timer) = (Log::default(), AtTimer::new());
    timer.start(half_past([8, 20]), log.add())?;
    assert_eq!(timer.next(), Some(midnight() + HOUR * 8 + MINUTE * 30));
    yield_!(delay(DAY + HOUR * 12))?;
    assert_eq!(log.take(), [8 * 60 + 30, 20 * 60 + 30, 32 * 60 + 30]);
    assert_eq!(timer.next(), Some(midnight() + HOUR * 44 + MINUTE * 30));
    timer.stop();
    assert_eq!((timer.next(), timer.is_active()), (None, false));
    Ok(())
}

#[kaa::test]
fn its_callback_may_stop_it() -> Result<()> {
    set(Duration::ZERO)?;
    let (log, timer) = (Log::default(), AtTimer::new());
    let (note, mut left) = (log.add(), 2);
    timer.start(utc().minutes([0]), move || {
        note();
        left -= 1;
        if left == 0 { Flow::Stop } else { Flow::Continue }
    })?;
    yield_!(delay(HOUR * 5))?;
    assert_eq!(log.take(), [60, 120]);
    assert!(!timer.is_active());
    Ok(())
}

#[kaa::test]
fn a_one_shot_is_called_once_and_may_start_itself_again() -> Result<()> {
    set(Duration::ZERO)?;
    let (log, timer) = (Log::default(), OneShotAtTimer::new());
    let (first, second, again) = (log.add(), log.add(), timer.clone());
    timer.start(half_past([3]), move || {
        assert!(!again.is_active());
        first();
        again.start(half_past([7]), second).unwrap();
    })?;
    yield_!(delay(HOUR * 5))?;
    assert!(timer.is_active());
    yield_!(delay(DAY * 3))?;
    assert_eq!(log.take(), [3 * 60 + 30, 7 * 60 + 30]);
    assert!(!timer.is_active());
    Ok(())
}

#[kaa::test]
fn starting_again_forgets_the_first_start() -> Result<()> {
    set(Duration::ZERO)?;
    let (log, timer) = (Log::default(), AtTimer::new());
    let forgotten = Rc::new(());
    let held = Rc::clone(&forgotten);
    timer.start(half_past([1]), move || _ = &held)?;
    timer.start(half_past([2]), log.add())?;
    assert_eq!(Rc::strong_count(&forgotten), 1);
    yield_!(delay(HOUR * 5))?;
    assert_eq!(log.take(), [150]);
    Ok(())
}

#[kaa::test]
fn daylight_saving_is_seen() -> Result<()> {
    // Berlin, 2026-03-29: there is no half past two.
    test::set_wall_clock(SystemTime::UNIX_EPOCH + DAY * 20_541)?; // 1:00 there.
    let seen = Rc::new(RefCell::new(Vec::new()));
    let note = Rc::clone(&seen);
    let schedule = half_past([2]).time_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    let timer = AtTimer::new();
    let start = main::now();
    timer.start(schedule, move || note.borrow_mut().push((main::now() - start).as_secs() / 60))?;
    yield_!(delay(DAY * 2))?;
    // At half past three, which is an hour and a half later, and the next day at half past two.
    assert_eq!(*seen.borrow(), [90, 24 * 60 + 30]);
    Ok(())
}

#[kaa::test]
fn a_clock_set_forward_a_little_makes_up_for_what_it_skips() -> Result<()> {
    set(HOUR * 8)?;
    let (log, timer) = (Log::default(), AtTimer::new());
    timer.start(half_past([8, 9]), log.add())?;
    yield_!(delay(MINUTE))?;
    set(HOUR * 8 + MINUTE * 45)?;
    yield_!(delay(HOUR * 2))?;
    assert_eq!(log.take(), [8 * 60 + 45, 9 * 60 + 30]);
    Ok(())
}

#[kaa::test]
fn a_clock_set_back_a_little_repeats_nothing() -> Result<()> {
    set(HOUR * 8)?;
    let (log, timer) = (Log::default(), AtTimer::new());
    timer.start(half_past([8, 9]), log.add())?;
    yield_!(delay(MINUTE * 40))?;
    set(HOUR * 8 + MINUTE * 20)?; // From 8:40.
    yield_!(delay(HOUR * 2))?;
    assert_eq!(log.take(), [8 * 60 + 30, 9 * 60 + 30]);
    Ok(())
}

#[kaa::test]
fn a_clock_that_was_wrong_is_followed_from_what_it_shows_now() -> Result<()> {
    for wrong in [HOUR * 24 * 365 * 5, DAY * 2 + HOUR] {
        // Behind: what it has skipped is not made up for.
        test::set_wall_clock(midnight() - wrong)?;
        let (log, timer) = (Log::default(), AtTimer::new());
        timer.start(half_past([8]), log.add())?;
        yield_!(delay(MINUTE))?;
        set(HOUR * 7)?;
        yield_!(delay(HOUR * 2))?;
        assert_eq!(log.take(), [8 * 60 + 30], "behind by {wrong:?}");
        // Ahead: nobody waits until the wrong time has come.
        test::set_wall_clock(midnight() + wrong)?;
        timer.start(half_past([8]), log.add())?;
        yield_!(delay(MINUTE))?;
        set(HOUR * 7)?;
        yield_!(delay(HOUR * 2))?;
        assert_eq!(log.take(), [8 * 60 + 30], "ahead by {wrong:?}");
        timer.stop();
    }
    Ok(())
}

#[kaa::test]
fn the_machine_s_sleep_is_no_correction() -> Result<()> {
    set(HOUR * 8)?;
    let (log, timer) = (Log::default(), AtTimer::new());
    timer.start(half_past(0..24), log.add())?;
    yield_!(delay(MINUTE))?;
    test::suspend(HOUR * 3)?; // 11:01: those of 8, 9 and 10 o'clock are over.
    yield_!(delay(HOUR))?;
    assert_eq!(log.take(), [11 * 60 + 1, 11 * 60 + 30]);
    Ok(())
}

#[kaa::test]
fn what_is_due_together_comes_by_time_and_then_by_age() -> Result<()> {
    set(HOUR * 8)?;
    let order = Rc::new(RefCell::new(String::new()));
    for (name, hour) in [('c', 9), ('a', 8), ('d', 9), ('b', 8)] {
        let order = Rc::clone(&order);
        OneShotAtTimer::new().start(half_past([hour]), move || order.borrow_mut().push(name))?;
    }
    test::suspend(HOUR * 3)?;
    main::step(Some(Duration::ZERO)).unwrap_err(); // Inside of a coroutine.
    yield_!(delay(Duration::ZERO))?;
    assert_eq!(*order.borrow(), "abcd");
    Ok(())
}

#[kaa::test]
fn a_schedule_without_a_time_is_refused_and_changes_nothing() -> Result<()> {
    set(Duration::ZERO)?;
    let timer = AtTimer::new();
    timer.start(half_past([8]), || ())?;
    let error = timer.start(half_past([24]), || ()).unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&ScheduleError::OutOfRange { unit: "hour", value: 24 }));
    assert_eq!(timer.next(), Some(midnight() + HOUR * 8 + MINUTE * 30));
    Ok(())
}

#[kaa::test(real_time)]
fn on_the_system_s_clock_it_is_never_early() {
    let start = Instant::now();
    let called = Rc::new(RefCell::new(None));
    let note = Rc::clone(&called);
    let timer = OneShotAtTimer::new();
    timer
        .start(Schedule::new().seconds(0..60), move || {
            *note.borrow_mut() = Some(SystemTime::now());
            main::stop();
        })
        .unwrap();
    let next = timer.next().unwrap();
    main::run().unwrap();
    assert!(called.borrow().unwrap() >= next);
    assert!(start.elapsed() < Duration::from_secs(30));
    let error = test::set_wall_clock(SystemTime::now()).unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::RealTime));
}
