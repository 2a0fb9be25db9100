//! An expansion of the macro, written out: it keeps the plumbing honest without the macro.
//!
//! ```text
//! #[kaa::coroutine]
//! fn fetch(site: String) -> io::Result<usize> {
//!     let sock = Socket::new();
//!     let _lock = Guard("lock");
//!     yield_!(sock.connect(&site))?;
//!     let mut total = 0;
//!     while let Some(chunk) = yield_!(sock.read())? {
//!         total += chunk.len();
//!         yield_!()?;
//!     }
//!     Ok(total)
//! }
//! ```

#![allow(unused_qualifications, reason = "expansions write whole paths")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;

use kaa_core::{Abandoned, InProgress, NotFinished, driver, inprogress};

#[path = "support/machines.rs"]
mod machines;
#[path = "support/trace.rs"]
mod trace;

use machines::wait_then;
use trace::{Guard, note, run, take};

/// What the crate `kaa` is to an expansion.
mod kaa {
    pub(crate) use kaa_core::{InProgress, NotFinished, private as __private};
}

/// Plays back chunks, each in the next turn.
struct Socket {
    chunks: RefCell<VecDeque<&'static str>>,
}

fn later<T: 'static>(value: T) -> InProgress<T> {
    wait_then(|| inprogress(NotFinished), |_| Ok(value))
}

impl Socket {
    fn new() -> Self {
        Socket { chunks: RefCell::new(["a", "bb", "ccc"].into()) }
    }

    fn connect(&self, site: &str) -> InProgress<()> {
        note(format_args!("connect {site}"));
        if site == "nowhere" {
            InProgress::failed(io::Error::other("no such host"))
        } else {
            later(())
        }
    }

    fn read(&self) -> InProgress<Option<&'static str>> {
        let chunk = self.chunks.borrow_mut().pop_front();
        note(format_args!("read {chunk:?}"));
        later(chunk)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        note("drop socket");
    }
}

fn fetch(site: String) -> kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site =
        __kaa::Site { name: "fetch", file: ::core::file!(), line: 5, yields: &[8, 10, 12] };
    enum __FetchState<Site, Sock, Kept1, Total> {
        /// Not started.
        Start { site: Site },
        /// Waiting for `sock.connect(&site)`.
        Yield1Connect { __kept1: Kept1, sock: Sock, site: Site },
        /// At the head of `while let Some(chunk) = yield_!(sock.read())?`.
        While1 { total: Total, __kept1: Kept1, sock: Sock, site: Site },
        /// Waiting for `sock.read()`.
        Yield2Read { total: Total, __kept1: Kept1, sock: Sock, site: Site },
        /// Waiting for a turn of the loop.
        Yield3 { total: Total, __kept1: Kept1, sock: Sock, site: Site },
        /// Being resumed, finished or panicked.
        Running,
    }
    #[allow(unreachable_code, reason = "the twin is never run")]
    if false {
        __kaa::twin((site,), move |(site,)| -> io::Result<usize> {
            let sock = Socket::new();
            let _lock = Guard("lock");
            __kaa::output(__kaa::inprogress(sock.connect(&site)))?;
            let mut total = 0;
            while let Some(chunk) = __kaa::output(__kaa::inprogress(sock.read()))? {
                total += chunk.len();
                __kaa::output(__kaa::inprogress(kaa::NotFinished))?;
            }
            Ok(total)
        });
    }
    let mut __state = __FetchState::Start { site };
    let __yield1 = __kaa::Witness::new();
    let __yield2 = __kaa::Witness::new();
    let __yield3 = __kaa::Witness::new();
    #[allow(unused, clippy::all, reason = "the twin is judged in its place")]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<usize>> {
        loop {
            match ::core::mem::replace(&mut __state, __FetchState::Running) {
                __FetchState::Start { site } => '__arm: {
                    let sock = Socket::new();
                    let _lock = Guard("lock");
                    __resume.wait(1, __yield1, __kaa::inprogress(sock.connect(&site)));
                    let __kept1 = __kaa::keep!(_lock);
                    __state = __FetchState::Yield1Connect { site, sock, __kept1 };
                    return __kaa::result::suspended();
                }
                __FetchState::Yield1Connect { site, sock, __kept1 } => '__arm: {
                    __resume.output(__yield1)?;
                    let mut total = 0;
                    __state = __FetchState::While1 { site, sock, __kept1, total };
                }
                __FetchState::While1 { site, sock, __kept1, mut total } => '__arm: {
                    __resume.wait(2, __yield2, __kaa::inprogress(sock.read()));
                    __state = __FetchState::Yield2Read { site, sock, __kept1, total };
                    return __kaa::result::suspended();
                }
                __FetchState::Yield2Read { site, sock, __kept1, mut total } => '__arm: {
                    if let Some(chunk) = __resume.output(__yield2)? {
                        total += chunk.len();
                        __resume.wait(3, __yield3, __kaa::inprogress(kaa::NotFinished));
                        __state = __FetchState::Yield3 { site, sock, __kept1, total };
                        return __kaa::result::suspended();
                    }
                    return __kaa::result::finished(Ok(total));
                }
                __FetchState::Yield3 { site, sock, __kept1, mut total } => '__arm: {
                    __resume.output(__yield3)?;
                    __state = __FetchState::While1 { site, sock, __kept1, total };
                }
                __FetchState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(&__SITE, |__error| __kaa::Failure(__error).into_error(), __body)
}

#[test]
fn it_fetches() {
    let fetched = fetch("host".into());
    assert!(!fetched.is_finished());
    run();
    assert_eq!(fetched.take_result().unwrap().unwrap(), 6);
    let reads = ["read Some(\"a\")", "read Some(\"bb\")", "read Some(\"ccc\")", "read None"];
    let (first, last) = (["connect host"].as_slice(), ["drop lock", "drop socket"].as_slice());
    assert_eq!(take(), [first, &reads, last].concat());
}

#[test]
fn it_fails_where_it_waits() {
    let fetched = fetch("nowhere".into());
    let error = fetched.take_result().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "no such host");
    assert!(error.is::<io::Error>());
    assert_eq!(take(), ["connect nowhere", "drop lock", "drop socket"]);
}

#[test]
fn it_drops_what_it_holds_when_abandoned() {
    let fetched = fetch("host".into());
    driver::abandon_all();
    assert!(fetched.take_result().unwrap().unwrap_err().is::<Abandoned>());
    assert_eq!(take(), ["connect host", "drop lock", "drop socket"]);
}
