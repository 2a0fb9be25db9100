//! A chat: what one client writes is sent to all others. The first line of a client is its name.
//!
//! ```text
//! cargo run --example chat_server 127.0.0.1:7000
//! nc 127.0.0.1 7000
//! ```
//!
//! A client that does not read what it is sent is thrown out, and so is one whose lines have no end.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;

/// No line may be longer.
const LONGEST: usize = 1024;

/// So much may wait for a client that does not read.
const MOST_UNREAD: usize = 64 * 1024;

#[derive(Default)]
struct Room {
    /// What is said is emitted here, and each client listens: `(who, what)`.
    said: Signal<(String, String)>,
    names: RefCell<Vec<String>>,
}

impl Room {
    fn say(&self, who: &str, what: &str) {
        self.said.emit(&(who.to_owned(), what.to_owned()));
    }

    #[kaa::coroutine]
    fn welcome(self: Rc<Self>, client: Socket) -> kaa::Result<()> {
        client.set_write_limit(MOST_UNREAD)?;
        yield_!(client.write("What is your name?\n"))?;
        let asked = client.read_until(["\n"], LONGEST).timeout(Duration::from_secs(60));
        let Some(line) = yield_!(asked)? else { return Ok(()) };
        let name = String::from_utf8_lossy(&line).trim().to_owned();
        if name.is_empty() || self.names.borrow().contains(&name) {
            yield_!(client.write("That name is taken.\n"))?;
            yield_!(client.close())?;
            return Ok(());
        }
        self.names.borrow_mut().push(name.clone());
        self.say(&name, "has come");
        let outcome = yield_!(self.clone().talk(client, name.clone()));
        self.names.borrow_mut().retain(|other| *other != name);
        self.say(&name, "has gone");
        outcome
    }

    #[kaa::coroutine]
    fn talk(self: Rc<Self>, client: Socket, name: String) -> kaa::Result<()> {
        let (to, me) = (client.clone(), name.clone());
        let connection = self.said.connect(move |(who, what)| {
            if *who != me {
                let written = to.write(format!("{who}: {what}\n"));
                let slow = to.clone();
                // It reads too slowly, or has gone. What it does not read in a second, it does not get.
                written.exception().connect(move |_| {
                    let closing = slow.close().timeout_abort(Duration::from_secs(1));
                    closing.exception().connect(|_| ());
                });
            }
        });
        // Disconnected when this ends, however it does.
        let _listening = self.said.scoped(connection);
        while let Some(line) = yield_!(client.read_until(["\n"], LONGEST))? {
            self.say(&name, String::from_utf8_lossy(&line).trim());
        }
        Ok(())
    }
}

fn main() -> kaa::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let (server, room) = (Socket::new(), Rc::new(Room::default()));
    server.listen(address)?;
    println!("listening at {}", server.local_address()?);
    server.new_client().connect(move |client| {
        let welcome = room.clone().welcome(client.clone());
        welcome.exception().connect(|error| eprintln!("{error}"));
    });
    kaa::main::run()
}
