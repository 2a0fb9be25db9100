//! W1: tasks with four live numbers and a counter give the scheduler a turn.

use std::hint::black_box;

use futures_lite::future::yield_now;

use crate::executors::{Async, AsyncStatic, Core, Drive, Executor, MainLoop, Tokio};
use crate::harness::{Group, nanoseconds_each};

const YIELDS: u32 = 1_000_000;

fn mix(a: &mut u64, b: &mut u64, c: &mut u64, d: &mut u64, i: u32) {
    *a = a.wrapping_add(*b ^ u64::from(i));
    *b = b.rotate_left(7).wrapping_add(*c);
    *c ^= *d;
    *d = d.wrapping_add(*a);
}

#[kaa::coroutine]
fn coroutine(yields: u32) -> kaa::Result<u64> {
    let (mut a, mut b, mut c, mut d) = (1, 2, 3, 4);
    for i in 0..yields {
        mix(&mut a, &mut b, &mut c, &mut d, i);
        kaa::yield_!()?;
    }
    Ok(a ^ b ^ c ^ d)
}

/// tokio's own `yield_now` would go by its driver each time, which costs it eight times as much.
async fn future(yields: u32) -> u64 {
    let (mut a, mut b, mut c, mut d) = (1, 2, 3, 4);
    for i in 0..yields {
        mix(&mut a, &mut b, &mut c, &mut d, i);
        yield_now().await;
    }
    a ^ b ^ c ^ d
}

fn by_kaa<D: Drive>(tasks: u32) -> f64 {
    nanoseconds_each(YIELDS, || {
        let all: Vec<_> = (0..tasks).map(|_| coroutine(black_box(YIELDS / tasks))).collect();
        for one in all {
            black_box(D::finish(one).expect("it cannot fail"));
        }
    })
}

fn by<E: Executor>(tasks: u32) -> f64 {
    nanoseconds_each(YIELDS, || {
        E::block_on(async {
            let spawn = |_| E::spawn(future(black_box(YIELDS / tasks)));
            let all: Vec<_> = (0..tasks).map(spawn).collect();
            for one in all {
                black_box(E::join(one).await);
            }
        });
    })
}

fn group(name: &'static str, tasks: u32) -> Group {
    Group::new(name)
        .kaa("kaa", move || by_kaa::<MainLoop>(tasks))
        .limit("kaa, core without a loop", move || by_kaa::<Core>(tasks))
        .peer("tokio", move || by::<Tokio>(tasks))
        .peer("async-executor", move || by::<Async>(tasks))
        .peer("async-executor, static", move || by::<AsyncStatic>(tasks))
}

pub(crate) fn one_task() -> Group {
    group("W1 yield, 1 task", 1)
}

pub(crate) fn thousand_tasks() -> Group {
    group("W1 yield, 1000 tasks", 1_000)
}
