//! The queue of a pool, and the count of its threads.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Duration;

use kaa_core::Result;

use crate::thread::AbortToken;

/// Does the work of a job, or hears why it cannot be begun.
pub(super) type Run = Box<dyn FnOnce(Result<()>) + Send>;

pub(super) struct Job {
    priority: i32,
    sequence: u64,
    pub(super) token: AbortToken,
    pub(super) run: Run,
}

/// What stands under the lock of a pool.
pub(super) struct Jobs {
    heap: BinaryHeap<Job>,
    next_sequence: u64,
    size: usize,
    /// Those that have been started and have not ended.
    pub(super) threads: usize,
    /// Those of them that wait for a ticket.
    pub(super) idle: usize,
    pub(super) idle_limit: Duration,
}

impl Jobs {
    pub(super) fn new(size: usize) -> Jobs {
        Jobs {
            heap: BinaryHeap::new(),
            next_sequence: 0,
            size: size.max(1),
            threads: 0,
            idle: 0,
            idle_limit: Duration::from_secs(30),
        }
    }

    /// Queues a job; gives its number.
    pub(super) fn push(&mut self, priority: i32, token: AbortToken, run: Run) -> u64 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.heap.push(Job { priority, sequence, token, run });
        sequence
    }

    pub(super) fn pop(&mut self) -> Option<Job> {
        self.heap.pop()
    }

    pub(super) fn remove(&mut self, sequence: u64) -> Option<Job> {
        let (mut found, rest): (Vec<_>, Vec<_>) =
            self.heap.drain().partition(|job| job.sequence == sequence);
        self.heap = rest.into();
        found.pop()
    }

    pub(super) fn queued(&self) -> usize {
        self.heap.len()
    }

    pub(super) fn set_size(&mut self, size: usize) {
        self.size = size.max(1);
    }

    /// Whether there are more jobs than threads that wait for one, and may be more threads.
    pub(super) fn wants_a_thread(&self) -> bool {
        self.heap.len() > self.idle && self.threads < self.size
    }

    pub(super) fn has_too_many_threads(&self) -> bool {
        self.threads > self.size
    }

    /// A thread waits for a ticket from now on; gives for how long.
    pub(super) fn begin_idle(&mut self) -> Duration {
        self.idle += 1;
        self.idle_limit
    }

    /// A thread that has waited ends.
    pub(super) fn end_thread(&mut self) {
        self.idle -= 1;
        self.threads -= 1;
    }
}

/// The greatest is the next to run.
impl Ord for Job {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.cmp(&other.priority).then(other.sequence.cmp(&self.sequence))
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Job {}
