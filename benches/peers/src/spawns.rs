//! W3: tasks of next to no work are made and ended, a thousand at a time.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

use futures_lite::future::yield_now;
use kaa::prelude::*;

use crate::executors::{Async, AsyncStatic, Core, Drive, Executor, MainLoop, Tokio};
use crate::harness::{Group, nanoseconds_each};

const TASKS: u32 = 1_000_000;
const BATCH: u32 = 1_000;

/// A call runs at once. To do its work from the queue, as a spawned future does, it gives a turn first.
#[kaa::coroutine]
fn count(done: Rc<Cell<u32>>) -> kaa::Result<()> {
    yield_!()?;
    done.set(done.get() + 1);
    Ok(())
}

#[kaa::coroutine]
fn number(n: u32) -> kaa::Result<u32> {
    yield_!()?;
    Ok(black_box(n))
}

#[kaa::coroutine]
fn number_at_once(n: u32) -> kaa::Result<u32> {
    let n = black_box(n);
    if n == u32::MAX {
        yield_!()?;
    }
    Ok(n)
}

#[kaa::coroutine]
fn detached_batch(done: Rc<Cell<u32>>, until: u32) -> kaa::Result<()> {
    for _ in 0..BATCH {
        drop(count(Rc::clone(&done)));
    }
    while done.get() < until {
        yield_!()?;
    }
    Ok(())
}

#[kaa::coroutine]
fn joined_batch() -> kaa::Result<u32> {
    let all: Vec<_> = (0..BATCH).map(number).collect();
    let mut sum = 0;
    for one in all {
        sum += yield_!(one)?;
    }
    Ok(sum)
}

#[kaa::coroutine]
fn batch_at_once() -> kaa::Result<u32> {
    let mut sum = 0;
    for n in 0..BATCH {
        sum += yield_!(number_at_once(n))?;
    }
    Ok(sum)
}

fn batches_of_kaa<D: Drive, T: 'static>(batch: fn() -> InProgress<T>) -> f64 {
    nanoseconds_each(TASKS, || {
        for _ in 0..TASKS / BATCH {
            black_box(D::finish(batch()).expect("it cannot fail"));
        }
    })
}

fn detached_by_kaa<D: Drive>() -> f64 {
    let done = Rc::new(Cell::new(0));
    nanoseconds_each(TASKS, || {
        while done.get() < TASKS {
            let until = done.get() + BATCH;
            D::finish(detached_batch(Rc::clone(&done), until)).expect("it cannot fail");
        }
    })
}

fn detached_by<E: Executor>() -> f64 {
    let done = Rc::new(Cell::new(0));
    nanoseconds_each(TASKS, || {
        while done.get() < TASKS {
            let (done, until) = (Rc::clone(&done), done.get() + BATCH);
            E::block_on(async move {
                for _ in 0..BATCH {
                    let done = Rc::clone(&done);
                    E::detach(E::spawn(async move { done.set(done.get() + 1) }));
                }
                while done.get() < until {
                    yield_now().await;
                }
            });
        }
    })
}

fn joined_by<E: Executor>() -> f64 {
    nanoseconds_each(TASKS, || {
        for _ in 0..TASKS / BATCH {
            black_box(E::block_on(async {
                let spawn = |n| E::spawn(async move { black_box(n) });
                let all: Vec<_> = (0..BATCH).map(spawn).collect();
                let mut sum = 0;
                for one in all {
                    sum += E::join(one).await;
                }
                sum
            }));
        }
    })
}

fn in_turn_by<E: Executor>() -> f64 {
    nanoseconds_each(TASKS, || {
        for _ in 0..TASKS / BATCH {
            black_box(E::block_on(async {
                let mut sum = 0;
                for n in 0..BATCH {
                    sum += E::join(E::spawn(async move { black_box(n) })).await;
                }
                sum
            }));
        }
    })
}

/// An `async fn` that is awaited in place is part of its caller: no task, no handle to keep or hand on.
fn awaited_in_place() -> f64 {
    nanoseconds_each(TASKS, || {
        for _ in 0..TASKS / BATCH {
            black_box(Tokio::block_on(async {
                let mut sum = 0;
                for n in 0..BATCH {
                    sum += async move { black_box(n) }.await;
                }
                sum
            }));
        }
    })
}

pub(crate) fn detached() -> Group {
    Group::new("W3 spawn, detached")
        .kaa("kaa", detached_by_kaa::<MainLoop>)
        .limit("kaa, core without a loop", detached_by_kaa::<Core>)
        .peer("tokio", detached_by::<Tokio>)
        .peer("async-executor", detached_by::<Async>)
        .peer("async-executor, static", detached_by::<AsyncStatic>)
}

pub(crate) fn joined() -> Group {
    Group::new("W3 spawn + join")
        .kaa("kaa", || batches_of_kaa::<MainLoop, _>(joined_batch))
        .limit("kaa, core without a loop", || batches_of_kaa::<Core, _>(joined_batch))
        .peer("tokio", joined_by::<Tokio>)
        .peer("async-executor", joined_by::<Async>)
        .peer("async-executor, static", joined_by::<AsyncStatic>)
}

pub(crate) fn never_waits() -> Group {
    Group::new("W3 call that never waits")
        .kaa("kaa, call + yield", || batches_of_kaa::<MainLoop, _>(batch_at_once))
        .kaa("kaa, call + take_result", || {
            nanoseconds_each(TASKS, || {
                for n in 0..TASKS {
                    black_box(number_at_once(n).take_result());
                }
            })
        })
        .peer("tokio, spawn + join in turn", in_turn_by::<Tokio>)
        .peer("async-executor, same", in_turn_by::<Async>)
        .peer("async-executor, static, same", in_turn_by::<AsyncStatic>)
        .limit("async fn awaited in place", awaited_in_place)
}
