//! One workload of kaa's, so many times and nothing else: what `benches/instructions` counts.
//!
//! ```text
//! cargo run -p peers --profile peers --bin count -- W2 100000
//! ```

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{OneShotTimer, driver};

#[kaa::coroutine]
fn turns(times: u32) -> kaa::Result<u64> {
    let (mut a, mut b, mut c, mut d) = (1_u64, 2_u64, 3_u64, 4_u64);
    for i in 0..times {
        a = a.wrapping_add(u64::from(i)) ^ d;
        b = b.wrapping_mul(3).wrapping_add(a);
        c ^= b.rotate_left(7);
        d = d.wrapping_add(c);
        yield_!()?;
    }
    Ok(a ^ b ^ c ^ d)
}

#[kaa::coroutine]
fn promises(times: u32) -> kaa::Result<u32> {
    let mut sum: u32 = 0;
    for i in 0..times {
        let (promise, ip) = InProgress::new();
        promise.finish(i);
        sum = sum.wrapping_add(yield_!(ip)?);
    }
    Ok(sum)
}

#[kaa::coroutine]
fn number(n: u32) -> kaa::Result<u32> {
    yield_!()?;
    Ok(black_box(n))
}

#[kaa::coroutine]
fn joined(times: u32) -> kaa::Result<u32> {
    let mut sum: u32 = 0;
    for i in 0..times {
        sum = sum.wrapping_add(yield_!(number(i))?);
    }
    Ok(sum)
}

#[kaa::coroutine]
fn number_at_once(n: u32) -> kaa::Result<u32> {
    let n = black_box(n);
    if n == u32::MAX {
        yield_!()?;
    }
    Ok(n)
}

fn at_once(times: u32) -> u32 {
    let take =
        |n| number_at_once(n).take_result().expect("it has finished").expect("it cannot fail");
    (0..times).fold(0, |sum, n| sum.wrapping_add(take(n)))
}

/// They are due within 20 ms.
fn within(random: &mut u64) -> Duration {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    Duration::from_micros(*random % 20_000)
}

fn cancelled(times: u32) {
    let random = &mut 1;
    for _ in 0..times {
        let timer = OneShotTimer::new();
        timer.start(within(random), || ());
        timer.stop();
    }
}

fn fired(times: u32) {
    let (random, fired) = (&mut 1, Rc::new(Cell::new(0)));
    for _ in 0..times {
        let fired = Rc::clone(&fired);
        OneShotTimer::new().start(within(random), move || {
            fired.set(fired.get() + 1);
            if fired.get() == times {
                kaa::main::stop();
            }
        });
    }
    std::thread::sleep(Duration::from_millis(23));
    kaa::main::run().expect("nothing panics");
}

#[kaa::coroutine]
fn await_all(delays: Vec<InProgress<()>>) -> kaa::Result<()> {
    for delay in delays {
        yield_!(delay)?;
    }
    Ok(())
}

fn delayed(times: u32) {
    let random = &mut 1;
    let waiting = await_all((0..times).map(|_| kaa::delay(within(random))).collect());
    std::thread::sleep(Duration::from_millis(23));
    waiting.wait().expect("no delay fails");
}

#[kaa::coroutine]
fn limited(times: u32) -> kaa::Result<u32> {
    let mut sum: u32 = 0;
    for i in 0..times {
        let (promise, ip) = InProgress::new();
        let limited = ip.timeout(Duration::from_secs(100));
        promise.finish(i);
        sum = sum.wrapping_add(yield_!(limited)?);
    }
    Ok(sum)
}

/// Drives the core alone until `of` has finished.
fn finish<T: 'static>(of: &InProgress<T>) -> T {
    while !of.is_finished() {
        driver::run_ready(driver::RESUMES_A_TURN);
    }
    of.take_result().expect("it has finished").expect("it cannot fail")
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (name, times) = (arguments.next(), arguments.next());
    let times = times.and_then(|times| times.parse().ok());
    match (name.as_deref(), times) {
        (Some("W1"), Some(times)) => drop(black_box(finish(&turns(times)))),
        (Some("W2"), Some(times)) => drop(black_box(finish(&promises(times)))),
        (Some("W3"), Some(times)) => drop(black_box(finish(&joined(times)))),
        (Some("cancel"), Some(times)) => cancelled(times),
        (Some("fire"), Some(times)) => fired(times),
        (Some("delay"), Some(times)) => delayed(times),
        (Some("timeout"), Some(times)) => drop(black_box(limited(times).wait())),
        (Some("at-once"), Some(times)) => drop(black_box(at_once(times))),
        _ => {
            eprintln!(
                "one of W1, W2, W3, at-once, cancel, fire, delay, timeout, and how many times"
            );
            std::process::exit(1);
        }
    }
}
