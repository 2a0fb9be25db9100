//! A connection that is being made: one address after the other, until one accepts.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use kaa_core::{Error, Promise, Result};

use super::tcp;
use crate::error::SocketError;
use crate::fd::Descriptor;
use crate::sys::poll::Interest;

/// Tells this attempt from an earlier one of the same socket, whose look-up may come late.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct AttemptId(pub(super) u64);

/// Hands a descriptor of the socket to the loop.
pub(super) type Watch<'a> = &'a dyn Fn(OwnedFd) -> Result<Descriptor>;

/// What has become of an attempt.
pub(super) enum Progress {
    /// The current address has not decided yet.
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
    current: Option<(SocketAddr, Descriptor)>,
    /// The failure to report if no address accepts: the look-up's, or the first address's.
    failure: Option<Error>,
}

impl Connecting {
    pub(super) fn new(id: AttemptId, peer: &str, promise: Promise<()>) -> Self {
        Connecting {
            id,
            peer: peer.to_owned(),
            promise,
            addresses: VecDeque::new(),
            current: None,
            failure: None,
        }
    }

    pub(super) fn id(&self) -> AttemptId {
        self.id
    }

    pub(super) fn peer(&self) -> &str {
        &self.peer
    }

    /// Finishes its promise. The descriptor of an address that is being tried is closed before that.
    pub(super) fn end(self, outcome: Result<()>) {
        drop(self.current);
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

    pub(super) fn resolved(&mut self, addresses: Vec<SocketAddr>) {
        self.addresses = addresses.into();
    }

    pub(super) fn unresolved(&mut self, error: Error) {
        self.failure = Some(error);
    }

    /// Starts to connect to the next address that does not refuse at once.
    pub(super) fn try_addresses(&mut self, watch: Watch<'_>) -> Progress {
        while let Some(address) = self.addresses.pop_front() {
            let fd = match tcp::start_connect(address) {
                Ok(fd) => fd,
                Err(error) => {
                    self.note_failure(address, error);
                    continue;
                }
            };
            match watch_decision(fd, watch) {
                Ok(descriptor) => {
                    self.current = Some((address, descriptor));
                    return Progress::Waiting;
                }
                // It is the loop that fails, not this address.
                Err(error) => return Progress::Failed(error),
            }
        }
        Progress::Failed(self.failure.take().unwrap_or_else(|| self.no_address()))
    }

    /// The current address has accepted or refused.
    pub(super) fn is_ready(&mut self, watch: Watch<'_>) -> Progress {
        let Some((address, descriptor)) = self.current.take() else { return Progress::Waiting };
        match tcp::connected(&descriptor) {
            Ok(()) => Progress::Connected(descriptor),
            Err(error) => {
                drop(descriptor);
                self.note_failure(address, error);
                self.try_addresses(watch)
            }
        }
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
fn watch_decision(fd: OwnedFd, watch: Watch<'_>) -> Result<Descriptor> {
    let descriptor = watch(fd)?;
    descriptor.want_more(Interest::WRITE)?;
    Ok(descriptor)
}
