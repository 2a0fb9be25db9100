//! Runs the examples as programs, against servers of this test: what they print, and how they exit.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

/// No server waits longer for its client.
const PATIENCE: Duration = Duration::from_secs(20);

/// A built example. `cargo test` builds them before the tests, and puts them beside the folder of the tests; `cargo test
/// --test examples` alone does not.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let mut path: PathBuf = profile.join("examples").join(name);
    path.set_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "no {}: run `cargo build --examples` first", path.display());
    Command::new(path)
}

/// Runs an example to its end.
fn run(name: &str, arguments: &[&str]) -> Outcome {
    let output = example(name).args(arguments).output().unwrap();
    Outcome::from(output)
}

/// What a program has left behind.
#[derive(Debug)]
struct Outcome {
    code: Option<i32>,
    out: Vec<String>,
    err: Vec<String>,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        let lines = |bytes| String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect();
        Outcome { code: output.status.code(), out: lines(output.stdout), err: lines(output.stderr) }
    }
}

/// Serves every client in a thread of its own, until the process ends.
fn server(serve: impl Fn(&mut TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, serve) = (client.unwrap(), serve.clone());
            client.set_read_timeout(Some(PATIENCE)).unwrap();
            thread::spawn(move || serve(&mut client));
        }
    });
    site
}

/// Reads the request up to its empty line.
fn hear(client: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        request.extend(byte);
    }
}

fn good_server() -> String {
    server(|client| {
        hear(client);
        client.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello").unwrap();
    })
}

/// Promises 100 bytes, and closes after 10.
fn broken_server() -> String {
    server(|client| {
        hear(client);
        client.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\n0123456789").unwrap();
    })
}

/// Hears the request and says nothing, as long as the sender is held.
fn stalling_server() -> (String, Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = listener.local_addr().unwrap().to_string();
    let (held, released) = channel();
    thread::spawn(move || {
        let clients: Vec<_> = listener.incoming().take(2).collect();
        let _ = released.recv_timeout(PATIENCE);
        drop(clients);
    });
    (site, held)
}

fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// One way to fail: the site, and what the line on stderr has to say.
fn check_failure(site: &str, problem: &str) {
    let fetch = run("fetch", &[site]);
    assert_eq!(fetch.code, Some(1), "{fetch:?}");
    assert_eq!(fetch.err.len(), 1, "{fetch:?}");
    assert!(fetch.err[0].starts_with(&format!("{site}/: ")), "{fetch:?}");
    assert!(fetch.err[0].contains(problem), "{fetch:?}");

    // Two jobs, a line each.
    let page = format!("{site}/");
    let mut connect = run("connect", &[site]);
    assert_eq!(connect.code, Some(1), "{connect:?}");
    assert_eq!(connect.err.len(), 2, "{connect:?}");
    connect.err.sort();
    for (line, job) in connect.err.iter().zip(["callbacks: ", "coroutine: "]) {
        let start = format!("{job}{page}: ");
        assert!(line.starts_with(&start) && line.contains(problem), "{connect:?}");
    }
}

#[test]
fn fetch_prints_what_it_gets() {
    let site = good_server();
    let fetch = run("fetch", &[&site, &site]);
    assert_eq!((fetch.code, fetch.err.len()), (Some(0), 0), "{fetch:?}");
    let total = format!("{site}/: 5 bytes in all");
    assert_eq!(fetch.out.iter().filter(|line| **line == total).count(), 2, "{fetch:?}");
}

#[test]
fn connect_does_its_job_twice() {
    let site = good_server();
    let mut connect = run("connect", &[&site]);
    assert_eq!((connect.code, connect.err.len()), (Some(0), 0), "{connect:?}");
    connect.out.sort();
    let expected = ["callbacks", "coroutine"].map(|job| format!("{job}: {site}/: 5 bytes"));
    assert_eq!(connect.out, expected);
}

#[test]
fn without_arguments_they_talk_to_a_server_of_their_own() {
    let fetch = run("fetch", &[]);
    assert_eq!((fetch.code, fetch.err.len()), (Some(0), 0), "{fetch:?}");
    assert_eq!(fetch.out.iter().filter(|line| line.ends_with("bytes in all")).count(), 3);
    let connect = run("connect", &[]);
    assert_eq!((connect.code, connect.err.len()), (Some(0), 0), "{connect:?}");
    assert_eq!(connect.out.len(), 2, "{connect:?}");
}

#[test]
fn a_refused_connection() {
    let site = closed_port().to_string();
    check_failure(&site, &format!("cannot connect to {site}: Connection refused"));
}

#[test]
fn an_unknown_host() {
    let site = "no-such-host.invalid:80";
    // A resolver may need longer than the others' time limit to say no.
    for (name, lines) in [("fetch", 1), ("connect", 2)] {
        let outcome = run(name, &["--timeout", "20", site]);
        assert_eq!((outcome.code, outcome.err.len()), (Some(1), lines), "{outcome:?}");
        let problem = format!("cannot resolve `{site}`: ");
        assert!(outcome.err.iter().all(|line| line.contains(&problem)), "{outcome:?}");
    }
}

#[test]
fn a_server_that_stalls() {
    let (site, held) = stalling_server();
    let fetch = run("fetch", &["--timeout", "0.2", &site]);
    assert_eq!((fetch.code, fetch.err.len()), (Some(1), 1), "{fetch:?}");
    assert!(fetch.err[0].contains("200ms"), "{fetch:?}");
    drop(held);

    let (site, held) = stalling_server();
    let connect = run("connect", &["--timeout", "0.2", &site]);
    assert_eq!((connect.code, connect.err.len()), (Some(1), 2), "{connect:?}");
    assert!(connect.err.iter().all(|line| line.contains("200ms")), "{connect:?}");
    drop(held);
}

#[test]
fn a_server_that_closes_in_the_middle() {
    check_failure(&broken_server(), "the connection was closed after 10 of 100 bytes");
}

#[test]
fn one_failure_among_several_pages() {
    let (good, broken) = (good_server(), broken_server());
    let fetch = run("fetch", &[&good, &broken, &good]);
    assert_eq!((fetch.code, fetch.err.len()), (Some(1), 1), "{fetch:?}");
    assert!(fetch.err[0].starts_with(&format!("{broken}/: ")), "{fetch:?}");
    assert_eq!(fetch.out.iter().filter(|line| line.ends_with(": 5 bytes in all")).count(), 2);
}

#[test]
fn a_page_that_the_server_does_not_have() {
    let site = server(|client| {
        hear(client);
        client.write_all(b"HTTP/1.0 404 Not Found\r\nContent-Length: 4\r\n\r\nsad!").unwrap();
    });
    check_failure(&site, "the server answered `404 Not Found`");
}

#[test]
fn a_reset_in_the_middle() {
    // Who closes with input unread resets the connection.
    let site = server(|client| {
        client.read_exact(&mut [0]).unwrap();
        client.write_all(b"HTTP/1.0 200 OK\r\n\r\n01234").unwrap();
    });
    check_failure(&site, &format!("cannot read from {site}: Connection reset by peer"));
}

/// The examples refuse these words, in a line that has this in it.
fn check_refused(words: &[&OsStr], problem: &str) {
    for name in ["fetch", "connect"] {
        let outcome = Outcome::from(example(name).args(words).output().unwrap());
        assert_eq!((outcome.code, outcome.err.len()), (Some(1), 1), "{outcome:?}");
        assert!(outcome.err[0].contains(problem), "{outcome:?}");
        assert!(outcome.out.is_empty(), "{outcome:?}");
    }
}

#[test]
fn bad_arguments_are_one_line_too() {
    let seconds = "--timeout takes a number of seconds";
    for word in ["soon", "-1", "nan", "1e30", ""] {
        check_refused(&["--timeout".as_ref(), word.as_ref()], seconds);
    }
    check_refused(&["--timeout".as_ref()], seconds);
    check_refused(&["--fast".as_ref()], "unknown option --fast");
    for word in ["", "http://localhost:80/", "localhost:80/a b", "local\nhost:80"] {
        check_refused(&[word.as_ref()], &format!("{word:?} is no page: write host:port/path"));
    }
    check_refused(&[OsStr::from_bytes(b"\xff:80")], "is no page");
    // No page is fetched when there is something wrong with another.
    check_refused(&[good_server().as_ref(), "".as_ref()], "is no page");
}

#[test]
fn kaa_lives_in_a_loop_of_calloop() {
    let outcome = run("calloop", &[]);
    let lines = ["kaa: a thread", "kaa: timer 0", "kaa: timer 1", "kaa: timer 2", "kaa: 6"];
    assert_eq!(outcome.out[..5], lines, "{outcome:?}");
    assert_eq!(outcome.out[5..], ["calloop: it has ticked meanwhile"]);
    assert_eq!((outcome.code, outcome.err.len()), (Some(0), 0));
}

#[test]
fn kaa_calls_into_a_runtime_of_tokio() {
    let outcome = run("tokio_bridge", &[]);
    assert_eq!(outcome.out, ["who is there?", "55", "aborted: true"], "{outcome:?}");
    assert_eq!((outcome.code, outcome.err.len()), (Some(0), 0));
}
