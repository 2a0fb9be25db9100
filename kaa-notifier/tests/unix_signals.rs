//! Signals of the operating system, each test in a process of its own.

use std::cell::Cell;
use std::io::{BufRead, BufReader, Lines};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::rc::Rc;
use std::time::Duration;

use kaa_core::Flow;
use kaa_notifier::{OneShotTimer, UnixSignalError, Wait, later, main, unix, unix_signal};

/// Names the program that the child is to run.
const PROGRAM: &str = "KAA_TEST_PROGRAM";

const NEVER: Duration = Duration::from_secs(60);

/// A child that runs one of the programs below.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(name: &str) -> Program {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_child", "--nocapture", "--quiet"])
            .env(PROGRAM, name)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Program { child, lines }
    }

    /// Waits until it says so; what else is printed is the test harness.
    fn expect(&mut self, line: &str) {
        let said = self.lines.by_ref().map_while(Result::ok).find(|said| said.trim() == line);
        assert!(said.is_some(), "the program has ended without saying `{line}`");
    }

    fn send(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    fn end(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

/// Not a test of its own: what the children run.
#[test]
fn the_child() {
    match std::env::var(PROGRAM).as_deref() {
        Ok("run") => run(),
        Ok("hang") => hang(),
        Ok("after") => after(),
        Ok("ctrl_c") => ctrl_c(),
        Ok("veto") => veto(),
        Ok("hang_up") => hang_up(),
        Ok(other) => panic!("no program `{other}`"),
        Err(_) => {}
    }
}

fn say(what: &str) {
    println!("{what}");
}

fn run() {
    main::signals().unwrap().shutdown.connect(|()| say("shutdown"));
    later(|| say("ready"));
    main::run().unwrap();
    say("ended");
}

/// A callback that does not come back.
fn hang() {
    OneShotTimer::new().start(Duration::ZERO, || {
        say("ready");
        std::thread::sleep(NEVER);
    });
    main::run().unwrap();
}

/// The loop has ended, and the program goes on.
fn after() {
    main::stop();
    main::run().unwrap();
    say("ready");
    std::thread::sleep(NEVER);
}

fn ctrl_c() {
    let limit = main::ctrl_c().timeout(NEVER);
    say("ready");
    limit.wait().unwrap();
    say("interrupted");
    let again = main::ctrl_c();
    again.connect(|()| say("interrupted again"));
    later(|| say("ready again"));
    main::run().unwrap();
    assert!(again.is_finished());
    say("ended");
}

fn veto() {
    let count = Rc::new(Cell::new(0));
    unix_signal(unix::SIGTERM).unwrap().connect(move |_| {
        count.set(count.get() + 1);
        say(&format!("{}", count.get()));
        if count.get() < 3 { Flow::Veto } else { Flow::Continue }
    });
    later(|| say("ready"));
    main::run().unwrap();
    say("ended");
}

fn hang_up() {
    let hang_up = unix_signal(unix::SIGHUP).unwrap();
    say("ready");
    assert_eq!(hang_up.timeout(NEVER).wait().unwrap(), unix::SIGHUP);
    say("ended");
}

#[test]
fn a_termination_signal_ends_the_run_in_order() {
    for signal in ["-INT", "-TERM"] {
        let mut program = Program::start("run");
        program.expect("ready");
        program.send(signal);
        program.expect("shutdown");
        program.expect("ended");
        assert!(program.end().success());
    }
}

#[test]
fn a_second_one_ends_a_process_whose_loop_hangs() {
    let mut program = Program::start("hang");
    program.expect("ready");
    program.send("-INT");
    // Both would be one if the second came before the first was delivered.
    std::thread::sleep(Duration::from_millis(100));
    assert!(program.child.try_wait().unwrap().is_none());
    program.send("-INT");
    assert_eq!(program.end().signal(), Some(unix::SIGINT));
}

#[test]
fn after_the_run_the_default_is_back() {
    let mut program = Program::start("after");
    program.expect("ready");
    program.send("-TERM");
    assert_eq!(program.end().signal(), Some(unix::SIGTERM));
}

#[test]
fn ctrl_c_can_be_waited_for_and_then_ends_no_run() {
    let mut program = Program::start("ctrl_c");
    program.expect("ready");
    program.send("-INT");
    program.expect("interrupted");
    program.expect("ready again");
    program.send("-INT");
    program.expect("interrupted again");
    program.send("-INT");
    program.expect("ended");
    assert!(program.end().success());
}

#[test]
fn a_handler_may_keep_a_termination_signal_from_ending_the_run() {
    let mut program = Program::start("veto");
    program.expect("ready");
    for said in ["1", "2", "3"] {
        program.send("-TERM");
        program.expect(said);
    }
    program.expect("ended");
    assert!(program.end().success());
}

#[test]
fn other_signals_can_be_waited_for() {
    let mut program = Program::start("hang_up");
    program.expect("ready");
    program.send("-HUP");
    program.expect("ended");
    assert!(program.end().success());
}

#[test]
fn what_cannot_be_handled_is_refused() {
    let refused = |number| unix_signal(number).unwrap_err().downcast_ref().copied();
    assert_eq!(refused(9), Some(UnixSignalError::Forbidden { number: 9 }));
    assert_eq!(refused(1234), Some(UnixSignalError::Unknown { number: 1234 }));
}
