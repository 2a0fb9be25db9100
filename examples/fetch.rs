//! Fetches several pages at once, with one coroutine each.
//!
//! ```text
//! cargo run --example fetch                                           # from a server of its own
//! cargo run --example fetch -- --timeout 0.5 localhost:8000 example.org:80
//! ```
//!
//! Each page that fails is one line on stderr, and then the exit status is 1.

#[path = "support/arguments.rs"]
mod arguments;
#[path = "support/http.rs"]
mod http;

use std::process::ExitCode;
use std::time::Duration;

use arguments::Arguments;
use kaa::prelude::*;

/// Each step gives an `InProgress`. `yield_!` waits for it while the other coroutines run, and `?` ends this one if
/// the step fails.
#[kaa::coroutine]
fn fetch(site: String, path: String, limit: Duration) -> kaa::Result<usize> {
    let sock = Socket::new();
    yield_!(sock.connect(&site).timeout(limit))?;
    yield_!(sock.write(http::request(&site, &path)))?;
    let mut response = http::Response::default();
    while let Some(chunk) = yield_!(sock.read().timeout(limit))? {
        println!("{site}{path}: {} bytes have come", chunk.len());
        response.add(&chunk);
        yield_!()?; // One that always has something to read lets the others have a turn.
    }
    response.length().map_err(kaa::Error::message)
}

fn main() -> ExitCode {
    match fetch_all() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// The number of pages that could not be fetched.
fn fetch_all() -> Result<usize, String> {
    let Arguments { timeout, mut pages } = Arguments::parse()?;
    if pages.is_empty() {
        let site = http::start_server().map_err(|error| format!("no server: {error}"))?;
        let paths = ["/", "/short", "/a-longer-one"];
        pages = paths.map(|path| (site.clone(), path.to_owned())).into();
    }

    // A coroutine runs when it is called, up to its first wait: from here on they all wait at once.
    let fetching: Vec<_> = pages
        .into_iter()
        .map(|(site, path)| (format!("{site}{path}"), fetch(site, path, timeout)))
        .collect();

    // Waiting for one of them runs the main loop, and with it the others.
    let mut failed = 0;
    for (page, length) in fetching {
        match length.wait() {
            Ok(length) => println!("{page}: {length} bytes in all"),
            Err(error) => {
                eprintln!("{page}: {error}");
                failed += 1;
            }
        }
    }
    Ok(failed)
}
