//! `#[kaa::main]` and `#[kaa::threaded]`.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, Stdio};
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{LoopError, ThreadPool, delay};

/// Names the program that the child is to run.
const PROGRAM: &str = "KAA_TEST_PROGRAM";

#[kaa::main]
fn succeeds() {
    yield_!(delay(Duration::from_millis(1))).unwrap();
}

#[kaa::main]
fn fails() -> std::io::Result<()> {
    yield_!()?;
    Err(std::io::Error::other("on purpose"))
}

#[kaa::main]
fn answers() -> kaa::Result<ExitCode> {
    yield_!()?;
    Ok(ExitCode::from(3))
}

#[kaa::main]
fn stops() -> kaa::Result<()> {
    kaa::later(kaa::main::stop);
    yield_!(delay(Duration::from_secs(60)))
}

#[kaa::main]
fn waits() -> kaa::Result<()> {
    struct Witness;
    impl Drop for Witness {
        fn drop(&mut self) {
            println!("dropped");
        }
    }
    let _witness = Witness;
    kaa::main::signals()?.shutdown.connect(|()| println!("shutdown"));
    println!("ready");
    yield_!(delay(Duration::from_secs(60)))
}

fn report(result: impl std::process::Termination) -> bool {
    result.report() == ExitCode::SUCCESS
}

#[test]
fn main_ends_with_its_body() {
    assert!(report(succeeds()));
    assert!(!report(fails()));
    assert!(std::process::Termination::report(answers()) == ExitCode::from(3));
    assert!(!report(stops()));
}

/// Not a test of its own: what the child runs.
#[test]
fn the_child() {
    if std::env::var_os(PROGRAM).is_some() {
        report(waits());
    }
}

#[test]
fn a_termination_signal_ends_main_in_order_and_the_process_dies_of_it() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_child", "--nocapture", "--quiet"])
        .env(PROGRAM, "waits")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "ready"));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let rest: Vec<_> = lines.collect();
    assert_eq!(rest, ["shutdown", "dropped"]);
    assert_eq!(child.wait().unwrap().signal(), Some(15));
}

#[kaa::threaded]
fn double(n: u32) -> u32 {
    n * 2
}

#[kaa::threaded(pool = "entry", priority = 2)]
fn parse(text: String) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[kaa::threaded(pool = "nobody's")]
fn lost() {}

#[kaa::threaded]
fn perhaps(there: bool) -> Option<u32> {
    let value = there.then_some(1)?;
    Some(value + 1)
}

struct Counter(u32);

impl Counter {
    #[kaa::threaded]
    fn count<T: Into<u32> + Send + 'static>(self, more: T) -> kaa::Result<u32> {
        Ok(self.0 + more.into())
    }
}

#[kaa::test]
fn a_threaded_function_gives_its_outcome() -> kaa::Result<()> {
    ThreadPool::register("entry", 1)?;
    assert_eq!(yield_!(double(2))?, 4);
    assert_eq!(yield_!(parse("4".into()))?, 4);
    assert!(yield_!(parse("four".into())).unwrap_err().is::<std::num::ParseIntError>());
    assert_eq!(yield_!(perhaps(true))?, Some(2));
    assert_eq!(yield_!(perhaps(false))?, None);
    assert_eq!(yield_!(Counter(3).count(4_u8))?, 7);
    let error = yield_!(lost()).unwrap_err().to_string();
    assert!(error.contains(r#"make it with `ThreadPool::register("nobody's", size)`"#), "{error}");
    Ok(())
}

#[test]
fn a_program_in_a_program_is_refused() {
    #[kaa::main]
    fn inner() -> kaa::Result<()> {
        yield_!()
    }
    let outcome = Rc::new(std::cell::Cell::new(None));
    let seen = Rc::clone(&outcome);
    kaa::later(move || seen.set(Some(report(inner()))));
    kaa::main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(outcome.get(), Some(false));
    let (promise, never) = InProgress::<()>::new();
    let error = never.wait().unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&LoopError::NothingLeft));
    promise.finish(());
}
