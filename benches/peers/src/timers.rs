//! W8: timers are started and stopped, or started and awaited, while 10,000 others stand.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use kaa::prelude::*;
use kaa::{OneShotTimer, delay};

use crate::executors::{Async, Executor, Tokio};
use crate::harness::{Group, nanoseconds_each};

const STANDING: u32 = 10_000;
const CANCELS: u32 = 1_000_000;
const FIRES: u32 = 100_000;

/// Timers that fire do so within this time.
const WINDOW: Duration = Duration::from_millis(20);

/// Always the same numbers.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// 100 to 200 s: none of these fires.
    fn far(&mut self) -> Duration {
        Duration::from_micros(100_000_000 + self.next() % 100_000_000)
    }

    fn near(&mut self) -> Duration {
        Duration::from_micros(self.next() % 20_000)
    }
}

/// Starts what has to be polled to start.
fn poll_once<F: Future>(future: Pin<&mut F>) {
    let _ = future.poll(&mut Context::from_waker(Waker::noop()));
}

/// Those that stand while `code` runs.
fn among_standing_of_kaa(code: impl FnOnce() -> f64) -> f64 {
    let mut random = Random(7);
    let standing: Vec<OneShotTimer> = (0..STANDING).map(|_| OneShotTimer::new()).collect();
    for timer in &standing {
        timer.start(random.far(), || ());
    }
    let nanoseconds = code();
    for timer in &standing {
        timer.stop();
    }
    nanoseconds
}

fn cancel_by_kaa(start: impl Fn(Duration)) -> f64 {
    let mut random = Random(1);
    among_standing_of_kaa(|| {
        nanoseconds_each(CANCELS, || (0..CANCELS).for_each(|_| start(random.far())))
    })
}

fn cancel_by_tokio() -> f64 {
    Tokio::block_on(async {
        let mut random = Random(7);
        let mut standing: Vec<_> =
            (0..STANDING).map(|_| Box::pin(tokio::time::sleep(random.far()))).collect();
        standing.iter_mut().for_each(|sleep| poll_once(sleep.as_mut()));
        // Turns of the driver: before it knows its next deadline, each insert would write its descriptor.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        nanoseconds_each(CANCELS, || {
            for _ in 0..CANCELS {
                poll_once(pin!(tokio::time::sleep(random.far())));
            }
        })
    })
}

fn cancel_by_async_io() -> f64 {
    let mut random = Random(7);
    let mut standing: Vec<_> =
        (0..STANDING).map(|_| async_io::Timer::after(random.far())).collect();
    standing.iter_mut().for_each(|timer| poll_once(Pin::new(timer)));
    nanoseconds_each(CANCELS, || {
        for _ in 0..CANCELS {
            poll_once(pin!(async_io::Timer::after(random.far())));
        }
    })
}

/// It looks for what it cancels among all, so it gets fewer.
fn cancel_by_calloop() -> f64 {
    const CANCELS: u32 = 10_000;
    let event_loop: calloop::EventLoop<'_, ()> =
        calloop::EventLoop::try_new().expect("a descriptor is left");
    let handle = event_loop.handle();
    let start = |after| {
        let timer = calloop::timer::Timer::from_duration(after);
        let started = handle.insert_source(timer, |_, _, _| calloop::timer::TimeoutAction::Drop);
        started.expect("it is in no other loop")
    };
    let mut random = Random(7);
    (0..STANDING).for_each(|_| _ = start(random.far()));
    nanoseconds_each(CANCELS, || {
        (0..CANCELS).for_each(|_| handle.remove(start(random.far())));
    })
}

pub(crate) fn insert_and_cancel() -> Group {
    let one = OneShotTimer::new();
    Group::new("W8 timer, insert + cancel")
        .kaa("kaa, a OneShotTimer each", || {
            cancel_by_kaa(|after| {
                let timer = OneShotTimer::new();
                timer.start(after, || ());
                timer.stop();
            })
        })
        .kaa("kaa, one OneShotTimer", move || {
            cancel_by_kaa(|after| {
                one.start(after, || ());
                one.stop();
            })
        })
        .peer("tokio, sleep on the stack", cancel_by_tokio)
        .peer("async-io, Timer", cancel_by_async_io)
        .peer("calloop, Timer", cancel_by_calloop)
}

const TIMEOUTS: u32 = 1_000_000;

/// Gives each promise a time limit that is not needed.
#[kaa::coroutine]
fn limit_all() -> kaa::Result<u32> {
    let mut random = Random(1);
    let mut sum: u32 = 0;
    for i in 0..TIMEOUTS {
        let (promise, ip) = InProgress::new();
        let limited = ip.timeout(random.far());
        promise.finish(i);
        sum = sum.wrapping_add(yield_!(limited)?);
    }
    Ok(sum)
}

fn timeout_by_kaa() -> f64 {
    let limit_all = || {
        black_box(limit_all().wait().expect("none of the limits is reached"));
    };
    among_standing_of_kaa(|| nanoseconds_each(TIMEOUTS, limit_all))
}

fn timeout_by_tokio() -> f64 {
    Tokio::block_on(async {
        let mut random = Random(7);
        let mut standing: Vec<_> =
            (0..STANDING).map(|_| Box::pin(tokio::time::sleep(random.far()))).collect();
        standing.iter_mut().for_each(|sleep| poll_once(sleep.as_mut()));
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let start = Instant::now();
        let mut sum: u32 = 0;
        for i in 0..TIMEOUTS {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let mut limited = pin!(tokio::time::timeout(random.far(), receiver));
            // kaa's limit runs from here on as well.
            poll_once(limited.as_mut());
            sender.send(i).expect("the receiver is there");
            sum = sum.wrapping_add(limited.await.expect("in time").expect("it was sent"));
        }
        black_box(sum);
        start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMEOUTS)
    })
}

fn timeout_by_async_io() -> f64 {
    let mut random = Random(7);
    let mut standing: Vec<_> =
        (0..STANDING).map(|_| async_io::Timer::after(random.far())).collect();
    standing.iter_mut().for_each(|timer| poll_once(Pin::new(timer)));
    Async::block_on(async {
        let start = Instant::now();
        let mut sum: u32 = 0;
        for i in 0..TIMEOUTS {
            let (mut sender, receiver) = async_oneshot::oneshot();
            let late = async {
                async_io::Timer::after(random.far()).await;
                Err(async_oneshot::Closed())
            };
            let mut limited = pin!(futures_lite::future::or(receiver, late));
            poll_once(limited.as_mut());
            sender.send(i).expect("the receiver is there");
            sum = sum.wrapping_add(limited.await.expect("it was sent"));
        }
        black_box(sum);
        start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMEOUTS)
    })
}

pub(crate) fn timeout() -> Group {
    Group::new("W8 timeout that is not needed")
        .kaa("kaa, timeout", timeout_by_kaa)
        .peer("tokio, timeout + its oneshot", timeout_by_tokio)
        .peer("async-io, or + async-oneshot", timeout_by_async_io)
}

/// Both phases, and not the wait between them.
fn nanoseconds_of(insert: impl FnOnce(), fire: impl FnOnce()) -> f64 {
    let inserted = nanoseconds_each(FIRES, insert);
    thread::sleep(WINDOW + Duration::from_millis(3));
    inserted + nanoseconds_each(FIRES, fire)
}

fn fire_callbacks() -> f64 {
    let mut random = Random(1);
    let fired = Rc::new(Cell::new(0));
    let insert = || {
        for _ in 0..FIRES {
            let fired = Rc::clone(&fired);
            OneShotTimer::new().start(random.near(), move || {
                fired.set(fired.get() + 1);
                if fired.get() == FIRES {
                    kaa::main::stop();
                }
            });
        }
    };
    among_standing_of_kaa(|| nanoseconds_of(insert, || kaa::main::run().expect("nothing panics")))
}

#[kaa::coroutine]
fn await_all(delays: Vec<InProgress<()>>) -> kaa::Result<()> {
    for delay in delays {
        yield_!(delay)?;
    }
    Ok(())
}

fn fire_delays() -> f64 {
    let mut random = Random(1);
    let mut waiting = None;
    among_standing_of_kaa(|| {
        let inserted = nanoseconds_each(FIRES, || {
            waiting = Some(await_all((0..FIRES).map(|_| delay(random.near())).collect()));
        });
        thread::sleep(WINDOW + Duration::from_millis(3));
        let fire =
            || waiting.take().map_or(Ok(()), |waiting| waiting.wait()).expect("no delay fails");
        inserted + nanoseconds_each(FIRES, fire)
    })
}

fn fire_by_tokio() -> f64 {
    Tokio::block_on(async {
        let mut random = Random(7);
        let mut standing: Vec<_> =
            (0..STANDING).map(|_| Box::pin(tokio::time::sleep(random.far()))).collect();
        standing.iter_mut().for_each(|sleep| poll_once(sleep.as_mut()));
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let mut random = Random(1);
        let mut sleeps = Vec::new();
        // Under the waker of the task that will await them.
        let start = Instant::now();
        poll_fn(|cx| {
            for _ in 0..FIRES {
                let mut sleep = Box::pin(tokio::time::sleep(random.near()));
                let _ = sleep.as_mut().poll(cx);
                sleeps.push(sleep);
            }
            Poll::Ready(())
        })
        .await;
        let inserted = start.elapsed();
        thread::sleep(WINDOW + Duration::from_millis(3));
        let start = Instant::now();
        for sleep in sleeps {
            sleep.await;
        }
        (inserted + start.elapsed()).as_secs_f64() * 1e9 / f64::from(FIRES)
    })
}

fn fire_by_async_io() -> f64 {
    let mut random = Random(7);
    let mut standing: Vec<_> =
        (0..STANDING).map(|_| async_io::Timer::after(random.far())).collect();
    standing.iter_mut().for_each(|timer| poll_once(Pin::new(timer)));
    async_io::block_on(async {
        let mut random = Random(1);
        let mut timers = Vec::new();
        let start = Instant::now();
        poll_fn(|cx| {
            for _ in 0..FIRES {
                let mut timer = async_io::Timer::after(random.near());
                // One that has fired must not be polled again.
                if Pin::new(&mut timer).poll(cx).is_pending() {
                    timers.push(timer);
                }
            }
            Poll::Ready(())
        })
        .await;
        let inserted = start.elapsed();
        thread::sleep(WINDOW + Duration::from_millis(3));
        let start = Instant::now();
        for timer in timers {
            timer.await;
        }
        (inserted + start.elapsed()).as_secs_f64() * 1e9 / f64::from(FIRES)
    })
}

fn fire_by_calloop() -> f64 {
    let mut event_loop: calloop::EventLoop<'_, u32> =
        calloop::EventLoop::try_new().expect("a descriptor is left");
    let (handle, signal) = (event_loop.handle(), event_loop.get_signal());
    let start = |after| {
        let (timer, signal) = (calloop::timer::Timer::from_duration(after), signal.clone());
        let started = handle.insert_source(timer, move |_, _, fired| {
            *fired += 1;
            if *fired == FIRES {
                signal.stop();
            }
            calloop::timer::TimeoutAction::Drop
        });
        started.expect("it is in no other loop");
    };
    let mut random = Random(7);
    (0..STANDING).for_each(|_| start(random.far()));
    let mut random = Random(1);
    let inserted = nanoseconds_each(FIRES, || (0..FIRES).for_each(|_| start(random.near())));
    thread::sleep(WINDOW + Duration::from_millis(3));
    inserted
        + nanoseconds_each(FIRES, || {
            event_loop.run(None, &mut 0, |_| ()).expect("nothing fails");
        })
}

pub(crate) fn insert_and_fire() -> Group {
    Group::new("W8 timer, insert + fire")
        .kaa("kaa, a OneShotTimer each", fire_callbacks)
        .kaa("kaa, delays of one coroutine", fire_delays)
        .peer("tokio, boxed sleeps of one task", fire_by_tokio)
        .peer("async-io, Timers of one task", fire_by_async_io)
        .peer("calloop, Timers", fire_by_calloop)
}
