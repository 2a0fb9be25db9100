//! Forwards connections to another address, in both directions.
//!
//! ```text
//! cargo run --example port_forwarder 127.0.0.1:8080 example.org:80
//! ```

use std::process::ExitCode;
use std::time::Duration;

use kaa::all;
use kaa::prelude::*;

/// Copies from one to the other, and tells the other when there is no more.
#[kaa::coroutine]
fn copy(from: Socket, to: Socket) -> kaa::Result<()> {
    while let Some(bytes) = yield_!(from.read())? {
        yield_!(to.write_bytes(bytes))?;
    }
    yield_!(to.end_writing())
}

#[kaa::coroutine]
fn forward(client: Socket, target: String) -> kaa::Result<()> {
    let server = Socket::new();
    yield_!(server.connect(&target).timeout(Duration::from_secs(10)))?;
    let there = copy(client.clone(), server.clone());
    let back = copy(server, client);
    let (there, back) = yield_!(all((there, back)))?;
    there.and(back)
}

fn run(here: &str, target: &str) -> kaa::Result<()> {
    let (server, target) = (Socket::new(), target.to_owned());
    server.listen(here)?;
    println!("forwarding {} to {target}", server.local_address()?);
    server.new_client().connect(move |client| {
        let forwarding = forward(client.clone(), target.clone());
        forwarding.exception().connect(|error| eprintln!("{error}"));
    });
    kaa::main::run()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [here, target] = arguments.as_slice() else {
        eprintln!("usage: port_forwarder HERE TARGET, as in `port_forwarder :8080 example.org:80`");
        return ExitCode::FAILURE;
    };
    match run(here, target) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
