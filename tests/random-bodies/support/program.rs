//! Runs all bodies; says of each whether its halves do the same.

#![allow(warnings, clippy::all, reason = "nobody reads these bodies")]

#[macro_use]
mod harness;

#[cfg(feature = "oracle_only")]
macro_rules! both {
    (fn $name:ident $($text:tt)*) => {
        mod $name {
            pub(crate) mod oracle {
                use super::super::*;
                use $crate::harness::oracle_yield as yield_;
                pub(crate) async fn $name $($text)*
            }
        }
    };
}

#[cfg(feature = "oracle_only")]
macro_rules! check {
    ($name:ident ($($arguments:tt)*)) => {
        drop($name::oracle::$name($($arguments)*))
    };
}

mod bodies;
mod prelude;

use std::{panic, thread};

fn main() {
    panic::set_hook(Box::new(|_| {}));
    let skipped: Vec<String> = std::env::args().skip(1).collect();
    for (name, body) in bodies::ALL {
        if skipped.iter().any(|skipped| skipped == name) {
            continue;
        }
        println!("begin {name}");
        // On a thread of its own: what a body leaves behind ends with it.
        let Err(payload) = thread::spawn(body).join() else { continue };
        let message = payload.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| payload.downcast_ref::<&str>().copied());
        for line in message.unwrap_or("a panic without a message").lines() {
            println!("| {line}");
        }
    }
}
