//! Keeps programs running: each line of the shell that it is given is started again when it ends, and what it prints is printed with
//! its number in front.
//!
//! ```text
//! cargo run --example supervisor -- 'ping -c 3 127.0.0.1' 'date; sleep 5' 'cat /proc/loadavg; sleep 1'
//! ```
//!
//! Ctrl-C, or `SIGTERM`, stops them all and ends it.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{IOChannel, Process, all};

/// A program that ends at once is not started more often than this.
const PAUSE: Duration = Duration::from_millis(200);

#[kaa::coroutine]
fn print_lines(number: usize, from: IOChannel) -> kaa::Result<()> {
    while let Some(line) = yield_!(from.readline())? {
        println!("{number}: {}", String::from_utf8_lossy(&line).trim_end());
    }
    Ok(())
}

type Running = Rc<RefCell<Vec<Option<Process>>>>;

#[kaa::coroutine]
fn keep_running(number: usize, line: String, running: Running) -> kaa::Result<()> {
    loop {
        let process = Process::shell(&line)?;
        running.borrow_mut()[number] = Some(process.clone());
        for output in [process.stdout(), process.stderr()].into_iter().flatten() {
            drop(print_lines(number, output.clone()));
        }
        let status = yield_!(process.exit())?;
        println!("{number}: {status}");
        yield_!(kaa::delay(PAUSE))?;
    }
}

fn run(lines: Vec<String>) -> kaa::Result<()> {
    let running: Running = Rc::new(RefCell::new(vec![None; lines.len()]));
    let keeping: Vec<_> = lines
        .into_iter()
        .enumerate()
        .map(|(number, line)| keep_running(number, line, running.clone()))
        .collect();
    kaa::main::run()?;
    // From here on nothing is started any more.
    for keeper in keeping {
        // One that has ended by itself has said why.
        drop(keeper.abort().wait());
    }
    let running = running.take();
    let stops: Vec<_> = running.iter().flatten().map(Process::stop).collect();
    all(stops).into_inprogress().wait()?;
    println!("all stopped");
    Ok(())
}

fn main() -> ExitCode {
    let lines: Vec<String> = std::env::args().skip(1).collect();
    if lines.is_empty() {
        eprintln!("usage: supervisor 'LINE OF THE SHELL' ..");
        return ExitCode::FAILURE;
    }
    match run(lines) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
