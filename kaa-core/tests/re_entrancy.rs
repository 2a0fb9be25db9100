//! Everything may be called from everywhere: each call of the interface from inside of each kind of callback, each on what is
//! being told and on something else. None of them panics, or meets a borrow of ours.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Instant;

use kaa_core::{
    Driver, Error, Flow, InProgress, InProgressStatus, Lock, NotFinished, Promise, Queue,
    Semaphore, Signal, TimeoutException, TimerId, all, any, driver, inprogress, limited,
    limited_abort, report,
};

#[path = "support/machines.rs"]
mod machines;

use machines::wait_then;

/// What a call may be made on: the thing that the callback is called by, and others.
#[derive(Clone)]
struct World {
    handle: InProgress<Value>,
    other: InProgress<Value>,
    promise: Rc<Cell<Option<Promise<Value>>>>,
    other_promise: Rc<Cell<Option<Promise<Value>>>>,
    signal: Rc<Signal<u8>>,
    connection: Rc<Cell<Option<kaa_core::Connection>>>,
    queue: Queue<Value>,
    permits: Semaphore,
    lock: Lock<u8>,
    timers: Rc<RefCell<Vec<TimerId>>>,
    called: Rc<Cell<u32>>,
}

/// Whatever is called when it is cloned or dropped.
struct Value(Option<Rc<dyn Fn()>>);

impl Clone for Value {
    fn clone(&self) -> Self {
        if let Some(call) = &self.0 {
            call();
        }
        Value(None)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        if let Some(call) = self.0.take() {
            call();
        }
    }
}

struct Clock(Rc<RefCell<Vec<TimerId>>>);

impl Driver for Clock {
    fn now(&self) -> Instant {
        Instant::now()
    }
    fn wake_at(&self, _: Instant, timer: TimerId) {
        self.0.borrow_mut().push(timer);
    }
    fn cancel(&self, timer: TimerId) {
        self.0.borrow_mut().retain(|other| *other != timer);
    }
    fn waker(&self) -> Waker {
        Waker::noop().clone()
    }
    fn ready(&self) {}
}

fn late() -> Error {
    TimeoutException::new().into()
}

type Named<F> = (&'static str, F);

type ApiCall = fn(&World);

/// Has a call made from inside of a callback.
type MakesCall = fn(&World, ApiCall);

/// The calls. Each gets a world of its own.
fn calls() -> Vec<Named<ApiCall>> {
    vec![
        ("nothing", |_| ()),
        ("clone and drop", |w| drop(w.handle.clone())),
        ("is_finished", |w| _ = (w.handle.is_finished(), w.handle.is_failed())),
        ("is_abortable", |w| _ = w.handle.is_abortable()),
        ("take_result", |w| drop(w.handle.take_result())),
        ("take_result of another", |w| drop(w.other.take_result())),
        ("with_result", |w| _ = w.handle.with_result(|outcome| outcome.is_ok())),
        ("connect", |w| _ = w.handle.connect(|_| ())),
        ("connect_both", |w| _ = w.handle.connect_both(|_| (), |_| ())),
        ("exception", |w| _ = w.handle.exception().connect(|_| ())),
        ("exception as InProgress", |w| drop(inprogress(w.handle.exception()))),
        ("on_abort", |w| _ = w.handle.on_abort(|_| ())),
        ("disconnect", |w| {
            if let Some(connection) = w.connection.get() {
                w.handle.disconnect(connection);
                w.signal.disconnect(connection);
            }
        }),
        ("shared", |w| drop(w.handle.clone().shared())),
        ("abort", |w| drop(w.handle.abort().take_result())),
        ("abort of another", |w| drop(w.other.abort().take_result())),
        ("noabort", |w| drop(w.handle.noabort())),
        ("limited", |w| drop(limited(&w.handle, Instant::now(), late))),
        ("limited_abort", |w| drop(limited_abort(&w.handle, Instant::now(), late))),
        ("progress", |w| _ = w.handle.progress().map(ToString::to_string)),
        ("debug", |w| _ = format!("{:?} {:?} {:?}", w.handle, w.signal, w.queue)),
        ("finish", |w| _ = w.promise.take().map(|promise| promise.finish(Value(None)))),
        ("finish another", |w| {
            _ = w.other_promise.take().map(|promise| promise.finish(Value(None)));
        }),
        ("throw", |w| _ = w.promise.take().map(|promise| promise.throw(late()))),
        ("execute", |w| {
            _ = w.promise.take().map(|promise| promise.execute(|| Ok(Value(None))));
        }),
        ("drop the promise", |w| drop(w.promise.take())),
        ("waitfor", |w| {
            _ = w.promise.take().map(|promise| promise.waitfor(w.other.clone()));
        }),
        ("waitfor the other way", |w| {
            _ = w.other_promise.take().map(|promise| promise.waitfor(w.handle.clone()));
        }),
        ("a promise's listeners", |w| {
            if let Some(mut promise) = w.promise.take() {
                promise.on_abort(|_| ());
                promise.on_abort_veto(|| Flow::Continue);
                promise.set_abortable(true);
                promise.set_progress(Rc::new(InProgressStatus::new(1)));
                promise.when_unwanted(|| ());
                let _ = promise.is_wanted();
                w.promise.set(Some(promise));
            }
        }),
        ("any", |w| drop(inprogress(any([w.handle.clone(), w.other.clone()]).abort_losers()))),
        ("all", |w| drop(inprogress(all((&w.handle, &w.other, &*w.signal))))),
        ("a coroutine", |w| {
            let handle = w.handle.clone();
            drop(wait_then(move || handle, |_| Ok(())));
        }),
        ("a turn", |_| drop(wait_then(|| inprogress(NotFinished), Ok))),
        ("a future", |w| {
            let handle = w.handle.clone();
            drop(inprogress(async move { handle.await.is_ok() }));
        }),
        ("emit", |w| _ = w.signal.emit(&1)),
        ("emit_when_handled", |w| _ = w.signal.emit_when_handled(1)),
        ("connect to the signal", |w| {
            w.signal.connect(|_| ());
            w.signal.connect_mut(|_| ());
            w.signal.connect_once(|_| ());
            w.signal.connect_first(|_| ());
        }),
        ("disconnect_all", |w| _ = w.signal.disconnect_all()),
        ("block", |w| {
            if let Some(connection) = w.connection.get() {
                drop(w.signal.block(connection));
            }
        }),
        ("the signal's next", |w| drop(inprogress(&*w.signal))),
        ("push", |w| drop(w.queue.push(Value(None)))),
        ("pop", |w| drop(w.queue.pop())),
        ("close", |w| w.queue.close()),
        ("acquire", |w| drop((w.permits.acquire(), w.permits.try_acquire()))),
        ("lock", |w| drop((w.lock.lock(), w.lock.try_lock()))),
        ("expired", |w| {
            let timers = w.timers.borrow().clone();
            timers.into_iter().for_each(driver::expired);
        }),
        ("run_ready", |_| _ = driver::run_ready(10)),
        ("has_ready", |_| _ = (driver::has_ready(), driver::tasks(), driver::is_starting())),
        ("abandon_all", |_| driver::abandon_all()),
        ("install", |w| drop(driver::install(Rc::new(Clock(w.timers.clone()))))),
        ("set_reporter", |_| drop(report::set_reporter(report::set_reporter(None)))),
        ("drop all", |w| {
            drop((w.promise.take(), w.other_promise.take()));
        }),
    ]
}

impl World {
    fn new() -> Self {
        let ((promise, handle), (other_promise, other)) = (InProgress::new(), InProgress::new());
        World {
            handle,
            other,
            promise: Rc::new(Cell::new(Some(promise))),
            other_promise: Rc::new(Cell::new(Some(other_promise))),
            signal: Rc::default(),
            connection: Rc::default(),
            queue: Queue::bounded(1),
            permits: Semaphore::new(1),
            lock: Lock::new(0),
            timers: Rc::default(),
            called: Rc::default(),
        }
    }

    /// The call, from inside of whatever calls it. Only the outermost does it.
    fn calling(&self, call: fn(&World)) -> impl Fn() + Clone + 'static + use<> {
        let (world, is_inside) = (self.clone(), Rc::new(Cell::new(false)));
        move || {
            if !is_inside.replace(true) {
                world.called.set(world.called.get() + 1);
                call(&world);
                is_inside.set(false);
            }
        }
    }

    fn finish(&self, value: Value) {
        if let Some(promise) = self.promise.take() {
            promise.finish(value);
        }
    }

    fn throw(&self) {
        if let Some(promise) = self.promise.take() {
            promise.throw(Error::message("thrown"));
        }
    }

    /// Makes something of the promise that is still there.
    fn with_promise(&self, make: impl FnOnce(&Promise<Value>)) {
        if let Some(promise) = self.promise.take() {
            make(&promise);
            self.promise.set(Some(promise));
        }
    }
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

/// The kinds of callbacks. Each makes the call once at least.
fn callbacks() -> Vec<Named<MakesCall>> {
    vec![
        ("a callback of the value", |w, call| {
            let calling = w.calling(call);
            w.connection.set(Some(w.handle.connect(move |_| calling())));
            w.handle.connect(|_| ());
            w.finish(Value(None));
        }),
        ("a late callback", |w, call| {
            w.finish(Value(None));
            let calling = w.calling(call);
            w.handle.connect(move |_| calling());
        }),
        ("a callback of both", |w, call| {
            let calling = w.calling(call);
            let connection = w.handle.connect_both(|_| (), move |_| calling());
            w.connection.set(Some(connection));
            w.throw();
        }),
        ("a callback of the exception", |w, call| {
            let calling = w.calling(call);
            w.handle.exception().connect(move |_| calling());
            w.throw();
        }),
        ("with_result", |w, call| {
            w.finish(Value(None));
            let calling = w.calling(call);
            w.handle.with_result(|_| calling());
        }),
        ("on_abort of the consumer", |w, call| {
            let calling = w.calling(call);
            w.with_promise(|promise| promise.on_abort(|_| ()));
            w.connection.set(Some(w.handle.on_abort(move |_| calling())));
            drop(w.handle.abort());
        }),
        ("on_abort of the producer", |w, call| {
            let calling = w.calling(call);
            w.with_promise(|promise| promise.on_abort(move |_| calling()));
            drop(w.handle.abort());
        }),
        ("a veto", |w, call| {
            let calling = w.calling(call);
            w.with_promise(|promise| {
                promise.on_abort(|_| ());
                promise.on_abort_veto(move || {
                    calling();
                    Flow::Veto
                });
            });
            drop(w.handle.abort().take_result());
        }),
        ("when_unwanted", |w, call| {
            let (promise, handle) = InProgress::<()>::new();
            let calling = w.calling(call);
            promise.when_unwanted(calling);
            drop(handle);
        }),
        ("the error of a limit", |w, call| {
            let calling = w.calling(call);
            let limit = limited(&w.handle, Instant::now(), move || {
                calling();
                late()
            });
            let timers = w.timers.borrow().clone();
            timers.into_iter().for_each(driver::expired);
            drop(limit.take_result());
        }),
        ("a filter", |w, call| {
            let calling = w.calling(call);
            let members = [w.handle.clone(), w.other.clone()];
            let first = any(members).filter(move |_, _| {
                calling();
                false
            });
            let first = inprogress(first);
            w.finish(Value(None));
            drop(first);
        }),
        ("a filter before it has started", |w, call| {
            w.finish(Value(None));
            let calling = w.calling(call);
            let members = [w.handle.clone(), w.other.clone()];
            drop(inprogress(any(members).filter(move |_, _| {
                calling();
                true
            })));
        }),
        ("the drop of a value", |w, call| {
            let calling = w.calling(call);
            w.finish(Value(Some(Rc::new(calling))));
            drop(w.handle.take_result());
        }),
        ("the drop of a callback", |w, call| {
            let guard = Value(Some(Rc::new(w.calling(call))));
            let connection = w.handle.connect(move |_| drop(guard));
            w.connection.set(Some(connection));
            w.handle.disconnect(connection);
        }),
        ("a clone of what is shared", |w, call| {
            drop(w.handle.clone().shared());
            w.finish(Value(Some(Rc::new(w.calling(call)))));
            drop(w.handle.take_result());
        }),
        ("a coroutine that starts", |w, call| {
            let calling = w.calling(call);
            drop(wait_then(
                move || {
                    calling();
                    InProgress::finished(())
                },
                Ok,
            ));
        }),
        ("a coroutine that goes on", |w, call| {
            let (calling, handle) = (w.calling(call), w.handle.clone());
            let work = wait_then(
                move || handle,
                move |outcome| {
                    calling();
                    outcome
                },
            );
            w.finish(Value(None));
            run();
            drop(work.take_result());
        }),
        ("a coroutine that cleans up", |w, call| {
            let (calling, other) = (w.calling(call), w.other.clone());
            let work = wait_then(
                move || other,
                move |outcome| {
                    calling();
                    outcome
                },
            );
            drop(work.abort());
            run();
        }),
        ("the drop of a body", |w, call| {
            let (guard, other) = (Value(Some(Rc::new(w.calling(call)))), w.other.clone());
            let work = wait_then(
                move || other,
                move |_| {
                    drop(guard);
                    Ok(())
                },
            );
            drop(work);
            driver::abandon_all();
        }),
        ("a poll", |w, call| {
            let calling = w.calling(call);
            let mut is_second = false;
            drop(inprogress(std::future::poll_fn(move |context| {
                calling();
                context.waker().wake_by_ref();
                if std::mem::replace(&mut is_second, true) {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            })));
            run();
        }),
        ("a handler", |w, call| {
            let calling = w.calling(call);
            w.connection.set(Some(w.signal.connect(move |_| calling())));
            w.signal.connect(|_| ());
            w.signal.emit(&1);
        }),
        ("a changing handler", |w, call| {
            let calling = w.calling(call);
            w.connection.set(Some(w.signal.connect_mut(move |_| calling())));
            w.signal.emit(&1);
        }),
        ("the hook of a signal", |w, call| {
            let calling = w.calling(call);
            w.signal.on_change(move |_, _| calling());
            w.connection.set(Some(w.signal.connect(|_| ())));
        }),
        ("the reporter", |w, call| {
            let calling = w.calling(call);
            let before = report::set_reporter(Some(Rc::new(move |_: &report::Report| calling())));
            drop(InProgress::<()>::failed(late()));
            report::set_reporter(before);
        }),
        ("execute", |w, call| {
            let calling = w.calling(call);
            drop(InProgress::execute(|| {
                calling();
                Ok(())
            }));
        }),
        ("the guard of a lock", |w, call| {
            let lock = Lock::new(Value(Some(Rc::new(w.calling(call)))));
            drop(lock.lock());
            drop(lock);
        }),
    ]
}

#[test]
fn every_call_may_be_made_from_every_callback() {
    let mut pairs = 0;
    for (callback, make) in callbacks() {
        for (name, call) in calls() {
            let panics = Rc::new(RefCell::new(Vec::new()));
            let told = panics.clone();
            report::set_reporter(Some(Rc::new(move |report: &report::Report| {
                if report.heading.starts_with("Panic") {
                    told.borrow_mut().push(report.to_string());
                }
            })));
            let world = World::new();
            driver::install(Rc::new(Clock(world.timers.clone())));
            make(&world, call);
            run();
            let called = world.called.get();
            drop(world);
            driver::abandon_all();
            assert!(called > 0, "`{name}` was not called from {callback}");
            let panics = panics.take();
            assert!(panics.is_empty(), "`{name}` from {callback}: {panics:?}");
            assert_eq!(driver::tasks(), 0, "left by `{name}` from {callback}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, callbacks().len() * calls().len());
    println!("{pairs} pairs");
}
