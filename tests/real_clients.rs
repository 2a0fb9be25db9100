//! Clients and servers that nobody here wrote: `curl`, `nc` and `openssl`, against the sockets and the TLS of kaa.
//!
//! One that is not installed is passed over, and that is printed; with `KAA_REAL_CLIENTS=1` it is a failure.

#![cfg(feature = "tls")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{Output, Process, TLSClient, TLSServer, TLSSocket};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether the program is there. If it has to be, it is.
fn has(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    let is_there = found.is_ok_and(|found| found.status.success());
    if !is_there {
        assert!(std::env::var_os("KAA_REAL_CLIENTS").is_none(), "no `{program}`: install it");
        eprintln!("passed over, for there is no `{program}`");
    }
    is_there
}

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

/// Certificates for `localhost`, in a folder of their own that goes with them.
struct Certificates(PathBuf);

impl Certificates {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kaa-{name}-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "the authority of a test");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        fs::write(folder.join("ca"), issuer.pem()).unwrap();
        fs::write(folder.join("chain"), certificate.pem()).unwrap();
        fs::write(folder.join("key"), key.serialize_pem()).unwrap();
        Certificates(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn pem(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn server(&self) -> TLSServer {
        TLSServer::new(self.pem("chain"), self.pem("key")).unwrap()
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

const PAGE: &str = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";

#[kaa::coroutine]
fn answer(client: Socket) -> kaa::Result<()> {
    yield_!(client.read_until(["\r\n\r\n"], 10_000))?;
    yield_!(client.write(PAGE))?;
    yield_!(client.close())
}

#[kaa::coroutine]
fn answer_secretly(client: Socket, server: TLSServer) -> kaa::Result<()> {
    let client = yield_!(TLSSocket::accept(client, &server))?;
    yield_!(client.read_until(["\r\n\r\n"], 10_000))?;
    yield_!(client.write(PAGE))?;
    yield_!(client.close())
}

#[kaa::coroutine]
fn echo(client: Socket) -> kaa::Result<()> {
    while let Some(bytes) = yield_!(client.read())? {
        yield_!(client.write_bytes(bytes))?;
    }
    yield_!(client.close())
}

/// A server at a free port, and that port.
fn serve(with: impl Fn(Socket) -> InProgress<()> + 'static) -> (Socket, u16) {
    let server = Socket::new();
    server.listen("127.0.0.1:0").unwrap();
    let port = server.local_address().unwrap().port();
    server.new_client().connect(move |client| {
        with(client.clone()).exception().connect(|error| eprintln!("{error}"));
    });
    (server, port)
}

fn run(program: &str, arguments: &[&str], input: &str) -> Output {
    let process = Process::spawn(Command::new(program).args(arguments)).unwrap();
    done(&process.communicate(input))
}

#[test]
fn curl_gets_a_page() {
    if !has("curl") {
        return;
    }
    let (_server, port) = serve(answer);
    let output = run("curl", &["-sS", &format!("http://127.0.0.1:{port}/")], "");
    assert_eq!(output.stdout, "hello", "{output:?}");
}

#[test]
fn curl_gets_a_page_over_tls() {
    if !has("curl") {
        return;
    }
    let certificates = Certificates::new("curl");
    let server = certificates.server();
    let (_server, port) = serve(move |client| answer_secretly(client, server.clone()));
    let page = format!("https://localhost:{port}/");
    let place = format!("localhost:{port}:127.0.0.1");
    let output =
        run("curl", &["-sS", "--cacert", &certificates.path("ca"), "--resolve", &place, &page], "");
    assert_eq!(output.stdout, "hello", "{output:?}");
    let output = run("curl", &["-sS", "--resolve", &place, &page], "");
    assert!(!output.status.success(), "{output:?}");
}

#[test]
fn nc_hears_what_it_says() {
    if !has("nc") {
        return;
    }
    let (_server, port) = serve(echo);
    let text = "a line\n".repeat(10_000);
    let output = run("nc", &["-N", "127.0.0.1", &port.to_string()], &text);
    assert!(output.stdout == text, "{:?}", output.stderr);
}

#[test]
fn openssl_talks_to_a_server() {
    if !has("openssl") {
        return;
    }
    let certificates = Certificates::new("s-client");
    let server = certificates.server();
    let (_server, port) = serve(move |client| answer_secretly(client, server.clone()));
    for version in ["-tls1_2", "-tls1_3"] {
        let place = format!("127.0.0.1:{port}");
        let ca = certificates.path("ca");
        let arguments = ["s_client", "-quiet", "-verify_return_error", version, "-connect", &place];
        let arguments = [&arguments[..], &["-servername", "localhost", "-CAfile", &ca]].concat();
        let process = Process::spawn(Command::new("openssl").args(&arguments)).unwrap();
        done(&process.stdin().unwrap().write("GET / HTTP/1.0\r\n\r\n"));
        let answer = done(&process.stdout().unwrap().read_to_end(10_000));
        assert!(answer.unwrap_or_default().ends_with(b"hello"), "{version}");
        done(&process.stop());
    }
}

#[test]
fn a_client_talks_to_openssl() {
    if !has("openssl") {
        return;
    }
    let certificates = Certificates::new("s-server");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    kaa::main::set_resolver(move |_, _| InProgress::finished(vec![free])).unwrap();
    let (chain, key, port) =
        (certificates.path("chain"), certificates.path("key"), free.port().to_string());
    let arguments = ["s_server", "-quiet", "-rev", "-accept", &port, "-cert", &chain, "-key", &key];
    let process = Process::spawn(Command::new("openssl").args(arguments)).unwrap();
    let client = TLSClient::trusting(certificates.pem("ca")).unwrap();
    let socket = loop {
        match TLSSocket::connect(&client, format!("localhost:{port}")).timeout(PATIENCE).wait() {
            Ok(socket) => break socket,
            // It has not begun to listen.
            Err(error) => {
                assert!(error.to_string().contains("refused"), "{error}");
                done(&kaa::delay(Duration::from_millis(20)));
            }
        }
    };
    done(&socket.write("olleh\n"));
    assert_eq!(done(&socket.readline()).unwrap(), "hello\n");
    done(&process.stop());
}

#[test]
fn the_example_gets_a_page() {
    let certificates = Certificates::new("https-get");
    let server = certificates.server();
    let (_server, port) = serve(move |client| answer_secretly(client, server.clone()));
    let test = std::env::current_exe().unwrap();
    let example = test.parent().and_then(|deps| deps.parent()).unwrap().join("examples/https_get");
    assert!(example.exists(), "run `cargo build --features tls --examples` first");
    let get = |page: &str, trusted: &str| {
        let mut command = Command::new(&example);
        let process =
            Process::spawn(command.arg(page).env("SSL_CERT_FILE", certificates.path(trusted)));
        done(&process.unwrap().communicate(""))
    };
    let output = get(&format!("localhost:{port}/"), "ca");
    assert_eq!(output.stdout, "hello", "{output:?}");
    // The numeric address is not in the certificate.
    let output = get(&format!("127.0.0.1:{port}/"), "ca");
    assert!(String::from_utf8_lossy(&output.stderr).contains("not valid for name"), "{output:?}");
    let output = get("https://localhost/", "ca");
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage"), "{output:?}");
}
