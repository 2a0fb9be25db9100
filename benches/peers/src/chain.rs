//! W5: a chain of 100,000 tasks, each of which makes the next and waits for it.

use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;

use crate::executors::{Async, AsyncStatic, Core, Drive, Executor, MainLoop, Tokio};
use crate::harness::{Group, nanoseconds_each};

const LENGTH: u32 = 100_000;

#[kaa::coroutine]
fn coroutine(left: u32) -> kaa::Result<u32> {
    if left == 0 {
        return Ok(0);
    }
    let below = kaa::yield_!(coroutine(left - 1))?;
    Ok(below + 1)
}

/// A future that contains itself has to be boxed.
fn future<E: Executor>(left: u32) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move {
        if left == 0 { 0 } else { E::join(E::spawn(future::<E>(left - 1))).await + 1 }
    })
}

fn by_kaa<D: Drive>() -> f64 {
    nanoseconds_each(LENGTH, || {
        let length = D::finish(coroutine(black_box(LENGTH))).expect("it cannot fail");
        assert_eq!(length, LENGTH);
    })
}

fn by<E: Executor>() -> f64 {
    nanoseconds_each(LENGTH, || {
        let first = async { E::join(E::spawn(future::<E>(black_box(LENGTH)))).await };
        assert_eq!(E::block_on(first), LENGTH);
    })
}

pub(crate) fn chain() -> Group {
    Group::new("W5 chain of 100,000, a link")
        .kaa("kaa", by_kaa::<MainLoop>)
        .limit("kaa, core without a loop", by_kaa::<Core>)
        .peer("tokio", by::<Tokio>)
        .peer("async-executor", by::<Async>)
        .peer("async-executor, static", by::<AsyncStatic>)
}
