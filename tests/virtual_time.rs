//! Tests in virtual time: `#[kaa::test]`.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use kaa::prelude::*;
use kaa::{LoopError, MainThread, OneShotTimer, ThreadPool, delay, main, thread};

const HOUR: Duration = Duration::from_secs(3600);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[kaa::test]
fn a_delay_takes_exactly_as_long_as_it_says() -> kaa::Result<()> {
    let (start, real_start) = (main::now(), Instant::now());
    for time in [Duration::ZERO, Duration::from_nanos(1), millis(7), HOUR * 24 * 365] {
        let before = main::now();
        yield_!(delay(time))?;
        assert_eq!(main::now() - before, time);
    }
    assert!(main::now() - start > HOUR);
    assert!(real_start.elapsed() < HOUR);
    Ok(())
}

#[kaa::test]
fn a_plain_function_may_wait() {
    delay(HOUR).wait().unwrap();
    let error = delay(HOUR * 2).timeout(HOUR).wait().unwrap_err();
    assert!(error.is_timeout());
}

#[kaa::test]
fn time_stands_still_while_something_is_ready() {
    let start = main::now();
    yield_!().unwrap();
    yield_!(later_value(4)).unwrap();
    assert_eq!(main::now(), start);
}

fn later_value(value: u32) -> InProgress<u32> {
    let (promise, ip) = InProgress::new();
    kaa::later(move || promise.finish(value));
    ip
}

#[kaa::test]
fn time_waits_for_threads() -> kaa::Result<()> {
    let start = main::now();
    let limit = delay(HOUR);
    let work = thread(|| {
        std::thread::sleep(Duration::from_millis(20));
        Ok(4)
    });
    assert_eq!(yield_!(work.timeout(HOUR))?, 4);
    assert_eq!(main::now(), start);
    let pool = ThreadPool::new("virtual", 1);
    assert_eq!(yield_!(pool.run(|| Ok(5)).timeout(millis(1)))?, 5);
    assert_eq!(main::now(), start);
    yield_!(limit)?;
    Ok(())
}

#[kaa::test]
fn a_handle_to_the_loop_does_not_hold_the_time() -> kaa::Result<()> {
    let _home = MainThread::current()?;
    yield_!(delay(HOUR))?;
    Ok(())
}

#[kaa::test]
fn a_run_that_nothing_can_end_is_an_error() {
    let error = main::run().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
}

#[kaa::test(real_time)]
fn real_time_is_the_system_s() {
    let start = Instant::now();
    delay(millis(5)).wait().unwrap();
    assert!(start.elapsed() >= millis(5));
}

#[kaa::test]
#[should_panic(expected = "on purpose")]
fn a_panic_fails_the_test() {
    yield_!(delay(HOUR)).unwrap();
    panic!("on purpose");
}

#[kaa::test]
#[should_panic(expected = "the test has returned an error")]
fn an_error_fails_the_test() -> kaa::Result<()> {
    yield_!(delay(HOUR))?;
    Err(kaa::Error::message("on purpose"))
}

/// In which order three timers of one deadline and three coroutines come.
fn order() -> String {
    #[kaa::coroutine]
    fn say(log: Rc<RefCell<String>>, name: char) {
        let _ = yield_!();
        log.borrow_mut().push(name);
    }
    let log = Rc::new(RefCell::new(String::new()));
    let deadline = millis(1);
    for name in ['a', 'b', 'c', 'd'] {
        let log = Rc::clone(&log);
        OneShotTimer::new().start(deadline, move || log.borrow_mut().push(name));
    }
    delay(millis(2)).wait().unwrap();
    for name in ['1', '2', '3', '4'] {
        drop(say(Rc::clone(&log), name));
    }
    delay(millis(2)).wait().unwrap();
    log.take()
}

#[kaa::test]
fn without_shuffling_the_order_is_the_documented_one() {
    assert_eq!(order(), "abcd1234");
}

/// The orders of several seeds, and of one seed twice.
#[test]
fn a_seed_decides_on_the_order() {
    let of_seed = |seed: u64| {
        let (tell, told) = channel();
        std::thread::spawn(move || {
            kaa::__entry::make_loop(Some(seed));
            tell.send(order()).unwrap();
        })
        .join()
        .unwrap();
        told.recv().unwrap()
    };
    let orders: std::collections::BTreeSet<String> = (0..20).map(of_seed).collect();
    assert!(orders.len() > 10, "{orders:?}");
    assert_eq!(of_seed(7), of_seed(7));
    for order in orders {
        let (timers, coroutines) = order.split_at(4);
        assert!(timers.chars().all(char::is_alphabetic), "{order}");
        assert!(coroutines.chars().all(char::is_numeric), "{order}");
    }
}

#[kaa::test(shuffle = 50)]
fn a_shuffled_test_runs() -> kaa::Result<()> {
    assert_eq!(order().len(), 8);
    Ok(())
}
