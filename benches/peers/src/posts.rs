//! W10: other threads have this thread's loop run something.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use calloop::channel as calloop_channel;
use crossbeam_channel as crossbeam;
use kaa::{MainThread, main};

use crate::executors::{Executor, Tokio};
use crate::harness::{Group, nanoseconds_each};

const POSTS: u32 = 1_000_000;
const ROUNDS: u32 = 300;

/// What is to be run. kaa boxes it itself.
type Job = Box<dyn FnOnce() + Send>;

/// A loop that takes jobs.
trait Posted: 'static {
    type Handle: Clone + Send + 'static;
    /// Runs it on this thread until a job has called `stop`. `start` begins when it can be posted to.
    fn run(start: impl FnOnce(Self::Handle));
    fn post(handle: &Self::Handle, job: impl FnOnce() + Send + 'static);
    fn stop() {
        IS_STOPPED.set(true);
    }
}

thread_local! {
    static IS_STOPPED: Cell<bool> = const { Cell::new(false) };
    static RUN: Cell<u32> = const { Cell::new(0) };
}

struct Kaa;

impl Posted for Kaa {
    type Handle = MainThread;

    fn run(start: impl FnOnce(MainThread)) {
        start(MainThread::current().expect("a descriptor is left"));
        main::run().expect("nothing panics");
    }

    fn post(handle: &MainThread, job: impl FnOnce() + Send + 'static) {
        handle.post(job).expect("the loop runs");
    }

    fn stop() {
        main::stop();
    }
}

/// Its unbounded channel, read by a task.
impl Posted for Tokio {
    type Handle = tokio::sync::mpsc::UnboundedSender<Job>;

    fn run(start: impl FnOnce(Self::Handle)) {
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel::<Job>();
        start(sender);
        <Tokio as Executor>::block_on(async {
            while let Some(job) = receiver.recv().await {
                job();
                if IS_STOPPED.take() {
                    break;
                }
            }
        });
    }

    fn post(handle: &Self::Handle, job: impl FnOnce() + Send + 'static) {
        handle.send(Box::new(job)).expect("the loop runs");
    }
}

/// async-channel, read under async-io.
struct AsyncIo;

impl Posted for AsyncIo {
    type Handle = async_channel::Sender<Job>;

    fn run(start: impl FnOnce(Self::Handle)) {
        let (sender, receiver) = async_channel::unbounded::<Job>();
        start(sender);
        async_io::block_on(async {
            while let Ok(job) = receiver.recv().await {
                job();
                if IS_STOPPED.take() {
                    break;
                }
            }
        });
    }

    fn post(handle: &Self::Handle, job: impl FnOnce() + Send + 'static) {
        handle.try_send(Box::new(job)).expect("the loop runs");
    }
}

struct Calloop;

impl Posted for Calloop {
    type Handle = calloop_channel::Sender<Job>;

    fn run(start: impl FnOnce(Self::Handle)) {
        let mut event_loop: calloop::EventLoop<'_, ()> =
            calloop::EventLoop::try_new().expect("a descriptor is left");
        let (sender, channel) = calloop_channel::channel::<Job>();
        let signal = event_loop.get_signal();
        let taken = event_loop.handle().insert_source(channel, move |event, _, ()| {
            if let calloop_channel::Event::Msg(job) = event {
                job();
            }
            if IS_STOPPED.take() {
                signal.stop();
            }
        });
        taken.expect("it is in no other loop");
        start(sender);
        event_loop.run(None, &mut (), |()| ()).expect("nothing fails");
    }

    fn post(handle: &Self::Handle, job: impl FnOnce() + Send + 'static) {
        handle.send(Box::new(job)).expect("the loop runs");
    }
}

/// By hand, of the two crates that one would take: a channel, and a poller that is notified of each job.
struct ByHand;

impl Posted for ByHand {
    type Handle = (crossbeam::Sender<Job>, std::sync::Arc<polling::Poller>);

    fn run(start: impl FnOnce(Self::Handle)) {
        let (sender, receiver) = crossbeam::unbounded::<Job>();
        let poller = std::sync::Arc::new(polling::Poller::new().expect("a descriptor is left"));
        start((sender, std::sync::Arc::clone(&poller)));
        let mut events = polling::Events::new();
        loop {
            poller.wait(&mut events, None).expect("it is a poller");
            events.clear();
            for job in receiver.try_iter() {
                job();
                if IS_STOPPED.take() {
                    return;
                }
            }
        }
    }

    fn post(handle: &Self::Handle, job: impl FnOnce() + Send + 'static) {
        handle.0.send(Box::new(job)).expect("the loop runs");
        handle.1.notify().expect("it is a poller");
    }
}

/// Each thread posts its share as fast as it can.
fn posts<P: Posted>(threads: u32) -> f64 {
    RUN.set(0);
    nanoseconds_each(POSTS, || {
        let mut posters = Vec::new();
        P::run(|handle| {
            posters.extend((0..threads).map(|_| {
                let handle = handle.clone();
                thread::spawn(move || {
                    for _ in 0..POSTS / threads {
                        P::post(&handle, || {
                            RUN.set(RUN.get() + 1);
                            if RUN.get() == POSTS {
                                P::stop();
                            }
                        });
                    }
                })
            }));
        });
        posters.into_iter().for_each(|poster| poster.join().expect("it only posts"));
    })
}

/// A post to a loop that sleeps, until it is run.
fn latency<P: Posted>() -> f64 {
    static NANOSECONDS: AtomicU64 = AtomicU64::new(0);
    NANOSECONDS.store(0, Ordering::Relaxed);
    let mut poster = None;
    P::run(|handle| {
        poster = Some(thread::spawn(move || {
            let (tell, told) = mpsc::channel();
            for _ in 0..ROUNDS {
                thread::sleep(Duration::from_micros(200)); // The loop has gone to sleep.
                let (tell, posted) = (tell.clone(), Instant::now());
                P::post(&handle, move || {
                    let took = posted.elapsed().as_nanos() as u64;
                    NANOSECONDS.fetch_add(took, Ordering::Relaxed);
                    let _ = tell.send(());
                });
                told.recv().expect("the job says so");
            }
            P::post(&handle, P::stop);
        }));
    });
    poster.map(thread::JoinHandle::join).transpose().expect("it only posts");
    NANOSECONDS.load(Ordering::Relaxed) as f64 / f64::from(ROUNDS)
}

fn posts_of(name: &'static str, threads: u32) -> Group {
    Group::new(name)
        .kaa("kaa, MainThread::post", move || posts::<Kaa>(threads))
        .peer("tokio, unbounded mpsc", move || posts::<Tokio>(threads))
        .peer("async-io, async-channel", move || posts::<AsyncIo>(threads))
        .peer("calloop, channel", move || posts::<Calloop>(threads))
        .peer("crossbeam-channel + polling", move || posts::<ByHand>(threads))
}

pub(crate) fn of_one_thread() -> Group {
    posts_of("W10 posts of one thread", 1)
}

pub(crate) fn of_four_threads() -> Group {
    posts_of("W10 posts of four threads", 4)
}

pub(crate) fn to_a_sleeping_loop() -> Group {
    Group::new("W10 post to a sleeping loop")
        .kaa("kaa, MainThread::post", latency::<Kaa>)
        .peer("tokio, unbounded mpsc", latency::<Tokio>)
        .peer("async-io, async-channel", latency::<AsyncIo>)
        .peer("calloop, channel", latency::<Calloop>)
        .peer("crossbeam-channel + polling", latency::<ByHand>)
}
