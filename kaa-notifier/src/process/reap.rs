//! How the end of a process is noticed: by a descriptor of it, or, where there is none, by `SIGCHLD`.

use std::rc::{Rc, Weak};

use kaa_core::report::Origin;
use kaa_core::{Result, ScopedConnection};
use rustix::process::Pid;

use super::Shared;
use crate::current::current;
use crate::fd::{Descriptor, OnReady};
use crate::later::later;
use crate::sys::poll::Interest;
use crate::unix::SIGCHLD;
use crate::unix_signal::unix_signal;

/// Looks out for the end of a process, as long as it exists.
#[expect(dead_code, reason = "they are held for their drop")]
pub(super) enum Watch {
    Descriptor(Descriptor),
    Signal(ScopedConnection),
}

impl Watch {
    pub(super) fn start(pid: Pid, process: Weak<Shared>) -> Result<Self> {
        match open(pid) {
            Some(fd) => {
                let descriptor = current()?.watch(fd, process)?;
                descriptor.want_more(Interest::READ)?;
                Ok(Watch::Descriptor(descriptor))
            }
            None => Self::by_signal(process),
        }
    }

    /// One signal may stand for several children, so each looks.
    fn by_signal(process: Weak<Shared>) -> Result<Self> {
        let (signal, early) = (unix_signal(SIGCHLD)?, process.clone());
        let connection = signal.connect_first(move |_| {
            if let Some(process) = process.upgrade() {
                process.look();
            }
        });
        // It may have ended before.
        later(move || {
            if let Some(process) = early.upgrade() {
                process.look();
            }
        });
        Ok(Watch::Signal(signal.scoped(connection)))
    }
}

/// A descriptor that is readable when the process has ended; none where the system has no such thing.
#[cfg(target_os = "linux")]
fn open(pid: Pid) -> Option<std::os::fd::OwnedFd> {
    #[cfg(test)]
    if tests::WITHOUT_DESCRIPTOR.get() {
        return None;
    }
    rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn open(_: Pid) -> Option<std::os::fd::OwnedFd> {
    None
}

impl OnReady for Shared {
    fn on_ready(self: Rc<Self>, _: Interest) {
        self.look();
    }

    fn review(&self) {}

    fn on_loop_end(self: Rc<Self>) {
        self.abandon();
    }

    fn origin(&self) -> Option<Origin> {
        Some(Origin::Code(self.created))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::process::Command;
    use std::time::Duration;

    use super::super::Process;
    use crate::Wait;

    thread_local! {
        pub(super) static WITHOUT_DESCRIPTOR: Cell<bool> = const { Cell::new(false) };
    }

    #[test]
    fn without_a_descriptor_the_signal_tells() {
        WITHOUT_DESCRIPTOR.set(true);
        let processes: Vec<_> =
            (0..5).map(|code| Process::shell(format!("read line; exit {code}")).unwrap()).collect();
        processes.iter().rev().for_each(|process| drop(process.stdin().unwrap().close()));
        for (code, process) in (0..).zip(&processes) {
            let status = process.exit().timeout(Duration::from_secs(20)).wait().unwrap();
            assert_eq!(status.code(), Some(code));
        }
        drop(Process::spawn(&mut Command::new("true")));
    }
}
