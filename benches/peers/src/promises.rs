//! W2: a promise is made, finished, and awaited, by one task.

use std::hint::black_box;

use kaa::prelude::*;

use crate::executors::{
    Async, AsyncOneShot, AsyncStatic, Core, Drive, Executor, MainLoop, OneShot, Tokio, TokioOneShot,
};
use crate::harness::{Group, nanoseconds_each};

const PROMISES: u32 = 1_000_000;

#[kaa::coroutine]
fn coroutine(promises: u32) -> kaa::Result<u32> {
    let mut sum: u32 = 0;
    for i in 0..promises {
        let (promise, ip) = InProgress::new();
        promise.finish(i);
        sum = sum.wrapping_add(yield_!(ip)?);
    }
    Ok(sum)
}

async fn future<O: OneShot>(promises: u32) -> u32 {
    let mut sum: u32 = 0;
    for i in 0..promises {
        sum = sum.wrapping_add(O::sent_and_received(i).await);
    }
    sum
}

fn by_kaa<D: Drive>() -> f64 {
    nanoseconds_each(PROMISES, || {
        black_box(D::finish(coroutine(black_box(PROMISES))).expect("it cannot fail"));
    })
}

fn by<E: Executor, O: OneShot>() -> f64 {
    nanoseconds_each(PROMISES, || {
        let task = async { E::join(E::spawn(future::<O>(black_box(PROMISES)))).await };
        black_box(E::block_on(task));
    })
}

pub(crate) fn new_and_await() -> Group {
    Group::new("W2 new promise + await")
        .kaa("kaa", by_kaa::<MainLoop>)
        .limit("kaa, core without a loop", by_kaa::<Core>)
        .peer("tokio + its oneshot", by::<Tokio, TokioOneShot>)
        .peer("async-executor + async-oneshot", by::<Async, AsyncOneShot>)
        .peer("async-executor, static + same", by::<AsyncStatic, AsyncOneShot>)
}
