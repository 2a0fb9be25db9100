//! Sockets against servers in threads, each of which serves one client and ends.

use std::cell::{Cell, RefCell};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use kaa_core::report::{Report, set_reporter};
use kaa_core::{InProgress, IntoInProgress};
use kaa_notifier::{AddressError, ChannelError, LoopError, Socket, SocketError, Wait, delay};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is expected not to come does not come for so long.
const A_WHILE: Duration = Duration::from_millis(30);

/// A server for one client, in a thread.
struct Server {
    address: SocketAddr,
    /// Held by the test for as long as the server is to stall.
    go_on: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// `serve` gets the client, and a receiver that hears from [`go_on`](Server::go_on).
    fn start(serve: impl FnOnce(TcpStream, Receiver<()>) + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (go_on, told) = channel();
        let thread = thread::spawn(move || {
            let (client, _) = listener.accept().unwrap();
            client.set_read_timeout(Some(PATIENCE)).unwrap();
            client.set_write_timeout(Some(PATIENCE)).unwrap();
            serve(client, told);
        });
        Server { address, go_on, thread: Some(thread) }
    }

    fn connect(&self) -> Socket {
        let socket = Socket::new();
        done(&socket.connect(self.address.to_string()));
        socket
    }

    fn go_on(&self) {
        self.go_on.send(()).unwrap();
    }

    /// Waits for the server's end; its panic is the test's.
    fn join(mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

/// Waits for the test to go on, or to be over.
fn stall(told: &Receiver<()>) {
    let _ = told.recv_timeout(PATIENCE);
}

fn done<T>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn failed<T: std::fmt::Debug>(ip: &InProgress<T>) -> kaa_core::Error {
    ip.timeout(PATIENCE).wait().unwrap_err()
}

fn socket_error(error: &kaa_core::Error) -> &SocketError {
    error.downcast_ref().unwrap_or_else(|| panic!("no socket error: {error}"))
}

/// A port that nobody listens at.
fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Sends a reset instead of the end of output.
fn reset(client: TcpStream) {
    let socket = socket2::Socket::from(client);
    socket.set_linger(Some(Duration::ZERO)).unwrap();
}

#[test]
fn connects_writes_and_reads_to_the_end() {
    let server = Server::start(|mut client, _| {
        let mut question = [0; 5];
        client.read_exact(&mut question).unwrap();
        client.write_all(&question).unwrap();
    });
    let socket = server.connect();
    assert_eq!(done(&socket.write("hello")), 5);
    assert_eq!(done(&socket.read()).unwrap(), "hello");
    assert_eq!(done(&socket.read()), None);
    assert_eq!(done(&socket.read()), None);
    server.join();
}

#[test]
fn connects_to_a_host_by_name() {
    let server = Server::start(|mut client, _| client.write_all(b"hello").unwrap());
    let socket = Socket::new();
    done(&socket.connect(format!("localhost:{}", server.address.port())));
    assert_eq!(done(&socket.read()).unwrap(), "hello");
    server.join();
}

#[test]
fn a_refused_connection_names_the_peer_and_can_be_tried_again() {
    let nobody = closed_port();
    let socket = Socket::new();
    for _ in 0..2 {
        let error = failed(&socket.connect(nobody.to_string()));
        let text = format!("cannot connect to {nobody}: Connection refused (os error 111)");
        assert_eq!(error.to_string(), text);
        let io_error = socket_error(&error).io_error().unwrap();
        assert_eq!(io_error.kind(), io::ErrorKind::ConnectionRefused);
    }
    let server = Server::start(|mut client, _| client.write_all(b"hello").unwrap());
    done(&socket.connect(server.address.to_string()));
    assert_eq!(done(&socket.read()).unwrap(), "hello");
    server.join();
}

#[test]
fn a_refused_connection_to_a_name_tells_the_address_too() {
    let port = closed_port().port();
    let error = failed(&Socket::new().connect(format!("localhost:{port}")));
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot connect to localhost:{port} (")), "{text}");
    assert!(text.ends_with("): Connection refused (os error 111)"), "{text}");
}

#[test]
fn an_unknown_host_is_named() {
    let error = failed(&Socket::new().connect("no-such-host.invalid:80"));
    assert!(matches!(error.downcast_ref(), Some(AddressError::Unresolved { .. })));
    let text = error.to_string();
    assert!(text.starts_with("cannot resolve `no-such-host.invalid:80`: "), "{text}");
}

#[test]
fn a_bad_address_fails_at_once_and_says_what_to_write() {
    for address in ["localhost", "localhost:http", "::1:80", ":80"] {
        let connecting = Socket::new().connect(address);
        assert!(connecting.is_finished());
        let error = failed(&connecting);
        assert!(error.is::<AddressError>());
        assert!(error.to_string().contains(": write `host:port`"), "{error}");
    }
}

#[test]
fn a_look_up_may_come_home_after_its_socket_has_gone() {
    let connecting = Socket::new().connect("no-such-host.invalid:80");
    assert!(matches!(socket_error(&failed(&connecting)), SocketError::Closed { .. }));
    delay(A_WHILE).wait().unwrap();
}

#[test]
fn what_needs_a_connection_says_so() {
    let socket = Socket::new();
    assert!(matches!(socket_error(&failed(&socket.read())), SocketError::NotConnected));
    assert!(matches!(socket_error(&failed(&socket.write("x"))), SocketError::NotConnected));
    let server = Server::start(|client, told| {
        stall(&told);
        drop(client);
    });
    let connecting = socket.connect(server.address.to_string());
    assert!(matches!(socket_error(&failed(&socket.read())), SocketError::Connecting));
    assert!(matches!(socket_error(&failed(&socket.write("x"))), SocketError::Connecting));
    done(&connecting);
    server.go_on();
    server.join();
}

#[test]
fn connecting_twice_is_refused() {
    let server = Server::start(|client, told| {
        stall(&told);
        drop(client);
    });
    let (socket, address) = (Socket::new(), server.address.to_string());
    let first = socket.connect(&address);
    assert!(matches!(socket_error(&failed(&socket.connect(&address))), SocketError::Connecting));
    done(&first);
    let error = failed(&socket.connect(&address));
    assert!(matches!(socket_error(&error), SocketError::Connected { peer } if *peer == address));
    server.go_on();
    server.join();
}

#[test]
fn a_connect_that_nobody_waits_for_goes_on_until_it_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (socket, address) = (Socket::new(), listener.local_addr().unwrap().to_string());
    drop(socket.connect(&address));
    let error = failed(&socket.connect(&address));
    assert!(error.to_string().ends_with("or `close` it to start over"), "{error}");
    drop(socket.close());
    done(&socket.connect(&address));
}

#[test]
fn a_stalled_peer_ends_in_a_timeout_and_loses_nothing() {
    let server = Server::start(|mut client, told| {
        stall(&told);
        client.write_all(b"at last").unwrap();
    });
    let socket = server.connect();
    for _ in 0..3 {
        let error = socket.read().timeout(A_WHILE).wait().unwrap_err();
        assert!(error.is_timeout());
    }
    server.go_on();
    assert_eq!(done(&socket.read()).unwrap(), "at last");
    assert_eq!(done(&socket.read()), None);
    server.join();
}

#[test]
fn nothing_is_lost_where_input_and_timeout_meet() {
    const PIECES: u8 = 200;
    let pause = Duration::from_micros(700);
    let server = Server::start(move |mut client, _| {
        for piece in 0..PIECES {
            client.write_all(&[piece]).unwrap();
            thread::sleep(pause);
        }
    });
    let socket = server.connect();
    let (mut heard, mut late) = (Vec::new(), 0);
    loop {
        match socket.read().timeout(pause).wait() {
            Ok(Some(chunk)) => heard.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) if error.is_timeout() => late += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(heard, (0..PIECES).collect::<Vec<_>>(), "{late} reads were late");
    server.join();
}

#[test]
fn a_read_whose_handle_is_dropped_consumes_nothing() {
    let server = Server::start(|mut client, _| client.write_all(b"hello").unwrap());
    let socket = server.connect();
    drop(socket.read());
    let first = socket.read();
    drop(socket.read());
    delay(A_WHILE).wait().unwrap();
    assert_eq!(done(&first).unwrap(), "hello");
    server.join();
}

#[test]
fn bytes_stay_while_nobody_reads() {
    let server = Server::start(|mut client, _| client.write_all(b"hello").unwrap());
    let socket = server.connect();
    drop(socket.read());
    delay(A_WHILE).wait().unwrap();
    assert_eq!(done(&socket.read()).unwrap(), "hello");
    server.join();
}

#[test]
fn several_reads_get_the_input_in_their_order() {
    let server = Server::start(|mut client, told| {
        for piece in ["one", "two", "three"] {
            stall(&told);
            client.write_all(piece.as_bytes()).unwrap();
        }
    });
    let socket = server.connect();
    let reads: Vec<_> = (0..5).map(|_| socket.read()).collect();
    let mut heard = Vec::new();
    for read in &reads {
        if heard.len() < 3 {
            server.go_on();
        }
        heard.push(done(read).map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()));
    }
    let expected = [Some("one"), Some("two"), Some("three"), None, None];
    assert_eq!(heard, expected.map(|piece| piece.map(str::to_owned)));
    server.join();
}

#[test]
fn a_peer_that_closes_in_the_middle_is_an_end_after_what_it_sent() {
    let server = Server::start(|mut client, _| client.write_all(&[7; 100_000]).unwrap());
    let socket = server.connect();
    let mut total = 0;
    while let Some(chunk) = done(&socket.read()) {
        assert!(chunk.iter().all(|&byte| byte == 7));
        total += chunk.len();
    }
    assert_eq!(total, 100_000);
    server.join();
}

#[test]
fn a_reset_fails_all_reads_and_later_ones_too() {
    let server = Server::start(|client, told| {
        stall(&told);
        reset(client);
    });
    let socket = server.connect();
    let reads = [socket.read(), socket.read()];
    server.go_on();
    for read in reads.into_iter().chain([socket.read()]) {
        let error = failed(&read);
        let text =
            format!("cannot read from {}: Connection reset by peer (os error 104)", server.address);
        assert_eq!(error.to_string(), text);
    }
    server.join();
}

#[test]
fn writing_to_a_peer_that_has_gone_fails_and_is_no_signal() {
    let server = Server::start(|client, told| {
        stall(&told);
        reset(client);
    });
    let socket = server.connect();
    server.go_on();
    server.join();
    let start = Instant::now();
    let error = loop {
        assert!(start.elapsed() < PATIENCE);
        if let Err(error) = socket.write("hello").timeout(PATIENCE).wait() {
            break error;
        }
    };
    assert!(matches!(error.downcast_ref(), Some(ChannelError::Write { .. })), "{error}");
    assert!(matches!(
        failed(&socket.write("more")).downcast_ref(),
        Some(ChannelError::Write { .. })
    ));
}

const LARGE: usize = 8 << 20;

#[test]
fn a_large_write_reaches_a_slow_reader_whole() {
    let server = Server::start(|mut client, told| {
        stall(&told);
        let mut received = Vec::new();
        let mut buffer = vec![0; 256 * 1024];
        while received.len() < LARGE {
            thread::sleep(Duration::from_millis(1));
            let length = client.read(&mut buffer).unwrap();
            assert_ne!(length, 0);
            received.extend_from_slice(&buffer[..length]);
        }
        assert!(received.iter().zip(pattern()).all(|(&byte, expected)| byte == expected));
        client.write_all(b"thanks").unwrap();
    });
    let socket = server.connect();
    let data: Vec<u8> = pattern().take(LARGE).collect();
    let writing = socket.write(&data);
    assert!(writing.timeout(A_WHILE).wait().unwrap_err().is_timeout());
    server.go_on();
    assert_eq!(done(&writing), LARGE);
    assert_eq!(done(&socket.read()).unwrap(), "thanks");
    server.join();
}

fn pattern() -> impl Iterator<Item = u8> {
    (0u32..).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
}

#[test]
fn writes_are_done_in_their_order() {
    let server = Server::start(|mut client, told| {
        stall(&told);
        let mut all = Vec::new();
        client.read_to_end(&mut all).unwrap();
        let lengths: Vec<_> = all.chunk_by(|one, other| one == other).map(<[u8]>::len).collect();
        assert_eq!(lengths, [LARGE, 10, LARGE, 20]);
    });
    let socket = server.connect();
    socket.set_write_limit(usize::MAX).unwrap();
    let order = Rc::new(RefCell::new(Vec::new()));
    let writes: Vec<_> = [(1, LARGE), (2, 10), (3, LARGE), (4, 20)]
        .into_iter()
        .map(|(byte, length)| {
            let write = socket.write(vec![byte; length]);
            let order = Rc::clone(&order);
            write.connect(move |&written| order.borrow_mut().push((byte, written)));
            write
        })
        .collect();
    server.go_on();
    done(writes.last().unwrap());
    assert_eq!(*order.borrow(), [(1, LARGE), (2, 10), (3, LARGE), (4, 20)]);
    drop(socket.close());
    server.join();
}

#[test]
fn a_peer_that_has_said_all_can_still_be_written_to() {
    let server = Server::start(|mut client, _| {
        client.shutdown(Shutdown::Write).unwrap();
        let mut all = Vec::new();
        client.read_to_end(&mut all).unwrap();
        assert_eq!(all.len(), LARGE);
    });
    let socket = server.connect();
    assert_eq!(done(&socket.read()), None);
    assert_eq!(done(&socket.write(vec![1; LARGE])), LARGE);
    drop(socket);
    server.join();
}

#[test]
fn an_empty_write_is_done_at_once() {
    let server = Server::start(|_, _| {});
    assert_eq!(done(&server.connect().write("")), 0);
    server.join();
}

#[test]
fn dropping_the_last_handle_fails_what_is_pending_and_closes() {
    let server = Server::start(|mut client, told| {
        // Read at once, it might all be written at once.
        told.recv().unwrap();
        let mut all = Vec::new();
        client.read_to_end(&mut all).unwrap();
        assert!(all.len() < LARGE);
    });
    let socket = server.connect();
    let other = socket.clone();
    let (reading, writing) = (socket.read(), socket.write(vec![0; LARGE]));
    drop(socket);
    assert!(!reading.is_finished());
    drop(other);
    for error in [failed(&reading), failed(&writing)] {
        let peer = server.address;
        let text = format!("the channel to {peer} was closed before this was done");
        assert_eq!(error.to_string(), text);
    }
    server.go_on();
    server.join();
}

#[test]
fn dropping_the_last_handle_fails_a_connect() {
    let server = Server::start(|_, _| {});
    let socket = Socket::new();
    let connecting = socket.connect(server.address.to_string());
    drop(socket);
    assert!(matches!(socket_error(&failed(&connecting)), SocketError::Closed { .. }));
    let _ = TcpStream::connect(server.address); // The listener may have seen nobody.
    server.join();
}

#[test]
fn a_closed_socket_fails_what_is_pending_and_can_connect_again() {
    let socket = Socket::new();
    for _ in 0..2 {
        let server = Server::start(|mut client, _| {
            let mut all = Vec::new();
            client.read_to_end(&mut all).unwrap();
        });
        done(&socket.connect(server.address.to_string()));
        let reading = socket.read();
        drop(socket.close());
        assert!(matches!(failed(&reading).downcast_ref(), Some(ChannelError::Closed { .. })));
        assert!(matches!(socket_error(&failed(&socket.read())), SocketError::NotConnected));
        server.join();
    }
}

#[test]
fn a_callback_may_close_and_reconnect_the_socket() {
    let first = Server::start(|mut client, _| client.write_all(b"first").unwrap());
    let second = Server::start(|mut client, _| client.write_all(b"second").unwrap());
    let socket = first.connect();
    let (again, address) = (socket.clone(), second.address.to_string());
    let connecting = Rc::new(RefCell::new(None));
    let started = Rc::clone(&connecting);
    let reading = socket.read();
    reading.connect(move |_| {
        drop(again.close());
        started.replace(Some(again.connect(address)));
    });
    done(&reading);
    done(&connecting.take().unwrap());
    assert_eq!(done(&socket.read()).unwrap(), "second");
    first.join();
    second.join();
}

#[test]
fn a_callback_of_what_a_close_fails_may_use_the_socket_again() {
    let server = Server::start(|mut client, _| client.write_all(b"hello").unwrap());
    let (socket, address) = (Socket::new(), server.address.to_string());
    let (other, again) = (socket.clone(), Rc::new(RefCell::new(None)));
    let started = Rc::clone(&again);
    let nowhere = socket.connect("no-such-host.invalid:80");
    nowhere.exception().connect(move |_| {
        assert!(other.read().take_result().unwrap().is_err());
        started.replace(Some(other.connect(address)));
    });
    drop(socket.close());
    done(&again.take().unwrap());
    assert_eq!(done(&socket.read()).unwrap(), "hello");
    server.join();
}

#[test]
fn a_callback_may_drop_the_last_handle() {
    let server = Server::start(|mut client, _| client.write_all(b"hello").unwrap());
    let socket = server.connect();
    let (reading, next) = (socket.read(), socket.read());
    let last = Cell::new(Some(socket));
    reading.connect(move |_| drop(last.take()));
    done(&reading);
    assert!(matches!(failed(&next).downcast_ref(), Some(ChannelError::Closed { .. })));
    server.join();
}

#[test]
fn reads_that_were_given_up_keep_no_wait_from_ending() {
    let server = Server::start(|client, told| {
        stall(&told);
        drop(client);
    });
    let socket = server.connect();
    drop(socket.read());
    assert!(socket.read().timeout(A_WHILE).wait().unwrap_err().is_timeout());
    let (promise, never) = InProgress::<()>::new();
    let error = never.wait().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
    promise.finish(());
    server.go_on();
    server.join();
}

#[test]
fn a_peer_that_hangs_up_unread_does_not_keep_the_loop_busy() {
    let server = Server::start(|client, told| {
        stall(&told);
        reset(client);
    });
    let socket = server.connect();
    drop(socket.read());
    server.go_on();
    server.join();
    let start = cpu_time();
    delay(Duration::from_millis(200)).wait().unwrap();
    let spent = cpu_time() - start;
    assert!(spent < Duration::from_millis(100), "{spent:?}");
}

/// What this thread has computed so far.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
}

/// The reports of this thread from now on.
fn reports() -> Rc<RefCell<Vec<String>>> {
    let reports = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&reports);
    set_reporter(Some(Rc::new(move |report: &Report| {
        seen.borrow_mut().push(report.error.to_string());
    })));
    reports
}

#[test]
fn what_nobody_waits_for_any_more_is_no_news_but_lost_data_is() {
    let server = Server::start(|mut client, _| drop(client.read_to_end(&mut Vec::new())));
    let reports = reports();
    drop(Socket::new().connect(server.address.to_string()));
    drop(Socket::new().connect("no-such-host.invalid:80"));
    let socket = Socket::new();
    done(&socket.connect(closed_port().to_string()).exception().into_inprogress());
    assert_eq!(*reports.borrow(), [""; 0]);

    let _ = TcpStream::connect(server.address); // The listener may have seen nobody.
    server.join();
    let server = Server::start(|mut client, _| drop(client.read_to_end(&mut Vec::new())));
    let socket = server.connect();
    drop(socket.read());
    drop(socket.write(vec![0; LARGE]));
    drop(socket);
    let lost = format!("the channel to {} was closed before this was done", server.address);
    assert_eq!(*reports.borrow(), [lost]);
    server.join();
}

#[test]
fn many_connections_at_once() {
    const CLIENTS: usize = 100;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || {
        let clients: Vec<_> = listener.incoming().take(CLIENTS).map(Result::unwrap).collect();
        for mut client in clients {
            client.write_all(b"hello").unwrap();
        }
    });
    let sockets: Vec<_> = (0..CLIENTS).map(|_| Socket::new()).collect();
    let connecting: Vec<_> = sockets.iter().map(|socket| socket.connect(&address)).collect();
    connecting.iter().for_each(done);
    let reads: Vec<_> = sockets.iter().map(Socket::read).collect();
    for read in &reads {
        assert_eq!(done(read).unwrap(), "hello");
    }
    server.join().unwrap();
}

#[test]
fn the_end_of_the_thread_closes_what_others_hold() {
    let server = Server::start(|mut client, _| {
        assert_eq!(client.read(&mut [0; 10]).unwrap(), 0);
    });
    let address = server.address.to_string();
    thread::spawn(move || {
        let socket = Socket::new();
        done(&socket.connect(address));
        let again = socket.clone();
        socket.read().connect(move |_| drop(again));
    })
    .join()
    .unwrap();
    server.join();
}
