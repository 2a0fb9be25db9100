//! Runs the examples as programs, against servers of this test: what they print, and how they exit.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
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
    let mut connect = run("connect", &[site]);
    assert_eq!(connect.code, Some(1), "{connect:?}");
    assert_eq!(connect.err.len(), 2, "{connect:?}");
    connect.err.sort();
    for (line, job) in connect.err.iter().zip(["callbacks: ", "coroutine: "]) {
        assert!(line.starts_with(job) && line.contains(problem), "{connect:?}");
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
    assert_eq!(connect.out, ["callbacks: 5 bytes", "coroutine: 5 bytes"]);
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
fn a_bad_option_is_one_line_too() {
    for name in ["fetch", "connect"] {
        let outcome = run(name, &["--timeout", "soon"]);
        assert_eq!((outcome.code, outcome.err.len()), (Some(1), 1), "{outcome:?}");
    }
}
