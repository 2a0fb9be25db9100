//! Futures in the place of an `InProgress`, and an `InProgress` as a future.

use std::cell::{Cell, RefCell};
use std::future::{Future, IntoFuture as _, pending, poll_fn, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use kaa_core::{
    Abandoned, Driver, InProgress, NotFinished, Panicked, ResultTaken, TimerId, driver, inprogress,
};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::wait_then;
use trace::{Guard, note, note_reports, run, take};

/// A loop that sleeps by parking its thread.
struct Parking(Arc<Unpark>);

struct Unpark {
    thread: Thread,
    woken: AtomicUsize,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.woken.fetch_add(1, Ordering::SeqCst);
        self.thread.unpark();
    }
}

impl Parking {
    fn install() -> Arc<Unpark> {
        let unpark = Arc::new(Unpark { thread: thread::current(), woken: AtomicUsize::new(0) });
        driver::install(Rc::new(Parking(unpark.clone())));
        unpark
    }
}

impl Driver for Parking {
    fn now(&self) -> Instant {
        Instant::now()
    }
    fn wake_at(&self, _: Instant, _: TimerId) {}
    fn cancel(&self, _: TimerId) {}
    fn waker(&self) -> Waker {
        self.0.clone().into()
    }
    fn ready(&self) {}
}

/// Runs until `of` has finished; fails after a time that no machine needs.
fn run_until<T>(of: &InProgress<T>) {
    let latest = Instant::now() + Duration::from_secs(30);
    while !of.is_finished() {
        assert!(Instant::now() < latest, "nothing has woken it");
        if !driver::run_ready(driver::RESUMES_A_TURN) && !driver::has_ready() {
            thread::park_timeout(Duration::from_millis(100));
        }
    }
}

fn taken<T>(ip: &InProgress<T>) -> T {
    ip.take_result().expect("finished").expect("no failure")
}

type Seen = Arc<Mutex<Vec<Waker>>>;

/// A future that is ready at its `polls`th poll, and keeps the wakers that it was polled with.
fn at_poll(polls: usize, seen: Seen) -> impl Future<Output = usize> {
    let mut polled = 0;
    poll_fn(move |context| {
        polled += 1;
        note(format_args!("poll {polled}"));
        if polled == polls {
            return Poll::Ready(polled);
        }
        seen.lock().unwrap().push(context.waker().clone());
        Poll::Pending
    })
}

#[test]
fn one_that_is_ready_is_polled_in_the_call() {
    assert_eq!(taken(&inprogress(ready(7))), 7);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn one_that_is_not_is_polled_again_when_it_is_woken_and_not_before() {
    let seen = Seen::default();
    let ip = inprogress(at_poll(2, seen.clone()));
    run();
    assert_eq!(take(), ["poll 1"]);
    seen.lock().unwrap().pop().unwrap().wake();
    run();
    assert_eq!(take(), ["poll 2"]);
    assert_eq!(taken(&ip), 2);
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn waking_it_twice_polls_it_once() {
    let seen = Seen::default();
    let ip = inprogress(at_poll(3, seen.clone()));
    let waker = seen.lock().unwrap().pop().unwrap();
    waker.wake_by_ref();
    waker.wake();
    run();
    assert_eq!(take(), ["poll 1", "poll 2"]);
    assert!(!ip.is_finished());
    drop(ip.abort());
}

#[test]
fn one_that_wakes_itself_goes_to_the_back_of_the_queue() {
    let mut polled = 0;
    let ip = inprogress(poll_fn(move |context| {
        polled += 1;
        note(format_args!("poll {polled}"));
        context.waker().wake_by_ref();
        if polled == 3 { Poll::Ready(()) } else { Poll::Pending }
    }));
    let other = machines::turns(2, |n| note(format_args!("other {n}")));
    run();
    assert_eq!(take(), ["poll 1", "other 0", "poll 2", "other 1", "poll 3"]);
    assert!(ip.is_finished() && other.is_finished());
}

#[test]
fn another_thread_wakes_the_loop_of_its_own() {
    let unpark = Parking::install();
    let (sender, receiver) = mpsc::channel::<Waker>();
    let waking = thread::spawn(move || receiver.recv().unwrap().wake());
    let mut is_polled = false;
    let ip = inprogress(poll_fn(move |context| {
        if std::mem::replace(&mut is_polled, true) {
            return Poll::Ready("woken");
        }
        sender.send(context.waker().clone()).unwrap();
        Poll::Pending
    }));
    run_until(&ip);
    waking.join().unwrap();
    assert_eq!(taken(&ip), "woken");
    assert!(unpark.woken.load(Ordering::SeqCst) <= 1);
}

#[test]
fn one_that_is_woken_by_another_thread_while_it_is_polled_is_polled_again() {
    Parking::install();
    let mut polled = 0;
    let ip = inprogress(poll_fn(move |context| {
        polled += 1;
        let waker = context.waker().clone();
        thread::spawn(move || waker.wake()).join().unwrap();
        if polled == 3 { Poll::Ready(polled) } else { Poll::Pending }
    }));
    run_until(&ip);
    assert_eq!(taken(&ip), 3);
}

#[test]
fn wakers_that_outlive_their_future_wake_nobody() {
    let seen = Seen::default();
    let ip = inprogress(at_poll(2, seen.clone()));
    let waker = seen.lock().unwrap()[0].clone();
    waker.wake_by_ref();
    run();
    assert_eq!(taken(&ip), 2);
    take();
    waker.wake_by_ref();
    thread::spawn(move || waker.wake()).join().unwrap();
    run();
    assert_eq!(take(), [""; 0]);
}

#[test]
fn a_loop_that_comes_late_is_made_known_to_those_that_wait() {
    let seen = Seen::default();
    let ip = inprogress(at_poll(3, seen.clone()));
    let unpark = Parking::install();
    run();
    assert_eq!(take(), ["poll 1", "poll 2"]);
    let waker = seen.lock().unwrap().pop().unwrap();
    thread::spawn(move || waker.wake()).join().unwrap();
    assert_eq!(unpark.woken.load(Ordering::SeqCst), 1);
    run();
    assert_eq!(taken(&ip), 3);
}

#[test]
fn an_abort_drops_it() {
    let guard = Guard("future");
    let ip = inprogress(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    let over = ip.abort();
    assert_eq!(take(), ["drop future"]);
    assert!(over.is_finished() && !over.is_failed());
    assert!(ip.take_result().unwrap().unwrap_err().is_aborted());
    assert_eq!(driver::tasks(), 0);
}

#[test]
fn an_abort_while_it_is_polled_takes_effect_after_the_poll() {
    let mine: Rc<RefCell<Option<InProgress<()>>>> = Rc::default();
    let (own, guard) = (mine.clone(), Guard("future"));
    let ip = inprogress(poll_fn(move |context| {
        let _held = &guard;
        if let Some(own) = own.take() {
            drop(own.abort());
            note("goes on");
        } else {
            context.waker().wake_by_ref();
        }
        Poll::<()>::Pending
    }));
    mine.replace(Some(ip.clone()));
    run();
    assert_eq!(take(), ["goes on", "drop future"]);
    assert!(ip.take_result().unwrap().unwrap_err().is_aborted());
}

#[test]
fn an_abort_while_it_is_polled_for_the_last_time_comes_too_late() {
    let mine: Rc<RefCell<Option<InProgress<u8>>>> = Rc::default();
    let own = mine.clone();
    let ip = inprogress(poll_fn(move |context| match own.take() {
        Some(own) => {
            drop(own.abort());
            Poll::Ready(1)
        }
        None => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }));
    mine.replace(Some(ip.clone()));
    run();
    assert_eq!(taken(&ip), 1);
}

#[test]
fn it_ends_with_its_loop() {
    note_reports();
    Parking::install();
    let guard = Guard("future");
    let ip = inprogress(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    driver::abandon_all();
    assert_eq!(take(), ["drop future"]);
    assert!(ip.take_result().unwrap().unwrap_err().is::<Abandoned>());
}

#[test]
fn a_waker_may_be_used_after_its_thread_has_ended() {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let forgotten = inprogress(poll_fn(move |context| {
            sender.send(context.waker().clone()).unwrap();
            Poll::<()>::Pending
        }));
        drop(forgotten);
    })
    .join()
    .unwrap();
    receiver.recv().unwrap().wake();
}

#[test]
fn dropping_its_handle_does_not_stop_it() {
    let seen = Seen::default();
    drop(inprogress(at_poll(2, seen.clone())));
    seen.lock().unwrap().pop().unwrap().wake();
    run();
    assert_eq!(take(), ["poll 1", "poll 2"]);
}

#[test]
fn a_panic_is_a_failure() {
    let at_once = inprogress(poll_fn(|_| -> Poll<()> { panic!("at once") }));
    let error = at_once.take_result().unwrap().unwrap_err();
    assert_eq!(error.downcast_ref::<Panicked>().unwrap().message(), "at once");

    let turn = async { inprogress(NotFinished).await };
    let late = inprogress(async move {
        turn.await.unwrap();
        panic!("late");
    });
    run();
    let error = late.take_result().unwrap().map(|(): ()| ()).unwrap_err();
    assert_eq!(error.downcast_ref::<Panicked>().unwrap().message(), "late");
}

#[test]
fn a_coroutine_waits_for_one_and_it_for_a_coroutine() {
    let (promise, number) = InProgress::<u32>::new();
    let inner = wait_then(move || number, |n| Ok(n? + 1));
    let middle = async move { inner.await.map(|n| n * 10) };
    let outer = wait_then(move || inprogress(middle), |n| Ok(n?? + 2));
    promise.finish(3);
    run();
    assert_eq!(taken(&outer), 42);
}

#[test]
fn an_abort_of_a_coroutine_goes_through_to_the_future_it_waits_for() {
    let guard = Guard("future");
    let waits = async move {
        let _guard = guard;
        pending::<()>().await;
    };
    let outer = wait_then(
        move || inprogress(waits),
        |outcome| {
            note(format_args!("aborted: {}", outcome.unwrap_err().is_aborted()));
            Ok(())
        },
    );
    drop(outer.abort());
    run();
    assert_eq!(take(), ["drop future", "aborted: true"]);
    assert!(outer.take_result().unwrap().unwrap_err().is_aborted());
}

#[test]
fn deeply_nested_futures_are_polled_by_the_queue() {
    fn nest(depth: u32) -> InProgress<u32> {
        inprogress(async move { if depth == 0 { 0 } else { nest(depth - 1).await.unwrap() + 1 } })
    }
    let deep = nest(100_000);
    run();
    assert_eq!(taken(&deep), 100_000);
}

struct CountWakes(AtomicUsize);

impl Wake for CountWakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn any_executor_can_await_an_in_progress_and_is_woken_once() {
    let wakes = Arc::new(CountWakes(AtomicUsize::new(0)));
    let waker = Waker::from(wakes.clone());
    let mut context = Context::from_waker(&waker);
    let (promise, number) = InProgress::new();
    let mut future = pin!(number.into_future());
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert!(future.as_mut().poll(&mut context).is_pending());
    promise.finish(4);
    assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
    let Poll::Ready(Ok(4)) = future.as_mut().poll(&mut context) else { panic!("it is there") };
}

#[test]
fn the_waker_of_the_last_poll_is_the_one_that_is_woken() {
    let first = Arc::new(CountWakes(AtomicUsize::new(0)));
    let last = Arc::new(CountWakes(AtomicUsize::new(0)));
    let (promise, number) = InProgress::new();
    let mut future = pin!(number.into_future());
    for wakes in [&first, &last] {
        let waker = Waker::from(wakes.clone());
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    promise.finish(4);
    assert_eq!((first.0.load(Ordering::SeqCst), last.0.load(Ordering::SeqCst)), (0, 1));
}

#[test]
fn a_future_that_is_dropped_waits_no_longer_and_stops_nothing() {
    let (promise, number) = InProgress::new();
    let mut future = Box::pin((&number).into_future());
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    drop(future);
    promise.finish(4);
    assert_eq!(taken(&number), 4);
}

#[test]
fn awaiting_takes_the_outcome_and_a_failure_is_handled_thereby() {
    note_reports();
    let four = InProgress::finished(4);
    let other = four.clone();
    let sum = inprogress(async move { (four.await, other.await) });
    let (first, second) = taken(&sum);
    assert_eq!(first.unwrap(), 4);
    assert!(second.unwrap_err().is::<ResultTaken>());

    let (promise, number) = InProgress::<u8>::new();
    let looked = inprogress(async move { number.await.is_err() });
    promise.throw(std::fmt::Error);
    run();
    assert!(taken(&looked));
    assert_eq!(take(), [""; 0]);
}

#[test]
fn an_unhandled_failure_of_a_forgotten_future_is_reported() {
    note_reports();
    drop(inprogress(poll_fn(|_| -> Poll<()> { panic!("nobody looks") })));
    assert_eq!(take(), ["Unhandled asynchronous exception: panicked: nobody looks"]);
}

/// A future that starts another one when it is dropped.
struct StartsAnother(Rc<Cell<u32>>);

impl Future for StartsAnother {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

impl Drop for StartsAnother {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
        if self.0.get() < 10 {
            drop(inprogress(StartsAnother(self.0.clone())));
        }
    }
}

#[test]
fn what_a_dropped_future_starts_is_dropped_as_well() {
    let drops = Rc::new(Cell::new(0));
    drop(inprogress(StartsAnother(drops.clone())));
    driver::abandon_all();
    assert_eq!((drops.get(), driver::tasks()), (10, 0));
}
