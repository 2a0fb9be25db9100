//! What coroutines of the macro cost, counted at the allocator. One test: the counts are of the process.

use std::hint::black_box;

use kaa::prelude::*;
use kaa::{Result, driver};

#[path = "../kaa-core/tests/support/counting.rs"]
mod counting;

use counting::cost;

#[kaa::coroutine]
fn idle(on: InProgress<()>) -> bool {
    yield_!(on).is_ok()
}

/// Seven words of its own.
#[kaa::coroutine]
fn idle_with_locals(on: InProgress<()>) -> u64 {
    let (a, b, c) = (black_box(1_u64), black_box(2_u64), black_box(3_u64));
    let array = black_box([4_u64; 4]);
    let found = yield_!(on).is_ok();
    a + b + c + array[0] + array[3] + u64::from(found)
}

const LOCALS: usize = 7 * size_of::<u64>();

/// A body without a yield.
#[kaa::coroutine]
fn no_yield(n: u32) -> Result<u32> {
    Ok(black_box(n) + 1)
}

/// A body whose yield is not reached.
#[kaa::coroutine]
fn yield_not_reached(n: u32, on: Option<InProgress<u32>>) -> Result<u32> {
    let Some(on) = on else { return Ok(black_box(n) + 1) };
    Ok(yield_!(on)? + n)
}

/// Reaches them, and has nothing to wait for.
#[kaa::coroutine]
fn nothing_to_wait_for(n: u32) -> Result<u32> {
    let mut sum = 0;
    for i in 0..n {
        sum += yield_!(InProgress::finished(i))?;
    }
    Ok(sum)
}

#[kaa::coroutine]
fn wait_once(on: InProgress<u32>) -> Result<u32> {
    Ok(yield_!(on)? + 1)
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

/// Starts 100,000 that wait for the same, beside `locals` bytes of their own.
fn idle_coroutines<T>(name: &str, locals: usize, start: fn(InProgress<()>) -> InProgress<T>) {
    const MANY: usize = 100_000;
    let (promise, ip) = InProgress::new();
    let (allocations, bytes, ()) = cost(|| (0..MANY).for_each(|_| drop(start(ip.clone()))));
    let each = bytes.cast_unsigned() / MANY;
    println!(
        "{MANY} of `{name}`: {allocations} allocations, {each} bytes each with locals of {locals}"
    );
    assert_eq!(driver::tasks(), MANY);
    assert!(allocations <= MANY + 100, "{allocations} allocations");
    assert!(each < 512 + locals, "{each} bytes each");
    promise.finish(());
    run();
    assert_eq!(driver::tasks(), 0);
}

fn one_that_ends_before_a_yield() {
    for (name, call) in [
        ("no_yield", (|| no_yield(1)) as fn() -> InProgress<u32>),
        ("yield_not_reached", || yield_not_reached(1, None)),
    ] {
        let (allocations, bytes, result) = cost(|| call().take_result().unwrap().unwrap());
        println!("one `{name}` that ends: {allocations} allocations, {bytes} bytes kept");
        assert_eq!((allocations, bytes, result), (0, 0, 2), "{name}");
    }
}

/// A value that is there already goes from the yield into the state in a box, while the core's blocks are safe code.
fn one_that_never_has_to_wait() {
    const WAITS: u32 = 10;
    let call = || nothing_to_wait_for(WAITS).take_result().unwrap().unwrap();
    let (allocations, bytes, sum) = cost(call);
    println!("one `nothing_to_wait_for` of {WAITS} waits: {allocations} allocations");
    assert!(allocations <= WAITS as usize, "{allocations}");
    assert_eq!((bytes, sum), (0, 45));
}

fn one_that_waits_once() {
    let (promise, ip) = InProgress::new();
    let (allocations, bytes, coroutine) = cost(|| wait_once(ip));
    println!("one `wait_once` that waits: {allocations} allocation, {bytes} bytes");
    assert_eq!(allocations, 1);
    promise.finish(1);
    let (allocations, ..) = cost(run);
    println!("its end: {allocations} allocations");
    assert_eq!(allocations, 0);
    assert_eq!(coroutine.take_result().unwrap().unwrap(), 2);
}

fn nothing_is_kept() {
    let (_, kept, ()) = cost(|| {
        let (promise, ip) = InProgress::new();
        (0..1_000).for_each(|_| drop(idle_with_locals(ip.clone())));
        driver::abandon_all();
        drop((promise, ip));
    });
    println!("after 1000 that were abandoned: {kept} bytes kept");
    assert_eq!(kept, 0);
}

#[test]
fn costs() {
    // First, because it makes the room for tasks and queue entries that the others find there.
    idle_coroutines("idle", 0, idle);
    idle_coroutines("idle_with_locals", LOCALS, idle_with_locals);
    one_that_ends_before_a_yield();
    one_that_never_has_to_wait();
    one_that_waits_once();
    nothing_is_kept();
}
