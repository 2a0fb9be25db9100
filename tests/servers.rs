//! Runs the examples that serve, forward, keep running or download, as programs with real clients.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running example, which ends with the test.
struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    err: BufReader<ChildStderr>,
}

impl Program {
    /// Starts a built example: `cargo test` builds them before the tests, and puts them beside the folder of the tests.
    fn start(name: &str, arguments: &[&str]) -> Self {
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
        let path: PathBuf = profile.join("examples").join(name);
        assert!(path.exists(), "no {}: run `cargo build --examples` first", path.display());
        let mut child = Command::new(path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let err = BufReader::new(child.stderr.take().unwrap());
        Program { child, out, err }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn error_line(&mut self) -> String {
        let mut line = String::new();
        self.err.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn write(&mut self, text: &str) {
        self.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
    }

    /// The exit status, and what was not read yet.
    fn end(mut self) -> (Option<i32>, String, String) {
        drop(self.child.stdin.take());
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.err.read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The last word of a line.
fn address(line: &str) -> String {
    line.rsplit(' ').next().unwrap().to_owned()
}

fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    BufReader::new(stream)
}

fn say(stream: &mut BufReader<TcpStream>, text: &str) {
    stream.get_mut().write_all(text.as_bytes()).unwrap();
}

fn hear(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[test]
fn the_echo_server_says_what_it_hears() {
    let mut server = Program::start("echo_server", &[]);
    let address = address(&server.line());
    let mut clients = [connect(&address), connect(&address)];
    for (client, text) in clients.iter_mut().zip(["one\n", "two\n"]) {
        say(client, text);
        assert_eq!(hear(client), text.trim_end());
    }
    server.terminate();
    assert_eq!(server.end().0, Some(0));
}

#[test]
fn the_echo_server_refuses_a_bad_address() {
    let (code, _, err) = Program::start("echo_server", &["nowhere"]).end();
    assert_eq!(code, Some(1));
    assert!(err.contains("has no port"), "{err}");
}

#[test]
fn the_chat_server_tells_everybody_else() {
    let mut server = Program::start("chat_server", &[]);
    let address = address(&server.line());
    let (mut ann, mut bob) = (connect(&address), connect(&address));
    assert_eq!(hear(&mut ann), "What is your name?");
    say(&mut ann, "ann\n");
    assert_eq!(hear(&mut bob), "What is your name?");
    say(&mut bob, "bob\n");
    assert_eq!(hear(&mut ann), "bob: has come");
    say(&mut bob, "hello\n");
    assert_eq!(hear(&mut ann), "bob: hello");
    say(&mut ann, "good bye\n");
    assert_eq!(hear(&mut bob), "ann: good bye");

    let mut other = connect(&address);
    hear(&mut other);
    say(&mut other, "ann\n");
    assert_eq!(hear(&mut other), "That name is taken.");
    assert_eq!(hear(&mut other), "");
    drop(ann);
    assert_eq!(hear(&mut bob), "ann: has gone");
}

#[test]
fn the_chat_server_throws_out_who_sends_no_end_of_line() {
    let mut server = Program::start("chat_server", &[]);
    let address = address(&server.line());
    let mut client = connect(&address);
    hear(&mut client);
    say(&mut client, "ann\n");
    say(&mut client, &"x".repeat(2000));
    assert!(server.error_line().contains("no delimiter"));
    let mut rest = Vec::new();
    // Reset, or ended: gone.
    drop(client.read_to_end(&mut rest));
    assert!(rest.is_empty());
}

#[test]
fn the_port_forwarder_forwards_both_ways() {
    let mut target = Program::start("echo_server", &[]);
    let target_address = address(&target.line());
    let mut forwarder = Program::start("port_forwarder", &["127.0.0.1:0", &target_address]);
    let line = forwarder.line();
    let here = line.split(' ').nth(1).unwrap();
    let mut client = connect(here);
    say(&mut client, "through\n");
    assert_eq!(hear(&mut client), "through");
    client.get_ref().shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(hear(&mut client), "");
}

#[test]
fn the_port_forwarder_says_what_is_wrong() {
    let (code, _, err) = Program::start("port_forwarder", &["127.0.0.1:0"]).end();
    assert_eq!(code, Some(1));
    assert!(err.starts_with("usage: port_forwarder"), "{err}");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut forwarder = Program::start("port_forwarder", &["127.0.0.1:0", &free]);
    let line = forwarder.line();
    let mut client = connect(line.split(' ').nth(1).unwrap());
    assert!(forwarder.error_line().contains(&format!("cannot connect to {free}")));
    assert_eq!(hear(&mut client), "");
}

#[test]
fn the_line_client_connects_again_and_loses_no_line() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut client = Program::start("line_client", &[&address]);
    let accept = || BufReader::new(listener.accept().unwrap().0);
    let mut first = accept();
    client.write("one\n");
    assert_eq!(hear(&mut first), "one");
    say(&mut first, "heard one\n");
    assert_eq!(client.line(), "heard one");
    drop(first);
    assert_eq!(client.error_line(), format!("connected to {address}"));
    assert!(client.error_line().ends_with("has ended the connection"));
    client.write("two\n");
    let mut second = accept();
    assert_eq!(hear(&mut second), "two");
    say(&mut second, "heard two\n");
    assert_eq!(client.line(), "heard two");
    // The end of its input reaches the server, and the server's end ends it.
    drop(client.child.stdin.take());
    assert_eq!(hear(&mut second), "");
    drop(second);
    assert_eq!(client.end().0, Some(0));
}

#[test]
fn the_line_client_refuses_a_bad_address() {
    let (code, _, err) = Program::start("line_client", &["nowhere"]).end();
    assert_eq!(code, Some(1));
    assert!(err.contains("has no port"), "{err}");
}

#[test]
fn the_supervisor_starts_again_what_ends_and_stops_all() {
    let lines = ["echo started; sleep 0.05; exit 3", "echo here; exec sleep 1000"];
    let mut supervisor = Program::start("supervisor", &lines);
    let mut seen: Vec<String> = Vec::new();
    while seen.iter().filter(|line| *line == "0: started").count() < 3 {
        seen.push(supervisor.line());
    }
    assert!(seen.iter().any(|line| line == "0: exit status: 3"), "{seen:?}");
    assert_eq!(seen.iter().filter(|line| *line == "1: here").count(), 1, "{seen:?}");
    supervisor.terminate();
    let (code, out, err) = supervisor.end();
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.ends_with("all stopped\n"), "{out}");
}

/// Serves files of so many bytes, whatever their names, and one that is cut short.
fn file_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for client in listener.incoming() {
            thread::spawn(move || {
                let mut client = BufReader::new(client.unwrap());
                let request = hear(&mut client);
                while !hear(&mut client).is_empty() {}
                let body = vec![b'x'; 100_000];
                let body = if request.contains("cut") { &body[..1000] } else { &body[..] };
                if request.contains("missing") {
                    say(&mut client, "HTTP/1.0 404 Not Found\r\n\r\n");
                    return;
                }
                say(&mut client, "HTTP/1.0 200 OK\r\nContent-Length: 100000\r\n\r\n");
                client.get_mut().write_all(body).unwrap();
            });
        }
    });
    address
}

#[test]
fn the_downloader_keeps_what_is_complete() {
    let folder = std::env::temp_dir().join(format!("kaa-downloads-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let site = file_server();
    let names: Vec<String> = (0..20).map(|n| format!("file{n}")).collect();
    let mut pages: Vec<String> = names.iter().map(|name| format!("{site}/a/{name}")).collect();
    pages.extend(["missing", "cut"].map(|name| format!("{site}/{name}")));
    let mut arguments = vec![folder.to_str().unwrap()];
    arguments.extend(pages.iter().map(String::as_str));
    let (code, out, err) = Program::start("downloader", &arguments).end();
    let found: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .collect();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((code, found), (Some(1), vec![100_000; 20]), "{out}\n{err}");
    assert_eq!(out.lines().count(), 20, "{out}");
    assert!(err.contains("missing: the server says `HTTP/1.0 404 Not Found`"), "{err}");
    assert!(err.contains("cut: the connection has ended after 1000 bytes"), "{err}");
}

#[test]
fn the_downloader_says_what_is_no_file() {
    let (code, _, err) = Program::start("downloader", &["/tmp", "localhost:80"]).end();
    assert_eq!(code, Some(1));
    assert!(err.contains("write host:port/path/name"), "{err}");
}

#[test]
fn the_folder_watcher_names_what_changes() {
    let folder = std::env::temp_dir().join(format!("kaa-watched-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.to_str().unwrap();
    let mut watcher = Program::start("watch_folder", &[path]);
    assert_eq!(watcher.line(), format!("watching {path}"));
    std::fs::write(folder.join("news"), "text").unwrap();
    std::fs::remove_file(folder.join("news")).unwrap();
    let lines = [watcher.line(), watcher.line(), watcher.line()];
    assert_eq!(lines, ["made news", "written news", "removed news"]);
    watcher.terminate();
    assert_eq!(watcher.end().0, Some(0));
    std::fs::remove_dir(&folder).unwrap();
    let (code, _, err) = Program::start("watch_folder", &[path]).end();
    assert!(code == Some(1) && err.contains("No such file"), "{err}");
}
