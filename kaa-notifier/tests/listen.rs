//! Sockets that listen, and connecting to one of several addresses.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use kaa_core::{Error, InProgress};
use kaa_notifier::{AddressError, Socket, SocketError, Wait, main};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn failed<T: 'static>(ip: &InProgress<T>) -> Error {
    ip.timeout(PATIENCE).wait().err().expect("a failure")
}

fn server() -> (Socket, String) {
    let server = Socket::new();
    server.listen("127.0.0.1:0").unwrap();
    let address = server.local_address().unwrap().to_string();
    (server, address)
}

fn client(address: &str) -> Socket {
    let client = Socket::new();
    done(&client.connect(address));
    client
}

fn greeted(client: &Socket, name: &str) {
    done(&client.write(format!("{name}\n")));
}

fn name_of(client: &Socket) -> String {
    let name = done(&client.readline()).unwrap();
    String::from_utf8(name.to_vec()).unwrap().trim_end().to_owned()
}

#[test]
fn clients_come_in_the_order_in_which_they_have_connected() {
    let (server, address) = server();
    let accepting = [server.accept(), server.accept()];
    for name in ["first", "second"] {
        greeted(&client(&address), name);
    }
    let accepted = accepting.map(|accept| name_of(&done(&accept)));
    assert_eq!(accepted, ["first", "second"]);
}

#[test]
fn both_sides_know_each_other() {
    let (server, address) = server();
    let client = client(&address);
    let accepted = done(&server.accept());
    assert_eq!(accepted.peer_address().unwrap(), client.local_address().unwrap());
    assert_eq!(client.peer_address().unwrap().to_string(), address);
    assert_eq!(format!("{server:?}"), "Socket(listening at 127.0.0.1:0)");
    assert!(client.is_connected() && accepted.is_connected() && !server.is_connected());
}

#[test]
fn an_accept_that_was_given_up_has_taken_nobody() {
    let (server, address) = server();
    let (first, second, third) = (server.accept(), server.accept(), server.accept());
    drop(first);
    done(&second.abort());
    let client = client(&address);
    greeted(&client, "hello");
    assert_eq!(name_of(&done(&third)), "hello");
    drop(second);
}

#[test]
fn a_client_that_nobody_took_goes_to_the_next() {
    let (server, address) = server();
    let accept = server.accept();
    let client = client(&address);
    while !accept.is_finished() {
        main::step(Some(PATIENCE)).unwrap();
    }
    drop(accept);
    greeted(&client, "hello");
    assert_eq!(name_of(&done(&server.accept())), "hello");
}

#[test]
fn clients_that_no_call_waits_for_go_to_the_handler() {
    let (server, address) = server();
    let clients = Rc::new(RefCell::new(Vec::new()));
    let accept = server.accept();
    let keep = clients.clone();
    server.new_client().connect(move |client| keep.borrow_mut().push(client.clone()));
    let (first, second) = (client(&address), client(&address));
    greeted(&first, "first");
    greeted(&second, "second");
    assert_eq!(name_of(&done(&accept)), "first");
    while clients.borrow().is_empty() {
        main::step(Some(PATIENCE)).unwrap();
    }
    let second = clients.borrow()[0].clone();
    assert_eq!(name_of(&second), "second");
}

#[test]
fn nobody_is_accepted_while_nobody_wants_clients() {
    let (server, address) = server();
    let _client = client(&address);
    main::step(Some(Duration::ZERO)).unwrap();
    assert!(done(&server.accept()).is_connected());
}

#[test]
fn closing_ends_what_waits_for_clients_and_the_port_is_free() {
    let (server, address) = server();
    let accept = server.accept();
    done(&server.close());
    let text = failed(&accept).to_string();
    assert_eq!(text, "the socket to 127.0.0.1:0 was closed before this was done");
    assert!(matches!(failed(&server.accept()).downcast_ref(), Some(SocketError::NotListening)));
    server.listen(&address).unwrap();
    assert!(client(&address).is_connected());
}

#[test]
fn what_is_in_use_is_said() {
    let (server, address) = server();
    let error = Socket::new().listen(&address).unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen at {address}: ")), "{error}");
    let error = Socket::new().listen("unix:").unwrap_err();
    assert_eq!(error.to_string(), "cannot listen at unix:: the path is empty");
    let error = server.listen("127.0.0.1:0").unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(SocketError::Listening { .. })), "{error}");
    let error = failed(&server.connect(&address));
    assert!(matches!(error.downcast_ref(), Some(SocketError::Listening { .. })), "{error}");
    let error = Socket::new().listen("example.org:80").unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(AddressError::NotNumeric { .. })), "{error}");
}

/// A path for a socket, in a folder of its own that goes with it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kaa-{name}-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Place(folder)
    }

    fn path(&self) -> String {
        self.0.join("socket").display().to_string()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[test]
fn a_socket_in_the_file_system_goes_with_its_listener() {
    let place = Place::new("unix");
    let server = Socket::new();
    server.listen(place.path()).unwrap();
    let client = client(&format!("unix:{}", place.path()));
    greeted(&client, "hello");
    assert_eq!(name_of(&done(&server.accept())), "hello");
    assert!(matches!(
        server.local_address().unwrap_err().downcast_ref(),
        Some(SocketError::NoAddress)
    ));
    drop(server);
    assert!(!fs::exists(place.path()).unwrap());
    let error = failed(&Socket::new().connect(place.path()));
    assert!(error.to_string().starts_with(&format!("cannot connect to {}: ", place.path())));
}

#[test]
fn a_stale_socket_in_the_file_system_is_replaced_and_a_live_one_is_not() {
    let place = Place::new("stale");
    drop(UnixListener::bind(place.path()).unwrap());
    let server = Socket::new();
    server.listen(place.path()).unwrap();
    let error = Socket::new().listen(place.path()).unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(SocketError::Listen { .. })), "{error}");
    drop(client(&place.path()));
}

#[test]
fn a_file_that_is_no_socket_is_left_alone() {
    let place = Place::new("file");
    fs::write(place.path(), "precious").unwrap();
    let error = Socket::new().listen(place.path()).unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(SocketError::Listen { .. })), "{error}");
    assert_eq!(fs::read_to_string(place.path()).unwrap(), "precious");
}

/// An address that never answers: those who connect wait in a queue that is full.
struct Silent {
    address: SocketAddr,
    _listener: TcpListener,
    _queued: Vec<TcpStream>,
}

impl Silent {
    fn new() -> Self {
        let socket =
            socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        socket.listen(0).unwrap();
        let listener = TcpListener::from(socket);
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
            queued.push(stream);
        }
        Silent { address, _listener: listener, _queued: queued }
    }
}

/// From now on this thread finds these addresses, whatever it looks for.
fn resolve_to(addresses: Vec<SocketAddr>) {
    main::set_resolver(move |_, _| InProgress::finished(addresses.clone())).unwrap();
}

fn refusing() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

#[test]
fn an_address_that_is_silent_does_not_hold_up_the_next() {
    let silent = Silent::new();
    let (server, address) = server();
    resolve_to(vec![silent.address, address.parse().unwrap()]);
    let client = client("two.faced:80");
    greeted(&client, "hello");
    assert_eq!(name_of(&done(&server.accept())), "hello");
}

#[test]
fn an_address_that_refuses_is_followed_by_the_next_at_once() {
    let (_server, address) = server();
    let address: SocketAddr = address.parse().unwrap();
    resolve_to(vec![refusing(), refusing(), address]);
    assert_eq!(client("three.faced:80").peer_address().unwrap(), address);
}

#[test]
fn of_several_that_refuse_the_first_is_reported() {
    let (first, second) = (refusing(), refusing());
    resolve_to(vec![first, second]);
    let error = failed(&Socket::new().connect("closed:80"));
    assert!(error.to_string().contains(&format!("closed:80 ({first})")), "{error}");
}

#[test]
fn a_host_without_an_address_is_an_error() {
    resolve_to(Vec::new());
    let error = failed(&Socket::new().connect("nowhere:80"));
    assert_eq!(error.to_string(), "cannot connect to nowhere:80: the host has no address");
}

#[test]
fn an_aborted_attempt_leaves_the_socket_free() {
    let silent = Silent::new();
    let (_server, address) = server();
    let socket = Socket::new();
    let attempt = socket.connect(silent.address.to_string());
    done(&attempt.abort());
    assert!(failed(&attempt).is_aborted());
    done(&socket.connect(address));
}

#[test]
fn a_socket_whose_peer_has_gone_can_connect_again() {
    let (server, address) = server();
    let socket = client(&address);
    drop(done(&server.accept()));
    assert_eq!(done(&socket.read()), None);
    done(&socket.connect(&address));
    greeted(&socket, "again");
    assert_eq!(name_of(&done(&server.accept())), "again");
}

#[test]
fn handlers_may_be_connected_before_the_socket_is() {
    let (server, address) = server();
    let (socket, lines) = (Socket::new(), Rc::new(Cell::new(0)));
    let count = lines.clone();
    socket.signals().readline.connect(move |_| count.set(count.get() + 1));
    done(&socket.connect(&address));
    greeted(&done(&server.accept()), "hello");
    while lines.get() == 0 {
        main::step(Some(PATIENCE)).unwrap();
    }
    assert_eq!(lines.get(), 1);
}

#[test]
fn a_connection_that_is_still_closing_does_not_disturb_the_next() {
    const LARGE: usize = 8 * 1024 * 1024;
    let (server, address) = server();
    let socket = client(&address);
    let slow = done(&server.accept());
    let large = socket.write(vec![b'x'; LARGE]);
    let closing = socket.close();
    assert!(!closing.is_finished());
    done(&socket.connect(&address));
    let next = done(&server.accept());
    let (read, closed) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
    let (count, tell) = (read.clone(), closed.clone());
    socket.signals().read.connect(move |bytes| count.set(count.get() + bytes.len()));
    socket.signals().closed.connect(move |_| tell.set(true));
    assert_eq!(done(&slow.read_exact(LARGE)).unwrap().len(), LARGE);
    assert_eq!(done(&large), LARGE);
    done(&closing);
    done(&next.write("hello"));
    while read.get() < 5 {
        main::step(Some(PATIENCE)).unwrap();
    }
    assert!(!closed.get());
}

#[test]
fn half_a_close_reaches_the_peer() {
    let (server, address) = server();
    let mut stream = TcpStream::connect(&address).unwrap();
    let accepted = done(&server.accept());
    done(&accepted.write("all of it"));
    done(&accepted.end_writing());
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    assert_eq!(all, "all of it");
    stream.write_all(b"thanks").unwrap();
    assert_eq!(done(&accepted.read()).unwrap(), "thanks");
}
