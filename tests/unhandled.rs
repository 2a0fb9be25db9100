//! What is written on stderr of a failure that nobody handles: the whole of it, from a process of its own.

use std::fmt;
use std::io::{self, Write as _};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::report;

/// Set in the process that fails.
const CHILD: &str = "KAA_UNHANDLED_CHILD";

#[derive(Debug)]
struct NoConfig(io::Error);

impl fmt::Display for NoConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no configuration")
    }
}

impl std::error::Error for NoConfig {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

const READ: u32 = line!() + 2;
#[kaa::coroutine]
fn read() -> Result<String, NoConfig> {
    let _ = yield_!(kaa::delay(Duration::from_millis(1)));
    Err(NoConfig(io::Error::other("disk on fire")))
}

const LOAD: u32 = line!() + 2;
#[kaa::coroutine]
fn load() -> kaa::Result<String> {
    yield_!()?;
    let text = yield_!(read())?;
    Ok(text)
}

const START: u32 = line!() + 2;
#[kaa::coroutine]
fn start() -> kaa::Result<()> {
    yield_!(load().timeout(Duration::from_secs(60)))?;
    Ok(())
}

fn report_of_start() -> String {
    let file = file!();
    format!(
        "Unhandled asynchronous exception: there is no configuration
  caused by: disk on fire
  asynchronous traceback, innermost first:
    `read` at {file}:{}
    `load` at {file}:{}
    `start` at {file}:{}
  coroutine `start` at {file}:{START}
",
        READ + 1,
        LOAD + 2,
        START + 1
    )
}

/// What this test writes on stderr, run once more in a process of its own, where `CHILD` is set.
fn stderr_of(test: &str) -> String {
    let this = std::env::current_exe().unwrap();
    let child = Command::new(this).args(["--exact", test]).env(CHILD, "1").output().unwrap();
    assert!(child.status.success(), "{child:?}");
    String::from_utf8(child.stderr).unwrap()
}

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

#[test]
fn a_failure_is_written_with_its_causes_its_way_and_its_origin() {
    if is_child() {
        drop(start());
        kaa::delay(Duration::from_millis(30)).wait().unwrap();
    } else {
        let stderr = stderr_of("a_failure_is_written_with_its_causes_its_way_and_its_origin");
        assert_eq!(stderr, report_of_start());
    }
}

#[test]
fn a_hook_takes_the_place_of_the_printer() {
    if is_child() {
        report::set_reporter(Some(Rc::new(|report: &report::Report| {
            let frames = report.error.traceback().iter().count();
            // Not by `eprintln`, which the harness captures.
            writeln!(io::stderr(), "{} of {frames} coroutines", report.heading).unwrap();
        })));
        drop(load());
        kaa::delay(Duration::from_millis(30)).wait().unwrap();
        report::set_reporter(None);
        drop(InProgress::<()>::failed(fmt::Error));
    } else {
        let stderr = stderr_of("a_hook_takes_the_place_of_the_printer");
        let lines: Vec<&str> = stderr.lines().collect();
        assert_eq!(lines[0], "Unhandled asynchronous exception of 2 coroutines");
        assert_eq!(lines[1], format!("{}: {}", report::UNHANDLED, fmt::Error));
    }
}

#[kaa::coroutine]
fn waits_for(number: InProgress<u32>) -> kaa::Result<u32> {
    Ok(yield_!(number)? + 1)
}

fn frames(error: &kaa::Error) -> Vec<String> {
    error.traceback().iter().map(|entry| entry.name().to_owned()).collect()
}

#[test]
fn it_begins_with_what_the_first_coroutine_waited_for() {
    let (promise, number) = InProgress::new();
    let outer = waits_for(waits_for(number));
    promise.throw(fmt::Error);
    let error = outer.wait().unwrap_err();
    assert_eq!(frames(&error), ["promise", "waits_for", "waits_for"]);
}

#[kaa::coroutine]
fn catches(number: InProgress<u32>) -> kaa::Result<u32> {
    yield_!(number).map_err(|error| kaa::Error::message(format!("no number: {error}")))
}

#[test]
fn another_error_begins_anew() {
    let failed = catches(waits_for(InProgress::failed(fmt::Error)));
    assert_eq!(frames(&failed.wait().unwrap_err()), ["catches"]);
}

#[kaa::coroutine]
fn as_io_error(number: InProgress<u32>) -> io::Result<u32> {
    Ok(yield_!(number)?)
}

#[test]
fn it_is_kept_where_the_error_of_a_coroutine_is_of_another_type() {
    let failed = waits_for(as_io_error(waits_for(InProgress::failed(fmt::Error))));
    let error = failed.wait().unwrap_err();
    assert_eq!(frames(&error), ["value", "waits_for", "as_io_error", "waits_for"]);
    assert!(error.is::<fmt::Error>());
}

#[kaa::coroutine]
fn panics() -> u32 {
    yield_!().unwrap();
    panic!("on purpose")
}

#[test]
fn a_panic_has_one_too() {
    let error = waits_for(panics()).wait().unwrap_err();
    assert_eq!(frames(&error), ["panics", "waits_for"]);
}

#[test]
fn an_error_that_goes_two_ways_has_two() {
    let (promise, number) = InProgress::new();
    let number = number.shared();
    let (one, other) = (waits_for(number.clone()), catches(waits_for(waits_for(number))));
    promise.throw(fmt::Error);
    assert_eq!(frames(&one.wait().unwrap_err()), ["promise", "waits_for"]);
    assert!(other.wait().unwrap_err().to_string().starts_with("no number"));
}
