//! Prints the names of files that are made, written or removed in a folder: a library with a descriptor of its own, in the main loop.
//!
//! ```text
//! cargo run --example watch_folder /tmp
//! ```

use std::process::ExitCode;

use inotify::{EventMask, Inotify, WatchMask};
use kaa::{IOCondition, IOMonitor};

fn watch(folder: &str) -> kaa::Result<()> {
    let mut inotify = Inotify::init()?;
    let changes = WatchMask::CREATE | WatchMask::CLOSE_WRITE | WatchMask::DELETE;
    inotify.watches().add(folder, changes)?;
    let mut buffer = [0; 4096];
    let monitor = IOMonitor::new();
    // Its descriptor is duplicated, so the library may move into the callback.
    let descriptor = std::os::fd::AsFd::as_fd(&inotify).try_clone_to_owned()?;
    monitor.start(&descriptor, IOCondition::Read, move || {
        match inotify.read_events(&mut buffer) {
            Ok(events) => events.for_each(|event| {
                let name = event.name.unwrap_or_default().to_string_lossy();
                println!("{} {name}", what(event.mask));
            }),
            Err(error) => {
                eprintln!("{error}");
                kaa::main::stop();
            }
        }
    })?;
    println!("watching {folder}");
    kaa::main::run()
}

fn what(mask: EventMask) -> &'static str {
    if mask.contains(EventMask::CREATE) {
        "made"
    } else if mask.contains(EventMask::DELETE) {
        "removed"
    } else {
        "written"
    }
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: watch_folder FOLDER");
        return ExitCode::FAILURE;
    };
    match watch(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}
