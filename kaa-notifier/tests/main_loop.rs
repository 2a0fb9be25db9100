//! The main loop: running, stopping, refusing, failing, ending.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use kaa_core::report::{Report, set_reporter};
use kaa_core::{Abandoned, InProgress, NotFinished, Panicked, Promise, ResultTaken, inprogress};
use kaa_notifier::{LoopError, OneShotTimer, Socket, Wait, delay, main};

const NEVER: Duration = Duration::from_secs(3600);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// What the loop said, or nothing if the error is none of the loop's.
fn loop_error(error: &kaa_core::Error) -> Option<LoopError> {
    error.downcast_ref().copied()
}

#[test]
fn runs_until_it_is_stopped_and_can_run_again() {
    for _ in 0..3 {
        OneShotTimer::new().start(millis(1), main::stop);
        main::run().unwrap();
    }
    assert!(!main::is_running());
}

#[test]
fn a_stop_before_the_run_ends_it_at_once_and_only_once() {
    main::stop();
    main::stop();
    main::run().unwrap();
    let ran = Rc::new(Cell::new(false));
    let seen = Rc::clone(&ran);
    OneShotTimer::new().start(millis(1), move || {
        seen.set(true);
        main::stop();
    });
    main::run().unwrap();
    assert!(ran.get());
}

#[test]
fn a_stop_that_nobody_needed_is_forgotten_with_the_run() {
    let early = delay(millis(1));
    early.connect(|()| main::stop());
    early.wait().unwrap();
    OneShotTimer::new().start(millis(1), main::stop);
    delay(millis(20)).wait().unwrap_err();
}

#[test]
fn a_stop_before_a_wait_does_not_end_the_wait() {
    main::stop();
    delay(millis(1)).wait().unwrap();
    main::run().unwrap();
}

#[test]
fn a_wait_that_is_stopped_says_so() {
    OneShotTimer::new().start(millis(1), main::stop);
    let error = delay(NEVER).wait().unwrap_err();
    assert_eq!(loop_error(&error), Some(LoopError::Stopped));
}

#[test]
fn a_wait_gives_the_outcome_once() {
    let value = InProgress::finished(4);
    assert_eq!(value.wait().unwrap(), 4);
    assert!(value.wait().unwrap_err().is::<ResultTaken>());
    let failure = InProgress::<()>::failed(std::fmt::Error);
    assert!(failure.wait().unwrap_err().is::<std::fmt::Error>());
}

#[test]
fn a_wait_runs_what_is_ready() {
    let turn = inprogress(NotFinished);
    turn.wait().unwrap();
}

#[test]
fn run_and_wait_are_refused_inside_the_running_loop() {
    let refused = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&refused);
    OneShotTimer::new().start(millis(1), move || {
        assert!(main::is_running());
        seen.borrow_mut().push(main::run().unwrap_err());
        seen.borrow_mut().push(InProgress::finished(1).wait().unwrap_err());
    });
    delay(millis(5)).wait().unwrap();
    assert_eq!(refused.borrow().len(), 2);
    for error in &*refused.borrow() {
        assert_eq!(loop_error(error), Some(LoopError::Running));
        for way_out in ["yield_!(x)", "x.connect(..)"] {
            assert!(error.to_string().contains(way_out), "{error}");
        }
    }
}

#[test]
fn a_wait_for_what_nobody_can_finish_is_refused() {
    let (promise, never) = InProgress::<()>::new();
    let error = never.wait().unwrap_err();
    assert_eq!(loop_error(&error), Some(LoopError::NothingLeft));
    // It can still be waited for when somebody can.
    OneShotTimer::new().start(millis(1), move || promise.finish(()));
    never.wait().unwrap();
}

#[test]
fn a_panic_in_a_timer_ends_the_wait_and_leaves_the_rest_for_the_next() {
    let fired = Rc::new(Cell::new(false));
    let seen = Rc::clone(&fired);
    OneShotTimer::new().start(millis(1), || panic!("on purpose"));
    OneShotTimer::new().start(millis(2), move || seen.set(true));
    std::thread::sleep(millis(5));
    let later = delay(millis(1));
    let error = later.wait().unwrap_err();
    assert_eq!(error.downcast_ref::<Panicked>().unwrap().message(), "on purpose");
    assert!(!main::is_running());
    assert!(!fired.get());
    later.wait().unwrap();
    assert!(fired.get());
}

#[test]
fn a_panic_in_a_timer_ends_run() {
    OneShotTimer::new().start(millis(1), || panic!("on purpose"));
    assert!(main::run().unwrap_err().is::<Panicked>());
}

#[test]
fn each_thread_has_a_loop_of_its_own() {
    OneShotTimer::new().start(NEVER, || unreachable!());
    let other = std::thread::spawn(|| {
        delay(millis(1)).wait().unwrap();
        let (promise, never) = InProgress::<()>::new();
        let error = never.wait().unwrap_err();
        promise.finish(());
        loop_error(&error)
    });
    assert_eq!(other.join().unwrap(), Some(LoopError::NothingLeft));
}

/// Tells when it is dropped, and uses the loop for that.
struct Witness {
    name: &'static str,
    told: std::sync::mpsc::Sender<String>,
}

impl Drop for Witness {
    fn drop(&mut self) {
        let started = OneShotTimer::new();
        started.start(Duration::ZERO, || unreachable!());
        let refused = delay(Duration::ZERO).take_result();
        let refused = refused.and_then(Result::err).map(|error| error.to_string());
        let text = format!("{}: {} {:?}", self.name, started.is_active(), refused);
        self.told.send(text).unwrap();
    }
}

#[test]
fn the_end_of_a_thread_drops_timers_newest_first_and_starts_no_more() {
    let (told, heard) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        for name in ["oldest", "older", "newest"] {
            let witness = Witness { name, told: told.clone() };
            OneShotTimer::new().start(NEVER, move || drop(witness));
        }
    });
    thread.join().unwrap();
    let ended = r#"false Some("the main loop of this thread has ended")"#;
    let expected = ["newest", "older", "oldest"].map(|name| format!("{name}: {ended}"));
    assert_eq!(heard.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_panic_in_a_drop_at_the_end_of_a_thread_does_not_end_the_process() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }
    let thread = std::thread::spawn(|| {
        let bomb = Bomb;
        OneShotTimer::new().start(NEVER, move || drop(bomb));
    });
    thread.join().unwrap();
}

#[test]
fn handles_that_outlive_the_loop_do_no_harm() {
    thread_local! {
        static KEPT: RefCell<Option<(Socket, OneShotTimer, InProgress<()>)>> =
            const { RefCell::new(None) };
    }
    let thread = std::thread::spawn(|| {
        // Made first, so that it is dropped after the loop has ended.
        KEPT.with(|_| ());
        let timer = OneShotTimer::new();
        timer.start(NEVER, || unreachable!());
        let socket = Socket::new();
        let connecting = socket.connect("127.0.0.1:1");
        KEPT.set(Some((socket, timer, connecting)));
    });
    thread.join().unwrap();
}

#[test]
fn what_the_end_of_a_thread_abandons_is_no_news() {
    let (told, heard) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        set_reporter(Some(Rc::new(move |report: &Report| {
            told.send(report.to_string()).unwrap();
        })));
        let (promise, waiting): (Promise<()>, _) = InProgress::new();
        OneShotTimer::new().start(NEVER, move || drop(promise));
        drop(waiting);
        delay(NEVER).connect(|()| unreachable!());
        let socket = Socket::new();
        let kept = socket.clone();
        socket.connect("no-such-host.invalid:80").connect(move |()| drop(kept));
    });
    thread.join().unwrap();
    let reports: Vec<_> = heard.iter().collect();
    assert_eq!(reports, [""; 0]);
}

/// Runs something when it is dropped.
struct AtDrop(Option<Box<dyn FnOnce()>>);

impl Drop for AtDrop {
    fn drop(&mut self) {
        if let Some(run) = self.0.take() {
            run();
        }
    }
}

/// Runs `last` in a destructor of the thread, in a thread that does `first` before.
fn in_a_destructor(first: fn(), last: impl FnOnce() + Send + 'static, last_is_older: bool) {
    thread_local! {
        static LAST: RefCell<AtDrop> = const { RefCell::new(AtDrop(None)) };
    }
    let thread = std::thread::spawn(move || {
        if last_is_older {
            LAST.with(|_| ());
        }
        first();
        LAST.with_borrow_mut(|slot| slot.0 = Some(Box::new(last)));
    });
    thread.join().unwrap();
}

#[test]
fn a_destructor_of_the_thread_may_use_the_loop_while_it_is_there() {
    let (told, heard) = std::sync::mpsc::channel();
    for first in [|| (), || delay(millis(1)).wait().unwrap()] {
        let told = told.clone();
        let last = move || {
            told.send(delay(millis(1)).wait().is_ok()).unwrap();
        };
        in_a_destructor(first, last, false);
        assert!(heard.recv().unwrap());
    }
}

#[test]
fn a_wait_after_the_end_gives_what_is_there_and_reports_nothing_twice() {
    let (told, heard) = std::sync::mpsc::channel();
    let last = move || {
        let reports = told.clone();
        set_reporter(Some(Rc::new(move |report: &Report| {
            reports.send(format!("reported: {}", report.error)).unwrap();
        })));
        let (promise, never) = InProgress::new();
        let outcomes = [
            delay(millis(1)).wait(),
            Socket::new().connect("localhost:1").wait(),
            InProgress::finished(()).wait(),
            never.wait(),
        ];
        promise.finish(());
        for outcome in outcomes {
            told.send(outcome.map_or_else(|error| error.to_string(), |()| "done".into())).unwrap();
        }
    };
    in_a_destructor(|| delay(millis(1)).wait().unwrap(), last, true);
    let ended = "the main loop of this thread has ended";
    assert_eq!(heard.iter().collect::<Vec<_>>(), [ended, ended, "done", ended]);
}

#[test]
fn a_delay_that_outlives_its_loop_fails() {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let late = delay(Duration::from_secs(3600));
        let tell = move |error: &kaa_core::Error| tell.send(error.is::<Abandoned>()).unwrap();
        late.connect_both(|()| unreachable!(), tell);
    })
    .join()
    .unwrap();
    assert_eq!(told.recv(), Ok(true));
}
