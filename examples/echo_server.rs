//! Sends back whatever its clients say.
//!
//! ```text
//! cargo run --example echo_server                 # at a free port, which it prints
//! cargo run --example echo_server 127.0.0.1:7000
//! ```
//!
//! Ctrl-C ends it.

use kaa::prelude::*;

/// One client, to its end. A write that has to wait makes the next read wait: a client that does not listen is not read.
#[kaa::coroutine]
fn echo(client: Socket) -> kaa::Result<()> {
    while let Some(bytes) = yield_!(client.read())? {
        yield_!(client.write_bytes(bytes))?;
    }
    Ok(())
}

#[kaa::coroutine]
fn serve(server: Socket) -> kaa::Result<()> {
    loop {
        match yield_!(server.accept()) {
            // It goes on by itself; this loop is for the next one.
            Ok(client) => {
                echo(client).exception().connect(|error| eprintln!("{error}"));
            }
            Err(error) => eprintln!("{error}"),
        }
    }
}

fn main() -> kaa::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let server = Socket::new();
    server.listen(address)?;
    println!("listening at {}", server.local_address()?);
    drop(serve(server));
    kaa::main::run()
}
