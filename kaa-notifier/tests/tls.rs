//! TLS: who is trusted, what is agreed on, what is lost.

#![cfg(feature = "tls")]

use std::cell::RefCell;
use std::net::TcpStream;
use std::rc::Rc;
use std::time::Duration;

use kaa_core::{Error, InProgress};
use kaa_notifier::{Bytes, ChannelError, Socket, TLSClient, TLSServer, TLSSocket, Wait, main};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn failed<T: 'static>(ip: &InProgress<T>) -> Error {
    ip.timeout(PATIENCE).wait().err().expect("a failure")
}

/// Whoever signs certificates.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key, in PEM.
struct Identity {
    chain: String,
    key: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        // Each by a name of its own.
        let name =
            key.public_key_raw().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        params.distinguished_name.push(DnType::CommonName, name);
        Authority { issuer: CertifiedIssuer::self_signed(params, key).unwrap() }
    }

    fn pem(&self) -> String {
        self.issuer.pem()
    }

    fn identity(&self, name: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity { chain: certificate.pem(), key: key.serialize_pem() }
    }

    fn server(&self) -> TLSServer {
        let identity = self.identity("localhost");
        TLSServer::new(identity.chain, identity.key).unwrap()
    }

    fn client(&self) -> TLSClient {
        TLSClient::trusting(self.pem()).unwrap()
    }
}

/// Listens, and speaks TLS with each who comes. What came of that is kept.
struct Server {
    listener: Socket,
    accepted: Rc<RefCell<Vec<InProgress<TLSSocket>>>>,
}

impl Server {
    fn new(server: TLSServer) -> Self {
        let listener = Socket::new();
        listener.listen("127.0.0.1:0").unwrap();
        let accepted = Rc::new(RefCell::new(Vec::new()));
        let keep = accepted.clone();
        listener.new_client().connect(move |client| {
            keep.borrow_mut().push(TLSSocket::accept(client.clone(), &server));
        });
        Server { listener, accepted }
    }

    /// Under its name, not its number.
    fn address(&self) -> String {
        let address = self.listener.local_address().unwrap();
        main::set_resolver(move |_, _| InProgress::finished(vec![address])).unwrap();
        format!("localhost:{}", address.port())
    }

    fn next(&self) -> InProgress<TLSSocket> {
        while self.accepted.borrow().is_empty() {
            main::step(Some(PATIENCE)).unwrap();
        }
        self.accepted.borrow_mut().remove(0)
    }
}

/// Both ends of a connection.
fn pair() -> (TLSSocket, TLSSocket) {
    let authority = Authority::new();
    let server = Server::new(authority.server());
    let client = done(&TLSSocket::connect(&authority.client(), server.address()));
    (client, done(&server.next()))
}

#[test]
fn both_sides_talk() {
    let (client, server) = pair();
    done(&client.write("question\n"));
    assert_eq!(done(&server.readline()).unwrap(), "question\n");
    done(&server.write("answer\n"));
    assert_eq!(done(&client.readline()).unwrap(), "answer\n");
    assert!(!client.peer_certificates().is_empty() && server.peer_certificates().is_empty());
    assert_eq!((client.protocol(), client.is_resumed()), (None, false));
}

#[test]
fn a_lot_goes_both_ways_at_once() {
    const LARGE: usize = 3_000_000;
    let (client, server) = pair();
    for socket in [&client, &server] {
        socket.set_write_limit(usize::MAX).unwrap();
    }
    let writes = [client.write(vec![b'c'; LARGE]), server.write(vec![b's'; LARGE])];
    let reads = [client.read_exact(LARGE), server.read_exact(LARGE)];
    for (read, byte) in reads.iter().zip([b's', b'c']) {
        assert!(done(read).unwrap().iter().all(|other| *other == byte));
    }
    writes.iter().for_each(|write| assert_eq!(done(write), LARGE));
}

#[test]
fn a_close_is_the_end_of_input() {
    let (client, server) = pair();
    done(&client.write("all of it"));
    done(&client.close());
    assert_eq!(done(&server.read_to_end(100)).unwrap(), "all of it");
    assert_eq!(done(&server.read()), None);
}

#[test]
fn half_a_close_leaves_the_other_half() {
    let (client, server) = pair();
    done(&client.write("question"));
    done(&client.end_writing());
    assert_eq!(done(&server.read_to_end(100)).unwrap(), "question");
    done(&server.write("answer"));
    assert_eq!(done(&client.read()).unwrap(), "answer");
}

#[test]
fn an_end_that_is_not_said_is_an_error() {
    let (client, server) = pair();
    done(&client.write("part of it"));
    // Closed without a word.
    let shutdown = client.with_options(|socket| socket.shutdown(std::net::Shutdown::Both));
    shutdown.unwrap();
    assert_eq!(done(&server.read()).unwrap(), "part of it");
    let error = failed(&server.read());
    assert!(matches!(error.downcast_ref(), Some(ChannelError::Read { .. })), "{error}");
}

/// What the client, and what the server hears.
fn refused(client: &TLSClient, server: TLSServer, address: Option<&str>) -> [String; 2] {
    let server = Server::new(server);
    let there = server.address();
    let error = failed(&TLSSocket::connect(client, address.map_or(there, str::to_owned)));
    [error.to_string(), failed(&server.next()).to_string()]
}

#[test]
fn a_certificate_of_nobody_who_is_trusted_is_refused() {
    let server = Authority::new().server();
    let [client, server] = refused(&Authority::new().client(), server, None);
    assert!(client.contains("UnknownIssuer"), "{client}");
    assert!(server.contains("UnknownCA"), "{server}");
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new();
    let [client, _] = refused(&authority.client(), authority.server(), Some("example.org:443"));
    assert!(client.contains("not valid for name"), "{client}");
}

#[test]
fn a_client_without_a_certificate_is_refused_where_one_is_wanted() {
    let authority = Authority::new();
    let Identity { chain, key } = authority.identity("localhost");
    let wanting = TLSServer::with_clients_of(&chain, &key, authority.pem()).unwrap();
    let server = Server::new(wanting.clone());
    let connecting = TLSSocket::connect(&authority.client(), server.address());
    let error = failed(&server.next());
    assert!(error.to_string().contains("peer sent no certificates"), "{error}");
    // In TLS 1.3 the client is through before it hears of that.
    let client = done(&connecting);
    assert!(failed(&client.read()).to_string().contains("CertificateRequired"));

    let server = Server::new(wanting);
    let Identity { chain, key } = authority.identity("client");
    let known = TLSClient::with_identity(authority.pem(), chain, key).unwrap();
    let client = done(&TLSSocket::connect(&known, server.address()));
    let accepted = done(&server.next());
    assert_eq!(accepted.peer_certificates().len(), 1);
    drop(client);
}

#[test]
fn the_best_protocol_that_both_know_is_spoken() {
    let authority = Authority::new();
    let server = Server::new(authority.server().protocols(["two", "one"]));
    let client = authority.client().protocols(["one", "two", "three"]);
    let client = done(&TLSSocket::connect(&client, server.address()));
    assert_eq!(client.protocol(), Some(Bytes::from("two")));
    assert_eq!(done(&server.next()).protocol(), Some(Bytes::from("two")));
}

#[test]
fn a_second_connection_resumes_the_session() {
    let authority = Authority::new();
    let (server, client) = (Server::new(authority.server()), authority.client());
    for is_resumed in [false, true] {
        let socket = done(&TLSSocket::connect(&client, server.address()));
        assert_eq!(socket.is_resumed(), is_resumed);
        let accepted = done(&server.next());
        done(&accepted.write("hello\n"));
        // The ticket comes with what is read.
        assert_eq!(done(&socket.readline()).unwrap(), "hello\n");
    }
}

#[test]
fn an_open_connection_goes_over_to_tls() {
    let authority = Authority::new();
    let listener = Socket::new();
    listener.listen("127.0.0.1:0").unwrap();
    let client = Socket::new();
    done(&client.connect(listener.local_address().unwrap().to_string()));
    let server = done(&listener.accept());

    done(&client.write("STARTTLS\n"));
    assert_eq!(done(&server.readline()).unwrap(), "STARTTLS\n");
    done(&server.write("go ahead\n"));
    assert_eq!(done(&client.readline()).unwrap(), "go ahead\n");

    let accepting = TLSSocket::accept(server, &authority.server());
    let client = done(&TLSSocket::start(client, &authority.client(), "localhost"));
    let server = done(&accepting);
    done(&client.write("secret\n"));
    assert_eq!(done(&server.readline()).unwrap(), "secret\n");
}

#[test]
fn what_came_in_the_clear_is_not_taken_for_secret() {
    let listener = Socket::new();
    listener.listen("127.0.0.1:0").unwrap();
    let client = Socket::new();
    done(&client.connect(listener.local_address().unwrap().to_string()));
    let server = done(&listener.accept());
    done(&server.write("go ahead\ninjected\n"));
    assert_eq!(done(&client.readline()).unwrap(), "go ahead\n");
    let error = failed(&TLSSocket::start(client, &Authority::new().client(), "localhost"));
    assert!(matches!(error.downcast_ref(), Some(ChannelError::Busy { .. })), "{error}");
}

#[test]
fn a_connection_goes_over_to_tls_once() {
    let authority = Authority::new();
    let listener = Socket::new();
    listener.listen("127.0.0.1:0").unwrap();
    let client = Socket::new();
    done(&client.connect(listener.local_address().unwrap().to_string()));
    let server = done(&listener.accept());
    let accepting = TLSSocket::accept(server, &authority.server());
    let first = TLSSocket::start(client.clone(), &authority.client(), "localhost");
    let error = failed(&TLSSocket::start(client, &authority.client(), "localhost"));
    assert!(matches!(error.downcast_ref(), Some(ChannelError::Busy { .. })), "{error}");
    done(&first);
    done(&accepting);
}

#[test]
fn what_was_read_in_the_clear_does_not_come_back_as_secret() {
    let authority = Authority::new();
    let listener = Socket::new();
    listener.listen("127.0.0.1:0").unwrap();
    let client = Socket::new();
    done(&client.connect(listener.local_address().unwrap().to_string()));
    let server = done(&listener.accept());
    let clear = client.readline();
    done(&server.write("injected\n"));
    while !clear.is_finished() {
        main::step(Some(PATIENCE)).unwrap();
    }
    let accepting = TLSSocket::accept(server, &authority.server());
    let client = done(&TLSSocket::start(client, &authority.client(), "localhost"));
    drop(clear);
    done(&done(&accepting).write("secret\n"));
    assert_eq!(done(&client.readline()).unwrap(), "secret\n");
}

#[test]
fn a_negotiation_that_nobody_waits_for_is_given_up() {
    let listener = Socket::new();
    listener.listen("127.0.0.1:0").unwrap();
    let address = listener.local_address().unwrap();
    let mut silent = TcpStream::connect(address).unwrap();
    let accepted = done(&listener.accept());
    let accepting = TLSSocket::accept(accepted, &Authority::new().server());
    assert!(accepting.timeout(Duration::from_millis(5)).wait().unwrap_err().is_timeout());
    drop(accepting);
    main::step(Some(Duration::ZERO)).unwrap();
    silent.set_read_timeout(Some(PATIENCE)).unwrap();
    // A last word, and the end, or a reset.
    let end = std::io::Read::read_to_end(&mut silent, &mut Vec::new());
    assert!(!end.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock));
}

#[test]
fn a_peer_that_breaks_off_ends_a_close() {
    let (client, server) = pair();
    client.set_write_limit(usize::MAX).unwrap();
    let large = client.write(vec![0; 8_000_000]);
    let closing = client.close();
    server.with_options(|socket| socket.set_linger(Some(Duration::ZERO))).unwrap();
    drop(server);
    done(&closing);
    failed(&large);
}

#[test]
fn a_peer_that_speaks_no_tls_is_an_error() {
    let listener = Socket::new();
    listener.listen("127.0.0.1:0").unwrap();
    listener.new_client().connect(|client| {
        drop(client.write("220 mail.example.org ready\r\n"));
        let kept = client.clone();
        client.read().connect(move |_| drop(kept));
    });
    let address = listener.local_address().unwrap().to_string();
    let error = failed(&TLSSocket::connect(&Authority::new().client(), address));
    assert!(error.to_string().contains("corrupt message"), "{error}");
}

#[test]
fn an_attempt_can_be_aborted() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let attempt = TLSSocket::connect(&Authority::new().client(), address);
    let (silent, _): (TcpStream, _) = listener.accept().unwrap();
    assert!(attempt.timeout(Duration::from_millis(10)).wait().unwrap_err().is_timeout());
    done(&attempt.abort());
    assert!(failed(&attempt).is_aborted());
    drop(silent);
}

#[test]
fn bad_names_and_texts_are_said() {
    let client = Authority::new().client();
    let error = failed(&TLSSocket::start(Socket::new(), &client, "no name"));
    assert!(error.to_string().starts_with("`no name` is no name"), "{error}");
    let text = TLSClient::trusting("").unwrap_err().to_string();
    assert_eq!(text, "there is no certificate in the PEM text");
    let identity = Authority::new().identity("localhost");
    let error = TLSServer::new(&identity.chain, "no key").unwrap_err();
    assert!(error.to_string().starts_with("the PEM text is not a private key"), "{error}");
    let other = Authority::new().identity("localhost");
    assert!(TLSServer::new(&identity.chain, other.key).is_err());
}
