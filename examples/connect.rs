//! One job, done twice: with callbacks, and as a coroutine.
//!
//! ```text
//! cargo run --example connect                            # talks to a server of its own
//! cargo run --example connect -- --timeout 0.5 localhost:8000
//! ```
//!
//! The job is to connect, to ask for a page, and to read it to its end. An `InProgress` is a signal that is emitted
//! once: `connect` a callback for the value, `exception().connect` one for the failure. That is all there is, and
//! enough. But what happens next then stands inside what happened before, a loop becomes a function that
//! calls itself, and every step has to say once more where failures go. A coroutine waits for the very same
//! `InProgress`, in place.
//!
//! Each failure is one line on stderr, and then the exit status is 1.

#[path = "support/arguments.rs"]
mod arguments;
#[path = "support/http.rs"]
mod http;

use std::cell::Cell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use arguments::Arguments;
use kaa::prelude::*;

/// As a coroutine.
#[kaa::coroutine]
fn fetch(site: String, path: String, limit: Duration) -> kaa::Result<usize> {
    let sock = Socket::new();
    yield_!(sock.connect(&site).timeout(limit))?;
    yield_!(sock.write(http::request(&site, &path)))?;
    let mut response = http::Response::default();
    while let Some(chunk) = yield_!(sock.read().timeout(limit))? {
        response.add(&chunk);
    }
    response.length().map_err(kaa::Error::message)
}

/// With callbacks.
fn fetch_by_callbacks(site: &str, path: &str, limit: Duration, done: &Rc<Done>) {
    let sock = Socket::new();
    let request = http::request(site, path);

    let connecting = sock.connect(site).timeout(limit);
    done.fails_with(&connecting);
    let done = Rc::clone(done);
    connecting.connect(move |()| {
        let writing = sock.write(request);
        done.fails_with(&writing);
        writing.connect(move |_| read_by_callbacks(sock, http::Response::default(), limit, done));
    });
}

/// The loop of it: each read that brings something starts the next one.
fn read_by_callbacks(sock: Socket, mut response: http::Response, limit: Duration, done: Rc<Done>) {
    let reading = sock.read().timeout(limit);
    done.fails_with(&reading);
    reading.connect(move |chunk| match chunk {
        Some(chunk) => {
            response.add(chunk);
            read_by_callbacks(sock, response, limit, done);
        }
        None => match response.length() {
            Ok(length) => done.finished(length),
            Err(problem) => done.failed(&problem),
        },
    });
}

/// Where a job reports to; the last one to do so stops the loop.
struct Done {
    job: String,
    all: Rc<Tally>,
}

#[derive(Default)]
struct Tally {
    running: Cell<usize>,
    failed: Cell<usize>,
}

impl Done {
    fn of(job: String, all: &Rc<Tally>) -> Rc<Done> {
        all.running.set(all.running.get() + 1);
        Rc::new(Done { job, all: Rc::clone(all) })
    }

    /// If this step fails, the job does.
    fn fails_with<T>(self: &Rc<Self>, step: &InProgress<T>) {
        let done = Rc::clone(self);
        step.exception().connect(move |error| done.failed(&error.to_string()));
    }

    fn finished(&self, length: usize) {
        println!("{}: {length} bytes", self.job);
        self.one_less();
    }

    fn failed(&self, problem: &str) {
        eprintln!("{}: {problem}", self.job);
        self.all.failed.set(self.all.failed.get() + 1);
        self.one_less();
    }

    fn one_less(&self) {
        self.all.running.set(self.all.running.get() - 1);
        if self.all.running.get() == 0 {
            kaa::main::stop();
        }
    }
}

fn main() -> ExitCode {
    match fetch_twice() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// The number of jobs that have failed.
fn fetch_twice() -> Result<usize, String> {
    let Arguments { timeout, mut pages } = Arguments::parse()?;
    if pages.is_empty() {
        let site = http::start_server().map_err(|error| format!("no server: {error}"))?;
        pages.push((site, "/".to_owned()));
    }

    let all = Rc::new(Tally::default());
    let jobs: Vec<_> = pages
        .into_iter()
        .map(|(site, path)| {
            let by_callbacks = Done::of(format!("callbacks: {site}{path}"), &all);
            let by_coroutine = Done::of(format!("coroutine: {site}{path}"), &all);
            (site, path, by_callbacks, by_coroutine)
        })
        .collect();
    for (site, path, by_callbacks, by_coroutine) in jobs {
        fetch_by_callbacks(&site, &path, timeout, &by_callbacks);

        // What a coroutine gives is an `InProgress` again, and so has the same two callbacks.
        let fetching = fetch(site, path, timeout);
        by_coroutine.fails_with(&fetching);
        fetching.connect(move |&length| by_coroutine.finished(length));
    }
    kaa::main::run().map_err(|error| error.to_string())?;
    Ok(all.failed.get())
}
