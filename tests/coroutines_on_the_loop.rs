//! Coroutines and the main loop together: who may wait, who gets a turn, what the end of a thread leaves behind.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{LoopError, delay};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[kaa::coroutine]
fn waits_the_wrong_way() -> kaa::Result<u32> {
    yield_!(delay(millis(1)))?;
    InProgress::finished(4).wait()
}

#[test]
fn a_coroutine_that_calls_wait_is_told_to_yield() {
    let error = waits_the_wrong_way().timeout(PATIENCE).wait().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::Running));
    assert!(error.to_string().contains("yield_!(x)"), "{error}");
}

#[kaa::coroutine]
fn waits_before_its_first_yield() -> kaa::Result<u32> {
    let n = delay(millis(1)).wait().map(|()| 4)?;
    yield_!()?;
    Ok(n)
}

#[test]
fn the_part_before_the_first_wait_is_no_exception() {
    let error = waits_before_its_first_yield().wait().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::Running));
}

/// Is always ready, until it is told to stop.
#[kaa::coroutine]
fn busy(stop: Rc<Cell<bool>>) -> kaa::Result<u64> {
    let mut turns = 0;
    while !stop.get() {
        turns += 1;
        yield_!()?;
    }
    Ok(turns)
}

#[test]
fn a_busy_coroutine_keeps_neither_timers_nor_sockets_nor_look_ups_waiting() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || listener.accept().unwrap().0.write_all(b"hello").unwrap());

    let stop = Rc::new(Cell::new(false));
    let work = busy(Rc::clone(&stop));
    delay(millis(5)).timeout(PATIENCE).wait().unwrap();
    let socket = Socket::new();
    socket.connect(format!("localhost:{port}")).timeout(PATIENCE).wait().unwrap();
    let chunk = socket.read().timeout(PATIENCE).wait().unwrap();
    assert_eq!(chunk.unwrap(), "hello");
    assert!(!work.is_finished());
    stop.set(true);
    assert!(work.timeout(PATIENCE).wait().unwrap() > 0);
    server.join().unwrap();
}

#[kaa::coroutine]
fn listens(address: String, connected: Rc<Cell<bool>>) -> kaa::Result<()> {
    let socket = Socket::new();
    yield_!(socket.connect(&address))?;
    connected.set(true);
    yield_!(socket.read()).map(drop)
}

#[test]
fn the_end_of_a_thread_drops_its_coroutines_and_closes_their_sockets() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let home = thread::spawn(move || {
        let connected = Rc::new(Cell::new(false));
        drop(listens(address, Rc::clone(&connected)));
        while !connected.get() {
            delay(millis(1)).wait().unwrap();
        }
    });
    let (mut client, _) = listener.accept().unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    home.join().unwrap();
    assert_eq!(client.read(&mut [0; 10]).unwrap(), 0);
}

#[kaa::coroutine]
fn read_with_patience(socket: Socket, patience: Duration) -> kaa::Result<String> {
    let mut attempts = 0;
    loop {
        match yield_!(socket.read().timeout(patience)) {
            Ok(chunk) => {
                let text = String::from_utf8_lossy(&chunk.unwrap_or_default()).into_owned();
                return Ok(format!("{text} after {attempts}"));
            }
            Err(error) if error.is_timeout() && attempts < 3 => attempts += 1,
            Err(error) => return Err(error),
        }
    }
}

#[test]
fn a_read_that_timed_out_in_a_coroutine_loses_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = Socket::new();
    socket.connect(listener.local_addr().unwrap().to_string()).timeout(PATIENCE).wait().unwrap();
    let (mut client, _) = listener.accept().unwrap();

    let given_up = read_with_patience(socket.clone(), millis(5));
    assert!(given_up.timeout(PATIENCE).wait().unwrap_err().is_timeout());
    client.write_all(b"hello").unwrap();
    let heard = read_with_patience(socket, PATIENCE).timeout(PATIENCE).wait().unwrap();
    assert_eq!(heard, "hello after 0");
}

/// Until the watchdog says so.
#[kaa::coroutine]
fn keeps_the_loop(told: Receiver<String>) -> kaa::Result<String> {
    yield_!()?;
    let stall = told.recv_timeout(PATIENCE).unwrap();
    yield_!()?;
    Ok(stall)
}

#[test]
fn a_watchdog_names_the_coroutine_that_keeps_the_loop() {
    let (tell, told) = channel();
    let tell = move |stall: &kaa::Stall| tell.send(stall.to_string()).unwrap();
    kaa::main::watchdog_with(millis(20), tell).unwrap();
    let stall = keeps_the_loop(told).wait().unwrap();
    let expected = format!("the coroutine `keeps_the_loop` at {}:", file!());
    assert!(stall.contains(&expected), "{stall}");
}
