//! A client of a protocol of lines: sends what it reads from its input, prints what comes, and connects again when the connection is
//! lost. A line that was being sent at that moment may be lost; those behind it are sent on the next.
//!
//! ```text
//! cargo run --example line_client 127.0.0.1:7000
//! ```
//!
//! The end of its input ends it, once all is sent.

use std::process::ExitCode;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{IOChannel, Queue, any};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Prints what comes, until the peer ends the connection.
#[kaa::coroutine]
fn listen(socket: Socket) -> kaa::Result<()> {
    while let Some(line) = yield_!(socket.readline())? {
        print!("{}", String::from_utf8_lossy(&line));
    }
    Ok(())
}

/// Sends lines until there are no more. True if there are no more, false if the connection is lost.
#[kaa::coroutine]
fn talk(socket: Socket, lines: Queue<String>) -> kaa::Result<bool> {
    let listening = listen(socket.clone());
    loop {
        // A line that comes when the connection is lost is not taken: it is there for the next.
        match yield_!(any((&listening, lines.pop())))? {
            kaa::OneOf2::A(ended) => return ended.map(|()| false),
            kaa::OneOf2::B(line) => match line? {
                Some(line) => yield_!(socket.write(line)).map(|_| ())?,
                None => {
                    yield_!(socket.end_writing())?;
                    // What the server still has to say.
                    yield_!(listening)?;
                    return Ok(true);
                }
            },
        }
    }
}

#[kaa::coroutine]
fn keep_connected(address: String, lines: Queue<String>) -> kaa::Result<()> {
    let mut pause = FIRST_PAUSE;
    loop {
        let socket = Socket::new();
        match yield_!(socket.connect(&address).timeout(Duration::from_secs(5))) {
            Ok(()) => {
                eprintln!("connected to {address}");
                pause = FIRST_PAUSE;
                match yield_!(talk(socket, lines.clone())) {
                    Ok(true) => return Ok(()),
                    Ok(false) => eprintln!("{address} has ended the connection"),
                    Err(error) => eprintln!("{error}"),
                }
            }
            // It will not get better.
            Err(error) if error.is::<kaa::AddressError>() => return Err(error),
            Err(error) => eprintln!("{error}"),
        }
        yield_!(kaa::delay(pause))?;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[kaa::coroutine]
fn read_input(lines: Queue<String>) -> kaa::Result<()> {
    let input = IOChannel::stdin()?;
    while let Some(line) = yield_!(input.readline())? {
        yield_!(lines.push(String::from_utf8_lossy(&line).into_owned()))?;
    }
    lines.close();
    Ok(())
}

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: line_client HOST:PORT");
        return ExitCode::FAILURE;
    };
    let lines = Queue::bounded(16);
    let closing = lines.clone();
    read_input(lines.clone()).exception().connect(move |error| {
        eprintln!("{error}");
        closing.close();
    });
    match keep_connected(address, lines).wait() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
