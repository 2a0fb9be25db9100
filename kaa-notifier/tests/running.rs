//! What a run of the loop tells of itself, and loops inside of each other.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use kaa_core::{Flow, InProgress, Panicked};
use kaa_notifier::{
    LoopError, MainThread, OneShotTimer, ThreadPool, Timer, Wait, delay, later, main, unix,
    unix_signal,
};

const NEVER: Duration = Duration::from_secs(3600);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn say(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }

    fn add(&self, what: &'static str) -> impl Fn() + 'static {
        let log = self.clone();
        move || log.say(what)
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

/// S-68, without `shutdown-after`: what that was for, the end of pools, is over when `run` returns.
#[test]
fn s68_a_stop_lets_the_turn_end_and_shuts_down_in_order() {
    let log = Log::default();
    let signals = main::signals().unwrap();
    let say = log.clone();
    signals.shutdown.connect(move |()| {
        say.say(format!("shutdown {} {}", main::is_running(), main::is_shutting_down()));
    });
    let (init, step) = (log.add("init"), log.add("step"));
    signals.init.connect(move |()| init());
    signals.step.connect(move |()| step());
    let (x, y) = (log.add("x"), log.add("y"));
    OneShotTimer::new().start(Duration::ZERO, move || {
        x();
        main::stop();
        y();
    });
    main::run().unwrap();
    let mut said = log.take();
    said.dedup(); // Turns before the timer was due.
    let said: Vec<_> = said.iter().map(String::as_str).filter(|said| *said != "step").collect();
    assert_eq!(said, ["init", "x", "y", "shutdown false true"]);
    assert!(!main::is_shutting_down());
    // Run again it says so again, but for `init`.
    main::stop();
    main::run().unwrap();
    assert_eq!(log.take(), ["shutdown false true"]);
}

#[test]
fn s69_an_exception_ends_the_run_after_its_shutdown() {
    let log = Log::default();
    let said = log.add("shutdown");
    main::signals().unwrap().shutdown.connect(move |()| said());
    OneShotTimer::new().start(Duration::ZERO, || panic!("on purpose"));
    assert!(main::run().unwrap_err().is::<Panicked>());
    assert_eq!(log.take(), ["shutdown"]);
}

#[test]
fn s69_an_exception_that_was_dealt_with_leaves_the_loop_alone() {
    for answer in [Flow::Stop, Flow::Veto] {
        let log = Log::default();
        let heard = log.clone();
        let exception = &main::signals().unwrap().exception;
        let connection = exception.connect(move |error| {
            heard.say(error.to_string());
            answer
        });
        OneShotTimer::new().start(Duration::ZERO, || panic!("in a timer"));
        later(|| panic!("in a call"));
        MainThread::current().unwrap().post(|| panic!("in a post")).unwrap();
        OneShotTimer::new().start(millis(5), main::stop);
        main::run().unwrap();
        let mut heard = log.take();
        heard.sort_unstable();
        assert_eq!(heard.len(), 3, "{heard:?}");
        for (text, place) in heard.iter().zip(["in a call", "in a post", "in a timer"]) {
            assert!(text.contains(place), "{text}");
        }
        exception.disconnect(connection);
    }
}

#[test]
fn a_wait_is_no_run_and_shuts_nothing_down() {
    let log = Log::default();
    let said = log.add("shutdown");
    main::signals().unwrap().shutdown.connect(move |()| said());
    delay(millis(1)).wait().unwrap();
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn a_handler_of_the_shutdown_may_wait() {
    let log = Log::default();
    let said = log.add("waited");
    main::signals().unwrap().shutdown.connect(move |()| {
        delay(millis(1)).wait().unwrap();
        said();
    });
    main::stop();
    main::run().unwrap();
    assert_eq!(log.take(), ["waited"]);
}

#[test]
fn the_end_of_the_thread_is_told_while_the_loop_is_still_there() {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        main::signals().unwrap().exit.connect(move |()| {
            tell.send(delay(Duration::ZERO).is_finished()).unwrap();
        });
    })
    .join()
    .unwrap();
    // Not failed at once, as it would be after the end.
    assert_eq!(told.iter().collect::<Vec<_>>(), [false]);
}

/// S-63, but that what has arrived comes before what is due.
#[test]
fn s63_a_turn_is_descriptors_then_timers_then_calls_then_posts_then_the_signal() {
    thread_local! {
        static LOG: Log = Log::default();
    }
    let say = |what: &'static str| move || LOG.with(|log| log.say(what));
    let (descriptor, step) = (say("descriptor"), say("step"));
    main::signals().unwrap().step.connect(move |()| step());
    // The descriptor is that of a signal of the operating system: it is ready when `raise` returns.
    unix_signal(unix::SIGUSR2).unwrap().connect(move |_| descriptor());
    MainThread::current().unwrap().post(say("post")).unwrap();
    later(say("call"));
    OneShotTimer::new().start(Duration::ZERO, say("timer"));
    signal_hook::low_level::raise(unix::SIGUSR2).unwrap();
    std::thread::sleep(millis(1));
    main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(LOG.with(Log::take), ["descriptor", "timer", "call", "post", "step"]);
}

#[test]
fn a_step_sleeps_no_longer_than_it_may() {
    let start = Instant::now();
    main::step(Some(millis(10))).unwrap();
    assert!(start.elapsed() >= millis(10));
    OneShotTimer::new().start(NEVER, || unreachable!());
    main::step(Some(millis(10))).unwrap();
    assert!(start.elapsed() < NEVER);
}

#[test]
fn a_step_is_ended_by_other_threads() {
    let home = MainThread::current().unwrap();
    let other = std::thread::spawn(move || {
        std::thread::sleep(millis(5));
        home.wakeup();
    });
    main::step(None).unwrap();
    other.join().unwrap();
    main::wakeup().unwrap();
    main::step(None).unwrap();
}

#[test]
fn a_call_put_off_by_one_waits_for_the_next_turn() {
    let log = Log::default();
    let (outer, inner) = (log.add("outer"), log.add("inner"));
    later(move || {
        outer();
        later(inner);
    });
    main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take(), ["outer"]);
    main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take(), ["inner"]);
}

#[test]
fn s70_a_callback_may_run_the_loop_and_its_timer_does_not_fire_inside() {
    let log = Log::default();
    let timer = Timer::new();
    let (say, stopped) = (log.clone(), timer.clone());
    timer.start(millis(2), move || {
        say.say("in");
        main::run_until(delay(millis(20))).unwrap();
        say.say("out");
        stopped.stop();
        main::stop();
    });
    OneShotTimer::new().start(millis(10), log.add("other"));
    main::run().unwrap();
    assert_eq!(log.take(), ["in", "other", "out"]);
}

#[test]
fn a_stop_ends_all_loops_that_run_inside_of_each_other() {
    OneShotTimer::new().start(Duration::ZERO, || {
        OneShotTimer::new().start(Duration::ZERO, main::stop);
        let error = main::run_until(delay(NEVER)).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&LoopError::Stopped));
        assert!(main::is_running());
    });
    main::run().unwrap();
    assert!(!main::is_running());
}

#[test]
fn a_callback_that_calls_itself_by_the_loop_is_refused_before_the_stack_ends() {
    fn nest(deepest: Rc<Cell<u32>>) {
        OneShotTimer::new().start(Duration::ZERO, move || {
            deepest.set(deepest.get() + 1);
            nest(Rc::clone(&deepest));
            match main::run_until(delay(NEVER)) {
                Err(error) if error.downcast_ref() == Some(&LoopError::TooDeep) => main::stop(),
                outcome => drop(outcome),
            }
        });
    }
    let deepest = Rc::new(Cell::new(0));
    nest(Rc::clone(&deepest));
    main::run().unwrap();
    assert_eq!(deepest.get(), 32);
}

#[test]
fn run_until_is_wait_at_the_top() {
    assert_eq!(main::run_until(InProgress::finished(4)).unwrap(), 4);
    let (promise, never) = InProgress::<()>::new();
    let error = main::run_until(&never).unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
    promise.finish(());
}

#[test]
fn a_shutdown_waits_for_the_jobs_of_pools() {
    let (tell, told) = channel();
    let pool = ThreadPool::new("running", 1);
    drop(pool.run(move || {
        std::thread::sleep(millis(30));
        tell.send("done")?;
        Ok(())
    }));
    main::stop();
    main::run().unwrap();
    assert_eq!(told.try_recv(), Ok("done"));
}

#[test]
fn a_shutdown_says_whom_it_has_left_behind() {
    let reports = Log::default();
    let reporter = reports.clone();
    kaa_core::report::set_reporter(Some(Rc::new(move |report: &kaa_core::report::Report| {
        reporter.say(format!("{}: {}", report.heading, report.error));
    })));
    main::set_shutdown_limit(millis(10));
    let (go_on, told) = channel::<()>();
    let hangs = ThreadPool::new("hangs", 1).run(move || Ok(told.recv()?));
    main::stop();
    main::run().unwrap();
    let said = reports.take().join("\n");
    assert!(said.starts_with("Threads were left behind: still running after 10ms: "), "{said}");
    assert!(said.contains("pool `hangs`") && said.contains("running.rs:"), "{said}");
    go_on.send(()).unwrap();
    hangs.wait().unwrap();
}

#[test]
fn loops_of_several_threads_do_not_meet() {
    let threads: Vec<_> = (0..4)
        .map(|n| {
            std::thread::spawn(move || {
                let ticks = Rc::new(Cell::new(0));
                let (count, timer) = (Rc::clone(&ticks), Timer::new());
                timer.start(millis(1), move || {
                    count.set(count.get() + 1);
                    if count.get() == 5 + n {
                        main::stop();
                    }
                });
                main::run().unwrap();
                ticks.get()
            })
        })
        .collect();
    let ticks: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(ticks, [5, 6, 7, 8]);
}

/// A watchdog, and a callback that keeps the loop until that says so. The receiver gets what it has said.
fn watched() -> (impl Fn() + 'static, Receiver<String>) {
    let (tell, told) = channel();
    main::watchdog_with(millis(20), move |stall| tell.send(stall.to_string()).unwrap()).unwrap();
    let (pass_on, said) = channel();
    let keep = move || {
        let stall = told.recv_timeout(Duration::from_secs(20)).unwrap();
        std::thread::sleep(millis(50)); // It says so once, however long it takes.
        assert!(told.try_recv().is_err());
        pass_on.send(stall).unwrap();
    };
    (keep, said)
}

#[test]
fn a_watchdog_names_who_keeps_the_loop() {
    let (keep, said) = watched();
    OneShotTimer::new().start(millis(1), keep);
    let line = line!() - 1;
    delay(millis(5)).wait().unwrap();
    let stall = said.try_recv().unwrap();
    assert!(stall.contains("a_watchdog_names_who_keeps_the_loop"), "{stall}");
    assert!(stall.contains(&format!("the timer started at {}:{line}:", file!())), "{stall}");
    let (time, longest) = main::metrics().longest_call.unwrap();
    assert!(time >= millis(70) && longest.contains(&format!(":{line}:")), "{time:?} {longest}");
}

#[test]
fn a_watchdog_names_what_was_told_of_a_descriptor() {
    let (keep, said) = watched();
    let line = line!() + 1;
    let signal = unix_signal(unix::SIGALRM).unwrap();
    signal.connect(move |_| keep());
    signal_hook::low_level::raise(unix::SIGALRM).unwrap();
    main::step(Some(Duration::from_secs(20))).unwrap();
    let stall = said.try_recv().unwrap();
    let expected = format!("what was told of signal `SIGALRM` created at {}:{line}", file!());
    assert!(stall.contains(&expected), "{stall}");
}

#[test]
fn metrics_count() {
    (0..3).for_each(|_| main::step(Some(Duration::ZERO)).unwrap());
    OneShotTimer::new().start(millis(1), || ());
    std::thread::sleep(millis(20));
    main::step(Some(Duration::ZERO)).unwrap();
    let metrics = main::metrics();
    assert_eq!((metrics.turns, metrics.timers_fired), (4, 1));
    assert!(metrics.latest_timer >= millis(19), "{metrics:?}");
    assert_eq!(metrics.longest_call, None);
}
