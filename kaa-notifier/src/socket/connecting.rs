//! A connection that is being made: one address after the other, with a head start of a quarter of a second each, until one accepts
//! (RFC 8305).

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::time::Duration;

use kaa_core::{Error, Promise, Result};

use super::{address, tcp};
use crate::error::SocketError;
use crate::fd::Descriptor;
use crate::sys::poll::Interest;
use crate::timer::OneShotTimer;

/// So long an address is tried alone before the next one is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

/// Tells this attempt from an earlier one of the same socket, whose look-up may come late.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct AttemptId(pub(super) u64);

/// What an attempt needs of its socket.
pub(super) struct Means<'a> {
    /// Hands a descriptor to the loop.
    pub(super) watch: &'a dyn Fn(OwnedFd) -> Result<Descriptor>,
    /// What to do when the head start is over.
    pub(super) next: Box<dyn FnOnce()>,
}

/// What has become of an attempt.
pub(super) enum Progress {
    /// No address has decided it yet.
    Waiting,
    Connected(Descriptor),
    Failed(Error),
}

/// An attempt to connect.
pub(super) struct Connecting {
    id: AttemptId,
    /// As it was asked for.
    peer: String,
    promise: Promise<()>,
    /// Those that have not been tried; none before the look-up is through.
    addresses: VecDeque<SocketAddr>,
    /// Those that are being tried.
    tried: Vec<(SocketAddr, Descriptor)>,
    /// The failure to report if no address accepts: the look-up's, or the first address's.
    failure: Option<Error>,
    head_start: OneShotTimer,
}

impl Connecting {
    pub(super) fn new(id: AttemptId, peer: &str, promise: Promise<()>) -> Self {
        Connecting {
            id,
            peer: peer.to_owned(),
            promise,
            addresses: VecDeque::new(),
            tried: Vec::new(),
            failure: None,
            head_start: OneShotTimer::new(),
        }
    }

    pub(super) fn id(&self) -> AttemptId {
        self.id
    }

    pub(super) fn peer(&self) -> &str {
        &self.peer
    }

    /// Finishes its promise. The descriptors of addresses that are being tried are closed before that.
    pub(super) fn end(self, outcome: Result<()>) {
        self.head_start.stop();
        drop(self.tried);
        match outcome {
            Ok(()) => self.promise.finish(()),
            Err(error) => self.promise.throw(error),
        }
    }

    /// Fails because the socket is closed; that nobody waits any more is no news.
    pub(super) fn close(self) {
        let wanted = self.promise.is_wanted();
        let error = SocketError::Closed { peer: self.peer.clone() };
        self.end(if wanted { Err(error.into()) } else { Ok(()) });
    }

    pub(super) fn resolved(&mut self, addresses: &[SocketAddr]) {
        self.addresses = address::interleaved(addresses).into();
    }

    pub(super) fn unresolved(&mut self, error: Error) {
        self.failure = Some(error);
    }

    /// Starts to connect to the next address that does not refuse at once.
    pub(super) fn try_next(&mut self, means: Means<'_>) -> Progress {
        while let Some(address) = self.addresses.pop_front() {
            let fd = match tcp::start_connect(address) {
                Ok(fd) => fd,
                Err(error) => {
                    self.note_failure(address, error);
                    continue;
                }
            };
            match watch_decision(fd, means.watch) {
                Ok(descriptor) => self.tried.push((address, descriptor)),
                // It is the loop that fails, not this address.
                Err(error) => return Progress::Failed(error),
            }
            if !self.addresses.is_empty() {
                self.head_start.start(HEAD_START, means.next);
            }
            return Progress::Waiting;
        }
        if !self.tried.is_empty() {
            return Progress::Waiting;
        }
        Progress::Failed(self.failure.take().unwrap_or_else(|| self.no_address()))
    }

    /// An address has accepted or refused.
    pub(super) fn is_ready(&mut self, means: Means<'_>) -> Progress {
        let mut has_refused = false;
        for (address, descriptor) in std::mem::take(&mut self.tried) {
            match tcp::connected(&descriptor) {
                Ok(true) => return Progress::Connected(descriptor),
                Ok(false) => self.tried.push((address, descriptor)),
                Err(error) => {
                    has_refused = true;
                    self.note_failure(address, error);
                }
            }
        }
        if has_refused { self.try_next(means) } else { Progress::Waiting }
    }

    fn note_failure(&mut self, address: SocketAddr, error: io::Error) {
        self.failure.get_or_insert_with(|| {
            let peer = self.peer.clone();
            SocketError::Connect { peer, address: Some(address), error }.into()
        });
    }

    fn no_address(&self) -> Error {
        let error = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        SocketError::Connect { peer: self.peer.clone(), address: None, error }.into()
    }
}

/// A connecting socket is writable when it is decided.
fn watch_decision(
    fd: OwnedFd,
    watch: &dyn Fn(OwnedFd) -> Result<Descriptor>,
) -> Result<Descriptor> {
    let descriptor = watch(fd)?;
    descriptor.want_more(Interest::WRITE)?;
    Ok(descriptor)
}
