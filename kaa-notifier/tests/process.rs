//! Processes: their streams, their end, and how they are stopped.

use std::cell::RefCell;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use kaa_core::{Error, InProgress};
use kaa_notifier::unix::{SIGTERM, SIGUSR1};
use kaa_notifier::{Pipes, Process, ProcessError, Stop, Wait, main};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn failed<T: 'static>(ip: &InProgress<T>) -> Error {
    ip.timeout(PATIENCE).wait().err().expect("a failure")
}

fn line_of(process: &Process) -> String {
    let line = done(&process.stdout().unwrap().readline()).unwrap();
    String::from_utf8(line.to_vec()).unwrap()
}

/// A shell that does this, once it is ready for signals.
fn shell(line: &str) -> Process {
    let process = Process::shell(format!("{line}; echo ready; read line; echo over")).unwrap();
    assert_eq!(line_of(&process), "ready\n");
    process
}

#[test]
fn what_is_written_before_the_end_is_there_at_the_end() {
    let process = Process::shell("echo out; echo err >&2; exit 3").unwrap();
    assert_eq!(done(&process.exit()).code(), Some(3));
    assert_eq!(process.stdout().unwrap().unread(), 4);
    assert_eq!(process.stderr().unwrap().unread(), 4);
    assert_eq!(line_of(&process), "out\n");
    assert_eq!(done(&process.stdout().unwrap().read()), None);
}

#[test]
fn lines_are_emitted_before_the_exit() {
    let order = Rc::new(RefCell::new(Vec::new()));
    let process = Process::shell("for n in 1 2 3; do echo $n; done").unwrap();
    let (lines, exits, finishes) = (order.clone(), order.clone(), order.clone());
    process.stdout().unwrap().signals().readline.connect(move |line| {
        lines.borrow_mut().push(String::from_utf8(line.to_vec()).unwrap());
    });
    process.exited().connect(move |status| exits.borrow_mut().push(status.to_string()));
    process.exit().connect(move |_| finishes.borrow_mut().push("finished".to_owned()));
    done(&process.exit());
    assert_eq!(*order.borrow(), ["1\n", "2\n", "3\n", "exit status: 0", "finished"]);
}

#[test]
fn it_answers_what_it_is_told() {
    let process = Process::spawn(&mut Command::new("cat")).unwrap();
    let input = process.stdin().unwrap();
    for line in ["one\n", "two\n"] {
        done(&input.write(line));
        assert_eq!(line_of(&process), line);
    }
    assert_eq!(process.status(), None);
    done(&input.close());
    assert!(done(&process.exit()).success());
    assert!(process.status().unwrap().success());
}

#[test]
fn a_program_that_does_not_exist_is_an_error_at_once() {
    let error = Process::spawn(&mut Command::new("/no/such/program")).unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(ProcessError::Start { .. })));
    let text = error.to_string();
    assert!(text.starts_with("cannot start `/no/such/program`: No such file"), "{text}");
}

#[test]
fn all_that_it_says_can_be_had_at_once() {
    let process = Process::shell("tr a-z A-Z; echo problem >&2; exit 1").unwrap();
    let output = done(&process.communicate(vec![b'x'; 1_000_000]));
    assert_eq!(output.stdout, vec![b'X'; 1_000_000]);
    assert_eq!((output.stderr.as_ref(), output.status.code()), (&b"problem\n"[..], Some(1)));
}

#[test]
fn one_that_does_not_read_its_input_says_what_it_has_to_say_all_the_same() {
    let process = Process::shell("exec 0<&-; echo done").unwrap();
    let output = done(&process.communicate(vec![0; 1_000_000]));
    assert_eq!(output.stdout, "done\n");
}

#[test]
fn what_is_no_channel_is_what_the_command_says() {
    let mut pipes = Pipes::default();
    pipes.stderr = false;
    let mut command = Command::new("sh");
    command.args(["-c", "echo lost >&2; echo kept"]).stderr(std::process::Stdio::null());
    let process = Process::spawn_with(&mut command, pipes).unwrap();
    assert!(process.stderr().is_none());
    assert_eq!(done(&process.communicate("")).stdout, "kept\n");
}

#[test]
fn a_signal_that_kills_is_in_the_status() {
    let process = shell("true");
    process.send(SIGUSR1).unwrap();
    assert_eq!(done(&process.exit()).signal(), Some(SIGUSR1));
    let error = process.send(SIGUSR1).unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(ProcessError::Over { .. })), "{error}");
}

#[test]
fn a_stop_terminates() {
    let process = shell("true");
    assert_eq!(done(&process.stop()).signal(), Some(SIGTERM));
    assert_eq!(done(&process.stop()).signal(), Some(SIGTERM));
}

#[test]
fn a_stop_asks_first_if_it_is_told_how() {
    let process = shell("true");
    let mut how = Stop::default();
    how.ask = Some("please\n".into());
    assert_eq!(done(&process.stop_with(&how)).code(), Some(0));
    assert_eq!(line_of(&process), "over\n");
}

#[test]
fn what_ignores_all_else_is_killed() {
    let process = Process::shell("trap '' TERM; echo ready; while :; do sleep 0.1; done").unwrap();
    assert_eq!(line_of(&process), "ready\n");
    let mut how = Stop::default();
    how.ask = Some("please\n".into());
    how.patience = Duration::from_millis(20);
    assert_eq!(done(&process.stop_with(&how)).signal(), Some(9));
}

#[test]
fn one_that_somebody_else_has_waited_for_is_lost() {
    let process = Process::shell("exit 3").unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(process.pid()).unwrap());
    rustix::process::waitpid(pid, rustix::process::WaitOptions::empty()).unwrap();
    let error = failed(&process.exit());
    assert!(matches!(error.downcast_ref(), Some(ProcessError::Lost { .. })), "{error}");
}

#[test]
fn several_stops_are_one() {
    let process = shell("true");
    let stops = [process.stop(), process.stop()];
    for stop in stops {
        assert_eq!(done(&stop).signal(), Some(SIGTERM));
    }
}

#[test]
fn a_timeout_does_not_touch_it() {
    let process = shell("true");
    let late = process.exit().timeout(Duration::from_millis(1));
    assert!(failed(&late).is_timeout());
    done(&process.stdin().unwrap().write("go on\n"));
    assert_eq!(line_of(&process), "over\n");
    assert!(done(&process.exit()).success());
}

#[test]
fn one_that_nobody_holds_is_reaped_all_the_same() {
    let process = Process::shell("exit 0").unwrap();
    let pid = process.pid();
    drop(process);
    let state = || std::fs::read_to_string(format!("/proc/{pid}/stat")).ok();
    let start = std::time::Instant::now();
    while state().is_some() {
        assert!(start.elapsed() < PATIENCE, "{:?}", state());
        main::step(Some(Duration::from_millis(10))).unwrap();
    }
}

#[test]
fn a_grandchild_that_keeps_the_output_open_does_not_hold_up_the_exit() {
    let process = Process::shell("echo hello; sleep 60 & echo $!").unwrap();
    assert!(done(&process.exit()).success());
    assert_eq!(line_of(&process), "hello\n");
    let sleeper: i32 = line_of(&process).trim().parse().unwrap();
    let more = process.stdout().unwrap().read();
    assert!(!more.is_finished());
    let killed = Command::new("kill").arg(sleeper.to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(done(&more), None);
}
