//! Datagrams.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use kaa_core::{Error, InProgress};
use kaa_notifier::{UdpError, UdpSocket, Wait, main};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn failed<T: 'static>(ip: &InProgress<T>) -> Error {
    ip.timeout(PATIENCE).wait().err().expect("a failure")
}

fn socket() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_address().unwrap();
    (socket, address)
}

#[test]
fn datagrams_come_whole_and_in_the_order_of_the_calls() {
    let ((one, _), (other, there)) = (socket(), socket());
    let receiving = [other.receive(), other.receive()];
    done(&one.send("first", there));
    done(&one.send("", there));
    let received = receiving.map(|receive| done(&receive).bytes);
    assert_eq!(received, ["first", ""]);
}

#[test]
fn a_receive_that_was_given_up_has_taken_nothing() {
    let ((one, _), (other, there)) = (socket(), socket());
    assert!(failed(&other.receive().timeout(Duration::from_millis(1))).is_timeout());
    let aborted = other.receive();
    done(&aborted.abort());
    let (first, second) = (other.receive(), other.receive());
    done(&one.send("one", there));
    while !first.is_finished() {
        main::step(Some(PATIENCE)).unwrap();
    }
    drop(first);
    assert_eq!(done(&second).bytes, "one");
}

#[test]
fn those_that_no_call_waits_for_go_to_the_handler() {
    let ((one, here), (other, there)) = (socket(), socket());
    let received = Rc::new(RefCell::new(Vec::new()));
    let receive = other.receive();
    let note = received.clone();
    other.received().connect(move |datagram| note.borrow_mut().push(datagram.clone()));
    for text in ["one", "two"] {
        done(&one.send(text, there));
    }
    while received.borrow().is_empty() {
        main::step(Some(PATIENCE)).unwrap();
    }
    assert_eq!(done(&receive).bytes, "one");
    let received = received.borrow();
    assert_eq!((received[0].bytes.as_ref(), received[0].from), (&b"two"[..], here));
}

#[test]
fn the_other_kind_of_address_works_too() {
    let one = UdpSocket::bind("[::1]:0").unwrap();
    done(&one.send("self", one.local_address().unwrap()));
    assert_eq!(done(&one.receive()).from, one.local_address().unwrap());
}

#[test]
fn what_is_wrong_is_said() {
    let (one, here) = socket();
    let error = UdpSocket::bind(here.to_string()).unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(UdpError::Bind { .. })), "{error}");
    let error = UdpSocket::bind("localhost:0").unwrap_err();
    assert!(error.to_string().contains("not numeric"), "{error}");
    let error = failed(&one.send(vec![0; 100_000], here));
    assert!(error.to_string().starts_with(&format!("cannot send a datagram to {here}: ")));
}

#[test]
fn another_kind_of_socket_is_refused() {
    let (stream, _other) = std::os::unix::net::UnixDatagram::pair().unwrap();
    let error = UdpSocket::from_fd(stream).unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(UdpError::NoDatagrams)), "{error}");
}

#[test]
fn dropping_the_last_handle_fails_what_is_pending() {
    let (one, _) = socket();
    let receive = one.receive();
    drop(one);
    assert!(matches!(failed(&receive).downcast_ref(), Some(UdpError::Closed)));
}
