//! Threads, pools and posts, as the program sees them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::time::Duration;

use kaa_core::Panicked;
use kaa_notifier::{MainThread, OneShotTimer, Wait, delay, main, thread};

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[test]
fn s64_work_runs_elsewhere_and_its_callbacks_here() {
    let home = std::thread::current().id();
    let work = thread(|| Ok(std::thread::current().id()));
    let heard = Rc::new(Cell::new(None));
    let hear = Rc::clone(&heard);
    work.connect(move |worker| hear.set(Some((*worker, std::thread::current().id()))));
    // However long it is done: nothing comes home before the loop runs.
    std::thread::sleep(millis(20));
    assert!(!work.is_finished() && heard.get().is_none());
    delay(millis(20)).wait().unwrap();
    let (worker, listener) = heard.get().unwrap();
    assert!(worker != home && listener == home);
}

#[test]
fn s65_calls_from_a_thread_come_in_order_and_answer_when_they_were_run() {
    thread_local! {
        static SEEN: RefCell<Vec<i32>> = const { RefCell::new(Vec::new()) };
    }
    let (tell, told) = channel();
    let home = MainThread::current().unwrap();
    let worker = std::thread::spawn(move || {
        let calls: Vec<_> = (0..5)
            .map(|n| {
                home.call(move || {
                    SEEN.with_borrow_mut(|seen| seen.push(n));
                    Ok(n)
                })
            })
            .collect();
        let pending = calls.iter().all(|call| !call.is_finished());
        tell.send(pending).unwrap();
        calls.into_iter().map(|call| call.wait().unwrap()).sum::<i32>()
    });
    assert!(told.recv().unwrap());
    while SEEN.with_borrow(Vec::len) < 5 {
        main::step(Some(millis(100))).unwrap();
    }
    assert_eq!(worker.join().unwrap(), 10);
    assert_eq!(SEEN.take(), [0, 1, 2, 3, 4]);
}

#[test]
fn a_call_in_its_own_thread_is_made_at_once() {
    let home = MainThread::current().unwrap();
    assert!(home.is_current());
    let call = home.call(|| Ok(4));
    assert_eq!(call.take_result().unwrap().unwrap(), 4);
    let panic = home.call::<()>(|| panic!("on purpose"));
    assert!(panic.take_result().unwrap().unwrap_err().is::<Panicked>());
}

/// Each thread counts up; nothing is lost, and each one's posts come in its order.
#[test]
fn a_million_posts_of_four_threads_all_arrive() {
    const POSTS: u32 = 250_000;
    thread_local! {
        static NEXT: RefCell<[u32; 4]> = const { RefCell::new([0; 4]) };
    }
    let home = MainThread::current().unwrap();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let home = home.clone();
            std::thread::spawn(move || {
                for n in 0..POSTS {
                    let arrive = move || {
                        NEXT.with_borrow_mut(|next| {
                            assert_eq!(next[thread], n);
                            next[thread] += 1;
                            if next.iter().sum::<u32>() == 4 * POSTS {
                                main::stop();
                            }
                        });
                    };
                    home.post(arrive).unwrap();
                }
            })
        })
        .collect();
    main::run().unwrap();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(NEXT.take(), [POSTS; 4]);
}

#[test]
fn many_posts_do_not_hold_up_a_timer() {
    let home = MainThread::current().unwrap();
    thread_local! {
        static RUN: Cell<u32> = const { Cell::new(0) };
    }
    (0..1000).for_each(|_| home.post(|| RUN.set(RUN.get() + 1)).unwrap());
    let limit = delay(Duration::ZERO);
    std::thread::sleep(millis(1));
    main::step(Some(Duration::ZERO)).unwrap();
    assert!(limit.is_finished());
    assert_eq!(RUN.get(), 64);
}

/// The loop's thread does not wake up for nothing, timers that are far away included.
#[cfg(target_os = "linux")]
#[test]
fn an_idle_loop_sleeps() {
    fn switches(thread: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/self/task/{thread}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.unwrap().trim().parse().unwrap()
    }
    let (tell, told) = channel();
    let idle = std::thread::spawn(move || {
        let link = std::fs::read_link("/proc/thread-self").unwrap();
        let thread = link.file_name().unwrap().to_str().unwrap().to_owned();
        let far = Duration::from_secs(3600);
        OneShotTimer::new().start(far, || unreachable!());
        OneShotTimer::boot_time().start(far, || unreachable!());
        tell.send((thread, MainThread::current().unwrap())).unwrap();
        main::run().unwrap();
    });
    let (thread, handle) = told.recv().unwrap();
    std::thread::sleep(millis(200)); // It has begun to sleep.
    let before = switches(&thread);
    std::thread::sleep(Duration::from_secs(2));
    let after = switches(&thread);
    handle.post(main::stop).unwrap();
    idle.join().unwrap();
    assert_eq!(after - before, 0);
}
