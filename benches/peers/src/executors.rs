//! The peers under one face, so that each workload is written once as `async fn`; and kaa's ways to run.

use std::cell::OnceCell;
use std::future::Future;

use async_executor::{LocalExecutor, StaticLocalExecutor, Task};
use kaa::prelude::*;
use kaa::{Result, driver};
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

/// An executor of this thread.
pub(crate) trait Executor: 'static {
    /// What `spawn` gives; awaiting it joins.
    type Handle<T: 'static>;
    fn block_on<F: Future>(future: F) -> F::Output;
    fn spawn<F: Future<Output: 'static> + 'static>(future: F) -> Self::Handle<F::Output>;
    fn join<T: 'static>(handle: Self::Handle<T>) -> impl Future<Output = T>;
    fn detach<T: 'static>(handle: Self::Handle<T>);
}

/// A promise of one value.
pub(crate) trait OneShot: 'static {
    /// One that is sent `value`, and then awaited.
    fn sent_and_received(value: u32) -> impl Future<Output = u32>;
}

pub(crate) struct Tokio;

thread_local! {
    static RUNTIME: OnceCell<&'static (Runtime, LocalSet)> = const { OnceCell::new() };
    static LOCAL: OnceCell<&'static LocalExecutor<'static>> = const { OnceCell::new() };
    static STATIC: OnceCell<&'static StaticLocalExecutor> = const { OnceCell::new() };
}

/// They live as long as the process.
fn leaked<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// With timers but without sockets, which none of the rows needs.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime needs nothing but memory")
}

fn local() -> &'static LocalExecutor<'static> {
    LOCAL.with(|cell| *cell.get_or_init(|| leaked(LocalExecutor::new())))
}

fn static_local() -> &'static StaticLocalExecutor {
    STATIC.with(|cell| *cell.get_or_init(|| leaked(StaticLocalExecutor::new())))
}

impl Executor for Tokio {
    type Handle<T: 'static> = tokio::task::JoinHandle<T>;

    fn block_on<F: Future>(future: F) -> F::Output {
        let (runtime, tasks) =
            RUNTIME.with(|cell| *cell.get_or_init(|| leaked((runtime(), LocalSet::new()))));
        tasks.block_on(runtime, future)
    }

    fn spawn<F: Future<Output: 'static> + 'static>(future: F) -> Self::Handle<F::Output> {
        tokio::task::spawn_local(future)
    }

    async fn join<T: 'static>(handle: Self::Handle<T>) -> T {
        handle.await.expect("no task panics")
    }

    fn detach<T: 'static>(handle: Self::Handle<T>) {
        drop(handle);
    }
}

pub(crate) struct TokioOneShot;

impl OneShot for TokioOneShot {
    async fn sent_and_received(value: u32) -> u32 {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        sender.send(value).expect("the receiver is there");
        receiver.await.expect("it was sent")
    }
}

/// async-executor as it is used most.
pub(crate) struct Async;

impl Executor for Async {
    type Handle<T: 'static> = Task<T>;

    fn block_on<F: Future>(future: F) -> F::Output {
        futures_lite::future::block_on(local().run(future))
    }

    fn spawn<F: Future<Output: 'static> + 'static>(future: F) -> Self::Handle<F::Output> {
        local().spawn(future)
    }

    async fn join<T: 'static>(handle: Self::Handle<T>) -> T {
        handle.await
    }

    fn detach<T: 'static>(handle: Self::Handle<T>) {
        handle.detach();
    }
}

/// async-executor without a list of its tasks.
pub(crate) struct AsyncStatic;

impl Executor for AsyncStatic {
    type Handle<T: 'static> = Task<T>;

    fn block_on<F: Future>(future: F) -> F::Output {
        futures_lite::future::block_on(static_local().run(future))
    }

    fn spawn<F: Future<Output: 'static> + 'static>(future: F) -> Self::Handle<F::Output> {
        static_local().spawn(future)
    }

    async fn join<T: 'static>(handle: Self::Handle<T>) -> T {
        handle.await
    }

    fn detach<T: 'static>(handle: Self::Handle<T>) {
        handle.detach();
    }
}

pub(crate) struct AsyncOneShot;

impl OneShot for AsyncOneShot {
    async fn sent_and_received(value: u32) -> u32 {
        let (mut sender, receiver) = async_oneshot::oneshot();
        sender.send(value).expect("the receiver is there");
        receiver.await.expect("it was sent")
    }
}

/// How kaa is run.
pub(crate) trait Drive: 'static {
    fn finish<T: 'static>(coroutine: InProgress<T>) -> Result<T>;
}

/// By its main loop, which looks at timers and descriptors between turns.
pub(crate) struct MainLoop;

impl Drive for MainLoop {
    fn finish<T: 'static>(coroutine: InProgress<T>) -> Result<T> {
        coroutine.wait()
    }
}

/// By the ready queue alone, without a loop: as the peers that have no driver.
pub(crate) struct Core;

impl Drive for Core {
    fn finish<T: 'static>(coroutine: InProgress<T>) -> Result<T> {
        while driver::run_ready(driver::RESUMES_A_TURN) {}
        coroutine.take_result().expect("all it waits for is ready")
    }
}
