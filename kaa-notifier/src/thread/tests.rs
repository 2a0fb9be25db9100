use std::sync::mpsc::channel;
use std::time::Duration;

use kaa_core::{Abandoned, Error, InProgress, Panicked};

use super::{AbortToken, MainThread, thread};
use crate::{LoopError, Wait, delay};

#[test]
fn outcomes_come_home() {
    let value = thread(|| Ok(4));
    let failure = thread(|| Err::<(), _>(Error::message("no")));
    let panic = thread::<()>(|| panic!("on purpose"));
    assert_eq!(value.wait().unwrap(), 4);
    assert_eq!(failure.wait().unwrap_err().to_string(), "no");
    assert!(panic.wait().unwrap_err().is::<Panicked>());
}

#[test]
fn a_wait_counts_on_threads_only_while_they_work() {
    let (go_on, told) = channel();
    let work = thread(move || Ok(told.recv()?));
    assert!(work.timeout(Duration::from_millis(5)).wait().unwrap_err().is_timeout());
    go_on.send(4).unwrap();
    let (promise, never) = InProgress::<()>::new();
    let error = never.wait().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
    assert_eq!(work.wait().unwrap(), 4);
    promise.finish(());
}

#[test]
fn nobody_waits_for_a_thread_that_hangs() {
    let (_held, told) = channel::<()>();
    let home = std::thread::spawn(move || {
        let work = thread(move || Ok(told.recv()?));
        work.connect(|()| unreachable!());
        delay(Duration::from_millis(1)).wait().unwrap();
    });
    home.join().unwrap();
}

#[test]
fn work_that_is_not_done_fails_its_promise() {
    let (tell, told) = channel();
    let other = std::thread::spawn(move || {
        tell.send(MainThread::current().unwrap()).unwrap();
        // Ends without running its loop.
        std::thread::sleep(Duration::from_millis(5));
    });
    let handle = told.recv().unwrap();
    let call = handle.call(|| Ok(4));
    other.join().unwrap();
    assert!(call.wait().unwrap_err().is::<Abandoned>());
    assert_eq!(handle.post(|| unreachable!()), Err(LoopError::Ended));
    assert!(handle.call(|| Ok(4)).wait().unwrap_err().is::<Abandoned>());
}

#[test]
fn a_token_is_that_of_the_work_of_its_thread() {
    let token = AbortToken::new();
    token.abort();
    token.run(|| assert!(AbortToken::current().is_aborted()));
    assert!(!AbortToken::current().is_aborted());
}
