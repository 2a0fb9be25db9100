//! Random programs on both ends of a channel: whatever is aborted, given up, or not taken, what was delivered and what is left is
//! what was sent. With one read at a time, also in that order.
//!
//! `KAA_CASES=100000 cargo test --release -p kaa-notifier --test conservation` runs as many.

use std::env;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::Duration;

use kaa_core::{InProgress, report};
use kaa_notifier::{Bytes, IOChannel, Wait, main};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A number names one of the reads or writes that are pending.
#[derive(Clone, Debug)]
enum Action {
    /// The peer sends so much.
    Send(usize),
    Read,
    ReadExact(usize),
    ReadUntil(u8),
    Take(usize),
    Drop(usize),
    Abort(usize),
    TimeOut(usize),
    Turn,
    Write(usize),
    AbortWrite(usize),
    DropWrite(usize),
    /// The peer receives so much.
    Receive(usize),
}

struct World {
    channel: IOChannel,
    peer: UnixStream,
    most_reads: usize,
    sent: Vec<u8>,
    delivered: Vec<u8>,
    reads: Vec<InProgress<Option<Bytes>>>,
    /// With what was written. One whose handle was dropped is done all the same.
    writes: Vec<(Option<InProgress<usize>>, Vec<u8>)>,
    written: Vec<u8>,
    received: Vec<u8>,
    next: u8,
}

fn turn() {
    main::step(Some(Duration::ZERO)).unwrap();
}

impl World {
    fn new(most_reads: usize) -> Self {
        let (ours, peer) = UnixStream::pair().unwrap();
        peer.set_nonblocking(true).unwrap();
        let channel = IOChannel::new(ours).unwrap();
        channel.set_write_limit(usize::MAX);
        World {
            channel,
            peer,
            most_reads,
            sent: Vec::new(),
            delivered: Vec::new(),
            reads: Vec::new(),
            writes: Vec::new(),
            written: Vec::new(),
            received: Vec::new(),
            next: 0,
        }
    }

    /// Bytes that tell where they belong.
    fn some(&mut self, length: usize) -> Vec<u8> {
        (0..length)
            .map(|_| {
                self.next = (self.next + 1) % 100;
                self.next
            })
            .collect()
    }

    fn act(&mut self, action: &Action) {
        match *action {
            Action::Send(length) => {
                let bytes = self.some(length);
                let sent = self.peer.write(&bytes).unwrap();
                self.sent.extend(&bytes[..sent]);
            }
            Action::Read => self.ask(IOChannel::read),
            Action::ReadExact(length) => self.ask(|channel| channel.read_exact(length)),
            Action::ReadUntil(end) => self.ask(|channel| channel.read_until([[end]], 50)),
            Action::Take(number) => self.take(number),
            Action::Drop(number) => drop(pick(&mut self.reads, number)),
            Action::Abort(number) => {
                if let Some(read) = pick(&mut self.reads, number) {
                    drop(read.abort().take_result());
                    self.settle(&read);
                }
            }
            Action::TimeOut(number) => {
                if let Some(read) = pick(&mut self.reads, number) {
                    let limited = read.timeout(Duration::ZERO);
                    drop(read);
                    turn();
                    self.settle(&limited);
                }
            }
            Action::Turn => turn(),
            Action::Write(length) => {
                let bytes = self.some(length);
                self.writes.push((Some(self.channel.write(&bytes)), bytes));
            }
            Action::AbortWrite(number) => {
                let length = self.writes.len();
                if let Some((Some(write), _)) = self.writes.get(number % length.max(1)) {
                    drop(write.abort().take_result());
                }
            }
            Action::DropWrite(number) => {
                let length = self.writes.len();
                if let Some((write, _)) = self.writes.get_mut(number % length.max(1)) {
                    // What was aborted is to be seen in the end.
                    write.take_if(|write| !write.is_failed());
                }
            }
            Action::Receive(length) => self.receive(length),
        }
    }

    fn ask(&mut self, ask: impl FnOnce(&IOChannel) -> InProgress<Option<Bytes>>) {
        if self.reads.len() < self.most_reads {
            let read = ask(&self.channel);
            self.reads.push(read);
        }
    }

    fn take(&mut self, number: usize) {
        let length = self.reads.len();
        let index = number % length.max(1);
        if self.reads.get(index).is_some_and(InProgress::is_finished) {
            let read = self.reads.remove(index);
            self.settle(&read);
        }
    }

    /// What a read has brought, if it has brought anything.
    fn settle(&mut self, read: &InProgress<Option<Bytes>>) {
        if let Some(Ok(Some(bytes))) = read.take_result() {
            self.delivered.extend(&bytes);
        }
    }

    fn receive(&mut self, length: usize) {
        let mut buffer = vec![0; length];
        match self.peer.read(&mut buffer) {
            Ok(read) => self.received.extend(&buffer[..read]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }

    /// Lets go of all reads, and reads what is left on both sides.
    fn end(mut self) -> Result<(), TestCaseError> {
        self.reads.clear();
        while self.channel.queued() > 0 {
            self.receive(1 << 20);
            turn();
        }
        for (write, bytes) in std::mem::take(&mut self.writes) {
            if write.is_none_or(|write| write.take_result().unwrap().is_ok()) {
                self.written.extend(bytes);
            }
        }
        self.peer.shutdown(std::net::Shutdown::Write).unwrap();
        while let Some(bytes) = self.channel.read().wait().unwrap() {
            self.delivered.extend(&bytes);
        }
        while self.received.len() < self.written.len() {
            self.receive(1 << 20);
        }
        prop_assert_eq!(&self.received, &self.written);
        if self.most_reads > 1 {
            self.delivered.sort_unstable();
            self.sent.sort_unstable();
        }
        prop_assert_eq!(self.delivered, self.sent);
        Ok(())
    }
}

fn pick<T>(list: &mut Vec<T>, number: usize) -> Option<T> {
    let length = list.len();
    (length > 0).then(|| list.remove(number % length))
}

fn actions() -> impl Strategy<Value = Action> {
    let number = 0..16_usize;
    prop_oneof![
        4 => (1..200_usize).prop_map(Action::Send),
        3 => Just(Action::Read),
        2 => (1..100_usize).prop_map(Action::ReadExact),
        2 => (0..100_u8).prop_map(Action::ReadUntil),
        4 => number.clone().prop_map(Action::Take),
        2 => number.clone().prop_map(Action::Drop),
        2 => number.clone().prop_map(Action::Abort),
        1 => number.clone().prop_map(Action::TimeOut),
        6 => Just(Action::Turn),
        2 => (1..400_000_usize).prop_map(Action::Write),
        1 => number.clone().prop_map(Action::AbortWrite),
        1 => number.prop_map(Action::DropWrite),
        2 => (1..300_000_usize).prop_map(Action::Receive),
    ]
}

#[test]
fn what_was_sent_is_delivered_or_left() {
    // Of reads that were too long nobody is told here.
    report::set_reporter(Some(Rc::new(|_| ())));
    let cases = env::var("KAA_CASES").map_or(500, |cases| cases.parse().expect("a number"));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let programs = (1..4_usize, prop::collection::vec(actions(), 1..60));
    let outcome = TestRunner::new(config).run(&programs, |(most_reads, program)| {
        let mut world = World::new(most_reads);
        program.iter().for_each(|action| world.act(action));
        world.end()
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
