//! What the examples need of HTTP: a request, a response that notices when it is cut off, and a server.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Asks for one page; the server closes the connection after it.
pub(crate) fn request(site: &str, path: &str) -> String {
    format!("GET {path} HTTP/1.0\r\nHost: {site}\r\n\r\n")
}

/// A response, as far as it has come.
#[derive(Default)]
pub(crate) struct Response {
    received: Vec<u8>,
}

impl Response {
    pub(crate) fn add(&mut self, chunk: &[u8]) {
        self.received.extend_from_slice(chunk);
    }

    /// The length of the page, once the connection has ended. It is an error if there should be more, or if the server
    /// says that it is one.
    pub(crate) fn length(&self) -> Result<usize, String> {
        let header_end = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let Some(header_end) = header_end else {
            return Err("the connection was closed in the middle of the header".to_owned());
        };
        let length = self.received.len() - header_end - 4;
        let header = String::from_utf8_lossy(&self.received[..header_end]);
        if let Some(refusal) = refusal(&header) {
            return Err(format!("the server answered `{}`", refusal.escape_debug()));
        }
        match content_length(&header) {
            Some(promised) if length < promised => {
                Err(format!("the connection was closed after {length} of {promised} bytes"))
            }
            _ => Ok(length),
        }
    }
}

/// What the first line says behind `HTTP/1.0`, if that is a 4xx or 5xx.
fn refusal(header: &str) -> Option<&str> {
    let (_, status) = header.lines().next()?.split_once(' ')?;
    status.starts_with(['4', '5']).then_some(status)
}

fn content_length(header: &str) -> Option<usize> {
    header.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    })
}

/// Starts a server of our own, and gives its `host:port`. It lives as long as the program.
pub(crate) fn start_server() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let site = listener.local_addr()?.to_string();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || serve(client));
        }
    });
    Ok(site)
}

/// Sends a page in pieces, with a pause after each, so that pages fetched at once come interleaved.
fn serve(mut client: TcpStream) -> io::Result<()> {
    const PIECE: usize = 1000;
    let mut lines = BufReader::new(client.try_clone()?).lines();
    let question = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}

    // The longer the request, the longer the page.
    let pieces = question.len() / 4;
    write!(client, "HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", pieces * PIECE)?;
    for _ in 0..pieces {
        client.write_all(&[b'.'; PIECE])?;
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
