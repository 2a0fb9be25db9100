//! Many timers: those that were cancelled leave no memory behind, and all others fire. One test: the counts are of the process.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use kaa_core::InProgress;
use kaa_notifier::{OneShotTimer, Wait, delay};

#[path = "../../kaa-core/tests/support/counting.rs"]
mod counting;

use counting::cost;

const STANDING: usize = 10_000;

/// Always the same numbers.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn far(state: &mut u64) -> Duration {
    Duration::from_micros(100_000_000 + random(state) % 100_000_000)
}

/// By a timer of its own, by one that is started again, and by a time limit that is not needed.
fn insert_and_cancel(times: u32, state: &mut u64) {
    let again = OneShotTimer::new();
    for n in 0..times {
        match n % 3 {
            0 => {
                let timer = OneShotTimer::new();
                timer.start(far(state), || ());
                timer.stop();
            }
            1 => again.start(far(state), || ()),
            _ => {
                let (promise, ip) = InProgress::new();
                let limited = ip.timeout(far(state));
                promise.finish(n);
                drop(limited);
            }
        }
    }
    again.stop();
}

#[test]
fn a_million_cancelled_timers_leave_no_memory_behind_and_a_hundred_thousand_fire() {
    let state = &mut 7;
    let standing: Vec<OneShotTimer> = (0..STANDING).map(|_| OneShotTimer::new()).collect();
    standing.iter().for_each(|timer| timer.start(far(state), || unreachable!()));
    insert_and_cancel(1_000, state); // What grows once has grown.
    let (_, bytes, ()) = cost(|| insert_and_cancel(1_000_000, state));
    assert_eq!(bytes, 0, "left behind by a million");

    let fired = Rc::new(RefCell::new(vec![0_u8; 100_000]));
    for n in 0..100_000 {
        let fired = Rc::clone(&fired);
        let within = Duration::from_micros(random(state) % 20_000);
        OneShotTimer::new().start(within, move || fired.borrow_mut()[n] += 1);
    }
    delay(Duration::from_millis(21)).wait().unwrap();
    assert!(fired.borrow().iter().all(|&times| times == 1));

    let fired = Rc::new(Cell::new(0));
    for timer in &standing {
        let fired = Rc::clone(&fired);
        timer.start(Duration::ZERO, move || fired.set(fired.get() + 1));
    }
    delay(Duration::from_millis(1)).wait().unwrap();
    assert_eq!(fired.get(), STANDING);
}
