//! What coroutines share: `Queue`, `Semaphore` and `Lock`. Whoever leaves the line has lost nothing, and keeps nobody waiting.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{Abandoned, Lock, LockGuard, Queue, QueueClosed, Semaphore, any, delay, inprogress};

#[path = "../kaa-core/tests/support/trace.rs"]
mod trace;

use trace::{Guard, note, note_reports, run, take};

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn value_of<T: 'static>(ip: &InProgress<T>) -> T {
    ip.take_result().expect("finished").expect("no failure")
}

/// Notes what it pops, to the end.
#[kaa::coroutine]
fn consume(name: &'static str, queue: Queue<u32>) -> kaa::Result<()> {
    while let Some(value) = yield_!(queue.pop())? {
        note(format_args!("{name}: {value}"));
    }
    note(format_args!("{name}: end"));
    Ok(())
}

#[kaa::coroutine]
fn produce(queue: Queue<u32>, values: std::ops::Range<u32>) -> kaa::Result<()> {
    for value in values {
        yield_!(queue.push(value))?;
        note(format_args!("pushed {value}"));
    }
    queue.close();
    Ok(())
}

#[kaa::test]
fn values_come_in_order_and_the_end_is_a_value() -> kaa::Result<()> {
    let queue = Queue::bounded(2);
    let consumer = consume("a", queue.clone());
    yield_!(produce(queue, 0..3))?;
    yield_!(consumer)?;
    let (popped, pushed): (Vec<_>, Vec<_>) =
        take().into_iter().partition(|line| line.starts_with("a:"));
    assert_eq!(popped, ["a: 0", "a: 1", "a: 2", "a: end"]);
    assert_eq!(pushed, ["pushed 0", "pushed 1", "pushed 2"]);
    Ok(())
}

#[test]
fn a_push_waits_for_room() {
    let queue = Queue::bounded(2);
    drop(produce(queue.clone(), 0..4));
    assert_eq!(take(), ["pushed 0", "pushed 1"]);
    assert_eq!((queue.try_pop(), queue.len()), (Some(0), 2));
    run();
    assert_eq!(take(), ["pushed 2"]);
    assert_eq!(queue.try_push(9), Err(9));
}

#[test]
fn without_room_at_all_a_push_waits_until_it_is_popped() {
    let queue = Queue::bounded(0);
    let pushed = queue.push(1);
    assert!(!pushed.is_finished());
    assert_eq!(value_of(&queue.pop()), Some(1));
    assert!(pushed.is_finished());
    assert_eq!(queue.try_push(2), Err(2));
    let popped = queue.pop();
    assert_eq!(queue.try_push(3), Ok(()));
    assert_eq!(value_of(&popped), Some(3));
}

#[test]
fn who_asked_first_is_served_first() {
    let queue = Queue::bounded(1);
    let waiting = [queue.pop(), queue.pop()];
    queue.try_push(1).unwrap();
    queue.try_push(2).unwrap();
    assert_eq!(waiting.map(|pop| value_of(&pop)), [Some(1), Some(2)]);
}

#[kaa::test]
fn a_pop_that_timed_out_has_taken_nothing() -> kaa::Result<()> {
    let queue = Queue::bounded(1);
    assert!(yield_!(queue.pop().timeout(millis(5))).is_err());
    yield_!(queue.push(1))?;
    assert_eq!(yield_!(queue.pop())?, Some(1));
    Ok(())
}

#[kaa::test]
fn one_that_is_held_beyond_its_timeout_keeps_its_turn() -> kaa::Result<()> {
    let queue = Queue::bounded(1);
    let first = queue.pop();
    let second = queue.pop();
    assert!(yield_!(first.timeout(millis(5))).is_err());
    yield_!(queue.push(1))?;
    yield_!(queue.push(2))?;
    assert_eq!((yield_!(first)?, yield_!(second)?), (Some(1), Some(2)));
    Ok(())
}

#[test]
fn one_that_lost_a_race_has_taken_nothing() {
    let (queue, other) = (Queue::bounded(1), Queue::bounded(1));
    let winner = inprogress(any((queue.pop(), other.pop())));
    other.try_push(2).unwrap();
    drop(value_of(&winner));
    queue.try_push(1).unwrap();
    assert_eq!(queue.try_pop(), Some(1));
}

#[test]
fn of_two_that_could_have_won_a_race_one_has_taken_nothing() {
    let queues = [Queue::bounded(1), Queue::bounded(1)];
    queues.iter().for_each(|queue| queue.try_push(1).unwrap());
    let winner = inprogress(any([queues[0].pop(), queues[1].pop()]));
    assert_eq!(value_of(&winner).1.unwrap(), Some(1));
    assert_eq!(queues.map(|queue| queue.len()), [0, 1]);
}

#[test]
fn a_value_on_its_way_to_an_aborted_coroutine_is_the_next_again() {
    let queue = Queue::bounded(2);
    let consumer = consume("a", queue.clone());
    queue.try_push(1).unwrap();
    queue.try_push(2).unwrap();
    // It is ready, and has not gone on yet.
    drop(consumer.abort());
    run();
    assert!(consumer.is_failed());
    drop(consumer);
    assert_eq!((queue.try_pop(), queue.try_pop()), (Some(1), Some(2)));
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_value_that_was_not_taken_goes_to_the_next_who_waits() {
    let queue = Queue::bounded(1);
    let (first, second) = (queue.pop(), queue.pop());
    queue.try_push(1).unwrap();
    drop(first);
    assert_eq!(value_of(&second), Some(1));
}

#[test]
fn several_that_were_not_taken_come_back_in_their_order() {
    let queue = Queue::unbounded();
    (1..=3).for_each(|n| queue.try_push(n).unwrap());
    let [first, second] = [queue.pop(), queue.pop()];
    drop(first);
    drop(second);
    assert_eq!([(); 3].map(|()| queue.try_pop()), [Some(1), Some(2), Some(3)]);
}

#[test]
fn a_value_that_a_callback_has_seen_is_gone() {
    let queue = Queue::bounded(1);
    queue.pop().connect(|value| note(format_args!("{value:?}")));
    queue.try_push(1).unwrap();
    assert_eq!(take(), ["Some(1)"]);
    assert!(queue.is_empty());
}

#[kaa::coroutine]
fn push_one(queue: Queue<Guard>, value: Guard) -> kaa::Result<()> {
    yield_!(queue.push(value))
}

/// The message of tokio #5947, lost when its send was cancelled.
#[test]
fn a_push_of_an_aborted_coroutine_keeps_its_place() {
    let queue = Queue::bounded(1);
    queue.try_push(Guard("first")).unwrap();
    let pushing = push_one(queue.clone(), Guard("second"));
    drop(pushing.abort());
    run();
    assert!(pushing.is_failed());
    assert_eq!(take(), [""; 0]);
    assert_eq!(queue.try_pop().map(|guard| guard.0), Some("first"));
    assert_eq!(queue.try_pop().map(|guard| guard.0), Some("second"));
    take();
}

#[kaa::test]
fn a_push_that_timed_out_keeps_its_place() -> kaa::Result<()> {
    let queue = Queue::bounded(1);
    yield_!(queue.push(1))?;
    assert!(yield_!(queue.push(2).timeout(millis(5))).is_err());
    assert_eq!((yield_!(queue.pop())?, yield_!(queue.pop())?), (Some(1), Some(2)));
    Ok(())
}

#[test]
fn a_closed_queue_gives_out_what_it_has_and_takes_nothing() {
    let queue = Queue::bounded(1);
    queue.try_push(1).unwrap();
    let waiting = queue.push(2);
    queue.close();
    assert!(queue.push(3).take_result().unwrap().unwrap_err().is::<QueueClosed>());
    assert_eq!(queue.try_push(3), Err(3));
    assert_eq!(value_of(&queue.pop()), Some(1));
    value_of(&waiting);
    assert_eq!(value_of(&queue.pop()), Some(2));
    assert_eq!(value_of(&queue.pop()), None);
}

#[test]
fn closing_ends_those_who_wait() {
    let queue = Queue::<u32>::bounded(1);
    let waiting = [queue.pop(), queue.pop()];
    queue.close();
    assert_eq!(waiting.map(|pop| value_of(&pop)), [None, None]);
}

#[test]
fn when_the_last_handle_goes_those_who_wait_are_abandoned() {
    let queue = Queue::<u32>::bounded(1);
    let other = queue.clone();
    let waiting = queue.pop();
    drop(queue);
    assert!(!waiting.is_finished());
    drop(other);
    assert!(waiting.take_result().unwrap().unwrap_err().is::<Abandoned>());
}

#[test]
fn a_callback_may_use_the_queue_that_it_is_called_by() {
    let queue = Queue::bounded(1);
    queue.try_push(1).unwrap();
    let again = queue.clone();
    queue.push(2).connect(move |()| {
        let pushed = again.push(3);
        note(format_args!("{:?}, {}", again.try_pop(), pushed.is_finished()));
    });
    assert_eq!(queue.try_pop(), Some(1));
    assert_eq!(take(), ["Some(2), true"]);
    assert_eq!((queue.try_pop(), queue.try_pop()), (Some(3), None));
}

#[test]
fn a_callback_of_a_push_without_room_may_look_at_the_queue() {
    let queue = Queue::bounded(0);
    let again = queue.clone();
    queue.push(1).connect(move |()| note(again.len()));
    assert_eq!(queue.try_pop(), Some(1));
    assert_eq!(take(), ["0"]);
}

#[test]
fn one_callback_a_value_through_a_long_line() {
    const LENGTH: u32 = 100_000;
    let queue = Queue::unbounded();
    let sum = Rc::new(Cell::new(0));
    for _ in 0..LENGTH {
        let sum = sum.clone();
        queue.pop().connect(move |value| sum.set(sum.get() + value.unwrap_or(0)));
    }
    (0..LENGTH).for_each(|_| queue.try_push(1).unwrap());
    assert_eq!(sum.get(), LENGTH);
}

#[kaa::coroutine]
fn download(
    permits: Semaphore,
    running: Rc<Cell<usize>>,
    most: Rc<Cell<usize>>,
) -> kaa::Result<()> {
    let _permit = yield_!(permits.acquire())?;
    running.set(running.get() + 1);
    most.set(most.get().max(running.get()));
    yield_!(delay(millis(10)))?;
    running.set(running.get() - 1);
    Ok(())
}

#[kaa::test]
fn at_most_so_many_run_at_a_time() -> kaa::Result<()> {
    let (permits, running, most) = (Semaphore::new(8), Rc::default(), Rc::<Cell<usize>>::default());
    let start = kaa::main::now();
    let downloads: Vec<_> =
        (0..24).map(|_| download(permits.clone(), Rc::clone(&running), Rc::clone(&most))).collect();
    for outcome in yield_!(kaa::all(downloads))? {
        outcome?;
    }
    assert_eq!(most.get(), 8);
    assert_eq!(kaa::main::now() - start, millis(30));
    assert_eq!(permits.available(), 8);
    Ok(())
}

#[test]
fn a_permit_that_was_not_taken_goes_to_the_next() {
    let permits = Semaphore::new(1);
    let permit = permits.try_acquire().unwrap();
    let (first, second, third) = (permits.acquire(), permits.acquire(), permits.acquire());
    drop(second);
    drop(permit);
    assert!(first.is_finished() && !third.is_finished());
    drop(first);
    assert!(third.is_finished());
    drop(third);
    assert_eq!(permits.available(), 1);
}

#[test]
fn nobody_overtakes_in_the_line() {
    let permits = Semaphore::new(0);
    let waiting = permits.acquire();
    permits.add_permits(1);
    assert!(permits.try_acquire().is_none());
    drop(value_of(&waiting));
    assert!(permits.try_acquire().is_some());
}

#[kaa::coroutine]
fn spend(balance: Lock<u32>, amount: u32) -> kaa::Result<u32> {
    let mut balance = yield_!(balance.lock())?;
    let before = *balance;
    yield_!(delay(millis(10)))?;
    *balance = before - amount;
    Ok(*balance)
}

#[kaa::test]
fn a_guard_may_live_across_yields() -> kaa::Result<()> {
    let balance = Lock::new(100);
    let spending = [spend(balance.clone(), 30), spend(balance.clone(), 20)];
    for outcome in yield_!(kaa::all(spending))? {
        outcome?;
    }
    assert_eq!(*yield_!(balance.lock())?, 50);
    Ok(())
}

#[kaa::test]
fn an_aborted_holder_gives_the_lock_on() -> kaa::Result<()> {
    let balance = Lock::new(100);
    let holder = spend(balance.clone(), 30);
    let next = balance.lock();
    assert!(balance.is_locked() && !next.is_finished());
    yield_!(holder.abort())?;
    assert_eq!(*yield_!(next)?, 100);
    assert!(!balance.is_locked());
    Ok(())
}

#[kaa::coroutine]
fn use_it(name: &'static str, resource: Lock<Guard>) -> kaa::Result<()> {
    let guard: LockGuard<Guard> = yield_!(resource.lock())?;
    note(format_args!("{name} has {:?}", *guard));
    yield_!(delay(millis(1)))
}

/// The deadlock of Oxide's RFD 609: one operation is next in the line for a lock, a race with a delay is lost to the delay, and
/// whoever raced them asks for the lock itself while the operation is there, but not polled. Here it runs on by itself.
#[kaa::test]
fn who_is_given_a_lock_goes_on_though_nobody_waits_for_it() -> kaa::Result<()> {
    note_reports();
    let resource = Lock::new(Guard("resource"));
    let held = yield_!(resource.lock())?;
    let operation = use_it("operation", resource.clone());
    let raced = any((&operation, delay(millis(5))));
    let releases = delay(millis(10));
    releases.connect(move |()| drop(held));
    assert!(matches!(yield_!(raced)?, kaa::OneOf2::B(..)));
    yield_!(use_it("racer", resource.clone()))?;
    assert_eq!(take(), [r#"operation has Guard("resource")"#, r#"racer has Guard("resource")"#]);
    drop(resource);
    take();
    yield_!(operation)
}

#[test]
fn a_lock_passes_a_long_line_in_constant_stack() {
    const LENGTH: u32 = 100_000;
    let lock = Lock::new(0);
    let guard = lock.try_lock().unwrap();
    let calls = Rc::new(Cell::new(0));
    for _ in 0..LENGTH {
        let calls = calls.clone();
        lock.lock().connect(move |_| calls.set(calls.get() + 1));
    }
    drop(guard);
    assert_eq!(calls.get(), LENGTH);
    assert!(!lock.is_locked());
}
