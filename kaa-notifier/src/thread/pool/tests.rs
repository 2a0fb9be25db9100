use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kaa_core::{InProgress, Panicked};

use super::{ThreadPool, look_ups};
use crate::{AbortToken, Wait, main};

const PATIENCE: Duration = Duration::from_secs(20);

/// Keeps a thread of the pool until it is told to go on.
fn block(pool: &ThreadPool) -> (Sender<()>, InProgress<()>) {
    let (go_on, told) = channel();
    let (tell, started) = channel();
    let blocked = pool.run(move || {
        tell.send(())?;
        told.recv_timeout(PATIENCE)?;
        Ok(())
    });
    started.recv_timeout(PATIENCE).unwrap();
    (go_on, blocked)
}

/// Queues a job of each priority; they note their numbers.
fn queue(pool: &ThreadPool, priorities: &[i32]) -> (Vec<InProgress<()>>, Arc<Mutex<Vec<usize>>>) {
    let order = Arc::new(Mutex::new(Vec::new()));
    let job = |(number, &priority)| {
        let order = Arc::clone(&order);
        pool.run_with_priority(priority, move || {
            order.lock().unwrap().push(number);
            Ok(())
        })
    };
    let jobs = priorities.iter().enumerate().map(job).collect();
    (jobs, order)
}

#[test]
fn goes_by_priority_and_then_by_age() {
    let pool = ThreadPool::new("test", 1);
    let (go_on, blocked) = block(&pool);
    let (jobs, order) = queue(&pool, &[0, 5, 9, 5, -1, 0]);
    assert_eq!(pool.queued(), 6);
    go_on.send(()).unwrap();
    blocked.wait().unwrap();
    jobs.into_iter().for_each(|job| job.wait().unwrap());
    assert_eq!(*order.lock().unwrap(), [2, 1, 3, 0, 5, 4]);
}

#[test]
fn grows_up_to_its_size_and_no_further() {
    let pool = ThreadPool::new("test", 2);
    assert_eq!(pool.threads(), 0);
    let blocked = [block(&pool), block(&pool)];
    let third = pool.run(|| Ok(()));
    assert_eq!((pool.threads(), pool.queued()), (2, 1));
    for (go_on, job) in blocked {
        go_on.send(()).unwrap();
        job.wait().unwrap();
    }
    third.wait().unwrap();
    assert_eq!(pool.threads(), 2);
}

#[test]
fn a_thread_that_is_idle_is_used_again() {
    let pool = ThreadPool::new("test", 8);
    for _ in 0..20 {
        pool.run(|| Ok(())).wait().unwrap();
        // Its thread is idle as soon as it asks for the next ticket.
        while pool.handle.pool.jobs().idle == 0 {
            std::thread::yield_now();
        }
    }
    assert_eq!(pool.threads(), 1);
}

#[test]
fn idle_threads_end_and_come_back() {
    let pool = ThreadPool::new("test", 2);
    pool.set_idle_limit(Duration::from_millis(1));
    for _ in 0..3 {
        pool.run(|| Ok(())).wait().unwrap();
        while pool.threads() > 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn a_pool_that_is_made_smaller_ends_threads() {
    let pool = ThreadPool::new("test", 3);
    let blocked = [block(&pool), block(&pool), block(&pool)];
    pool.set_size(1);
    for (go_on, job) in blocked {
        go_on.send(()).unwrap();
        job.wait().unwrap();
    }
    while pool.threads() > 1 {
        std::thread::sleep(Duration::from_millis(1));
    }
    pool.run(|| Ok(())).wait().unwrap();
}

#[test]
fn what_is_queued_is_done_when_the_last_handle_has_gone() {
    let pool = ThreadPool::new("test", 1);
    let (go_on, _blocked) = block(&pool);
    let (jobs, order) = queue(&pool, &[0, 0]);
    drop(pool);
    go_on.send(()).unwrap();
    jobs.into_iter().for_each(|job| job.wait().unwrap());
    assert_eq!(*order.lock().unwrap(), [0, 1]);
}

#[test]
fn a_panic_fails_its_job_only() {
    let pool = ThreadPool::new("test", 1);
    let panics = pool.run::<()>(|| panic!("on purpose"));
    assert!(panics.wait().unwrap_err().is::<Panicked>());
    assert_eq!(pool.run(|| Ok(4)).wait().unwrap(), 4);
}

#[test]
fn names_are_given_once() {
    ThreadPool::register("names_are_given_once", 1).unwrap();
    let again = ThreadPool::register("names_are_given_once", 1).unwrap_err().to_string();
    assert!(again.contains("there is a thread pool `names_are_given_once` already"), "{again}");
    ThreadPool::named("names_are_given_once").unwrap().run(|| Ok(())).wait().unwrap();
    let unknown = ThreadPool::named("nobody's").unwrap_err().to_string();
    assert!(unknown.contains("names_are_given_once"), "{unknown}");
}

#[test]
fn s66_an_aborted_job_is_left_out() {
    let pool = ThreadPool::new("test", 1);
    let (go_on, blocked) = block(&pool);
    let (jobs, order) = queue(&pool, &[0, 5, 0, 9, 5]);
    jobs[2].abort().wait().unwrap();
    go_on.send(()).unwrap();
    blocked.wait().unwrap();
    let outcomes: Vec<_> = jobs.into_iter().map(|job| job.wait().is_ok()).collect();
    assert_eq!(outcomes, [true, true, false, true, true]);
    assert_eq!(*order.lock().unwrap(), [3, 1, 4, 0]);
}

#[test]
fn s67_a_job_that_is_aborted_by_a_timeout_never_runs() {
    let pool = ThreadPool::new("test", 1);
    let (go_on, blocked) = block(&pool);
    let (mut jobs, order) = queue(&pool, &[0, 0]);
    let late = jobs.remove(0).timeout_abort(Duration::from_millis(1));
    assert!(late.wait().unwrap_err().is_timeout());
    go_on.send(()).unwrap();
    blocked.wait().unwrap();
    jobs.remove(0).wait().unwrap();
    assert_eq!(*order.lock().unwrap(), [1]);
}

#[test]
fn a_running_job_is_told_of_its_abort_and_may_go_on() {
    let pool = ThreadPool::new("test", 1);
    let (tell, told) = channel();
    let (tell_end, ended) = channel();
    let job = pool.run(move || {
        tell.send(())?;
        let token = AbortToken::current();
        while !token.is_aborted() {
            std::thread::yield_now();
        }
        tell_end.send("told")?;
        Ok(())
    });
    told.recv_timeout(PATIENCE).unwrap();
    job.abort().wait().unwrap();
    assert!(job.wait().unwrap_err().is_aborted());
    assert_eq!(ended.recv_timeout(PATIENCE), Ok("told"));
    // Its late outcome does no harm.
    pool.run(|| Ok(())).wait().unwrap();
}

#[test]
fn a_look_up_that_hangs_holds_up_neither_the_end_of_a_run_nor_that_of_its_thread() {
    let (go_on, told) = channel::<()>();
    let home = std::thread::spawn(move || {
        let start = Instant::now();
        main::set_shutdown_limit(PATIENCE * 3);
        let hangs = look_ups(move || Ok(told.recv()?));
        main::stop();
        main::run().unwrap();
        assert!(!hangs.is_finished());
        start
    });
    // The look-up still hangs.
    assert!(home.join().unwrap().elapsed() < PATIENCE);
    drop(go_on);
}
