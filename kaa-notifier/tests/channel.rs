//! Reading and writing descriptors: lines, bounds, ends, aborts, signals. Nothing is lost.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::Duration;

use kaa_core::{Abandoned, Error, InProgress, NotAbortable, inprogress};
use kaa_notifier::{Bytes, ChannelError, Closed, IOChannel, Wait, main};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

/// More than a pipe or a socket takes at once.
const LARGE: usize = 4 * 1024 * 1024;

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn failed<T: 'static>(ip: &InProgress<T>) -> Error {
    ip.timeout(PATIENCE).wait().err().expect("a failure")
}

fn channel_error(error: &Error) -> &ChannelError {
    error.downcast_ref().unwrap_or_else(|| panic!("{error}"))
}

fn input() -> (IOChannel, PipeWriter) {
    let (read, write) = pipe().unwrap();
    (IOChannel::new(read).unwrap(), write)
}

fn output() -> (PipeReader, IOChannel) {
    let (read, write) = pipe().unwrap();
    (read, IOChannel::new(write).unwrap())
}

fn both() -> (IOChannel, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    (IOChannel::named(ours, "the other side").unwrap(), theirs)
}

/// A turn of the loop, with what is there now.
fn turn() {
    main::step(Some(Duration::ZERO)).unwrap();
}

#[test]
fn lines_come_one_by_one_and_the_last_may_be_incomplete() {
    let (input, mut peer) = input();
    peer.write_all(b"one\n\ntwo\nthr").unwrap();
    let lines: Vec<_> = (0..5).map(|_| input.readline()).collect();
    assert_eq!(done(&lines[2]).unwrap(), "two\n");
    assert!(!lines[3].is_finished());
    peer.write_all(b"ee").unwrap();
    drop(peer);
    let lines: Vec<_> = [0, 1, 3, 4].map(|index| done(&lines[index])).into_iter().collect();
    let expected = [Some("one\n"), Some("\n"), Some("three"), None];
    assert_eq!(lines, expected.map(|line| line.map(Bytes::from)));
    assert_eq!(done(&input.readline()), None);
    assert!(input.has_ended());
}

#[test]
fn what_comes_byte_by_byte_is_put_together() {
    let (input, mut peer) = input();
    let head = input.read_until(["\r\n\r\n"], 100);
    for byte in b"GET / HTTP/1.0\r\nA: b\r\n\r\nbo" {
        peer.write_all(&[*byte]).unwrap();
        turn();
    }
    assert_eq!(done(&head).unwrap(), "GET / HTTP/1.0\r\nA: b\r\n\r\n");
    assert_eq!(input.unread(), 0);
    assert_eq!(done(&input.read()).unwrap(), "bo");
}

#[test]
fn calls_of_all_kinds_are_served_in_their_order() {
    let (input, mut peer) = input();
    let (line, exact, rest) = (input.readline(), input.read_exact(3), input.read());
    peer.write_all(b"line\nabcdef").unwrap();
    assert_eq!(done(&rest).unwrap(), "def");
    assert_eq!((done(&line).unwrap(), done(&exact).unwrap()), ("line\n".into(), "abc".into()));
}

#[test]
fn an_end_within_a_record_is_an_error_and_its_bytes_stay() {
    let (input, mut peer) = input();
    peer.write_all(b"abcde").unwrap();
    drop(peer);
    assert_eq!(done(&input.read_exact(3)).unwrap(), "abc");
    let error = failed(&input.read_exact(3));
    let expected = ChannelError::UnexpectedEnd { name: String::new(), there: 2, wanted: 3 };
    let (ChannelError::UnexpectedEnd { there, wanted, .. }, _) = (channel_error(&error), expected)
    else {
        panic!("{error}");
    };
    assert_eq!((*there, *wanted), (2, 3));
    assert_eq!(done(&input.read()).unwrap(), "de");
    assert_eq!(done(&input.read_exact(3)), None);
}

#[test]
fn a_line_that_is_too_long_is_an_error_and_stays() {
    let (input, mut peer) = input();
    peer.write_all(b"much too long\nnext\n").unwrap();
    let error = failed(&input.read_until(["\n"], 5));
    assert!(matches!(channel_error(&error), ChannelError::TooLong { most: 5, .. }), "{error}");
    assert_eq!(done(&input.readline()).unwrap(), "much too long\n");
    assert_eq!(done(&input.read_until(["\n"], 5)).unwrap(), "next\n");
}

#[test]
fn a_read_whose_time_was_up_has_taken_nothing() {
    let (input, mut peer) = input();
    let late = input.readline().timeout(Duration::from_millis(1));
    assert!(failed(&late).is_timeout());
    peer.write_all(b"one\n").unwrap();
    assert_eq!(done(&input.readline()).unwrap(), "one\n");
}

#[test]
fn an_aborted_read_has_taken_nothing() {
    let (input, mut peer) = input();
    let (first, second) = (input.readline(), input.readline());
    done(&first.abort());
    assert!(failed(&first).is_aborted());
    peer.write_all(b"one\n").unwrap();
    assert_eq!(done(&second).unwrap(), "one\n");
}

#[test]
fn what_was_on_its_way_to_a_read_that_is_dropped_is_there_for_the_next() {
    let (input, mut peer) = input();
    let reads = [input.readline(), input.read()];
    peer.write_all(b"one\ntwo").unwrap();
    while !reads[1].is_finished() {
        turn();
    }
    assert_eq!(input.unread(), 0);
    drop(reads);
    assert_eq!(done(&input.read_exact(7)).unwrap(), "one\ntwo");
}

#[test]
fn nothing_is_read_while_nobody_wants_it() {
    let (input, mut peer) = input();
    peer.write_all(b"one").unwrap();
    turn();
    assert_eq!(input.unread(), 0);
    let read = input.read();
    drop(read);
    turn();
    assert_eq!(input.unread(), 0);
}

#[test]
fn a_write_finishes_with_its_length_when_all_has_left() {
    let (mut peer, output) = output();
    output.set_write_limit(usize::MAX);
    let (large, small) = (output.write(vec![1; LARGE]), output.write_bytes(Bytes::from("end")));
    assert!(!large.is_finished() && output.queued() > LARGE / 2);
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        peer.read_to_end(&mut all).unwrap();
        all.len()
    });
    assert_eq!((done(&large), done(&small)), (LARGE, 3));
    done(&output.close());
    assert_eq!(reader.join().unwrap(), LARGE + 3);
}

#[test]
fn an_aborted_write_is_not_done_or_not_aborted() {
    let (mut peer, output) = output();
    output.set_write_limit(usize::MAX);
    let (begun, queued, last) =
        (output.write(vec![1; LARGE]), output.write("x"), output.write("y"));
    done(&queued.abort());
    assert!(failed(&queued).is_aborted());
    assert!(failed(&begun.abort()).is::<NotAbortable>());
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        peer.read_to_end(&mut all).unwrap();
        (all.len(), all.last().copied())
    });
    assert_eq!((done(&begun), done(&last)), (LARGE, 1));
    done(&output.close());
    assert_eq!(reader.join().unwrap(), (LARGE + 1, Some(b'y')));
}

#[test]
fn more_than_the_limit_does_not_wait() {
    let (mut peer, output) = output();
    output.set_write_limit(100);
    let large = output.write(vec![0; LARGE]);
    let error = failed(&output.write("more"));
    assert!(matches!(channel_error(&error), ChannelError::WriteQueueFull { .. }), "{error}");
    let room = output.writable();
    assert!(!room.is_finished());
    let reader =
        std::thread::spawn(move || std::io::copy(&mut peer, &mut std::io::sink()).unwrap());
    done(&room);
    assert!(output.queued() < 100);
    done(&output.write("more"));
    done(&large);
    drop(output);
    assert_eq!(reader.join().unwrap(), LARGE as u64 + 4);
}

#[test]
fn a_close_writes_what_is_left_though_nobody_holds_the_channel() {
    let (mut peer, output) = output();
    let large = output.write(vec![0; LARGE]);
    let closing = output.close();
    assert!(matches!(channel_error(&failed(&output.write("late"))), ChannelError::Closed { .. }));
    assert!(!output.is_open());
    drop(output);
    let reader =
        std::thread::spawn(move || std::io::copy(&mut peer, &mut std::io::sink()).unwrap());
    done(&closing);
    assert_eq!((done(&large), reader.join().unwrap()), (LARGE, LARGE as u64));
}

#[test]
fn closing_fails_those_who_read() {
    let (channel, _peer) = both();
    let reads = [channel.read(), channel.readline()];
    done(&channel.close());
    for read in reads {
        let error = failed(&read);
        assert_eq!(
            error.to_string(),
            "the channel to the other side was closed before this was done"
        );
    }
    done(&channel.close());
    assert!(matches!(channel_error(&failed(&channel.read())), ChannelError::Closed { .. }));
}

#[test]
fn half_a_close_ends_writing_and_not_reading() {
    let (channel, mut peer) = both();
    done(&channel.write("question"));
    done(&channel.end_writing());
    assert!(matches!(
        channel_error(&failed(&channel.write("more"))),
        ChannelError::NotWritable { .. }
    ));
    let mut question = String::new();
    peer.read_to_string(&mut question).unwrap();
    assert_eq!(question, "question");
    peer.write_all(b"answer").unwrap();
    assert_eq!(done(&channel.read()).unwrap(), "answer");
}

#[test]
fn half_a_close_of_a_pipe_closes_it() {
    let (mut peer, output) = output();
    done(&output.write("all"));
    done(&output.end_writing());
    let mut all = String::new();
    peer.read_to_string(&mut all).unwrap();
    assert_eq!((all.as_str(), output.is_open()), ("all", false));
}

#[test]
fn the_wrong_direction_is_refused() {
    let (input, _peer) = input();
    let error = failed(&input.write("x"));
    assert!(matches!(channel_error(&error), ChannelError::NotWritable { .. }), "{error}");
    let (_peer, output) = output();
    let error = failed(&output.read());
    assert!(matches!(channel_error(&error), ChannelError::NotReadable { .. }), "{error}");
}

#[test]
fn a_file_on_a_disk_is_refused_with_a_way_out() {
    let path = std::env::current_exe().unwrap();
    let channel = IOChannel::named(File::open(path).unwrap(), "the program").unwrap();
    let error = failed(&channel.read());
    assert!(matches!(channel_error(&error), ChannelError::NotPollable { .. }), "{error}");
    assert!(error.to_string().ends_with("read and write files in `kaa::thread`"));
}

#[test]
fn a_reader_that_has_gone_fails_the_write() {
    let (peer, output) = output();
    drop(peer);
    let error = failed(&output.write("x"));
    assert!(matches!(channel_error(&error), ChannelError::Write { .. }), "{error}");
    assert!(matches!(channel_error(&failed(&output.write("x"))), ChannelError::Write { .. }));
    assert!(failed(&output.writable()).is::<ChannelError>());
}

/// Notes what a signal of a channel tells.
fn notes() -> (Rc<RefCell<Vec<String>>>, impl Fn(&Bytes) + Clone) {
    let notes = Rc::new(RefCell::new(Vec::new()));
    let note = notes.clone();
    (notes, move |bytes: &Bytes| {
        note.borrow_mut().push(String::from_utf8(bytes.to_vec()).unwrap());
    })
}

#[test]
fn a_write_that_fails_at_once_is_told() {
    let (peer, output) = output();
    drop(peer);
    let closed = inprogress(&output.signals().closed);
    let failed_write = output.write("x");
    assert!(matches!(done(&closed), Closed::Failed(_)));
    failed(&failed_write);
}

#[test]
fn lines_are_emitted_and_then_the_end() {
    let (input, mut peer) = input();
    let (noted, note) = notes();
    input.signals().readline.connect(note);
    let closed = inprogress(&input.signals().closed);
    peer.write_all(b"one\ntwo\nthree").unwrap();
    drop(peer);
    assert!(matches!(done(&closed), Closed::EndOfInput));
    assert_eq!(*noted.borrow(), ["one\n", "two\n", "three"]);
}

#[test]
fn a_call_comes_before_the_signals() {
    let (input, mut peer) = input();
    let (noted, note) = notes();
    let line = input.readline();
    input.signals().read.connect(note);
    peer.write_all(b"one\ntwo").unwrap();
    assert_eq!(done(&line).unwrap(), "one\n");
    assert_eq!(*noted.borrow(), ["two"]);
}

#[test]
fn what_no_handler_takes_stays() {
    let (input, mut peer) = input();
    let (noted, note) = notes();
    let connection = input.signals().readline.connect(note);
    peer.write_all(b"one\ntw").unwrap();
    while noted.borrow().is_empty() {
        turn();
    }
    input.signals().readline.disconnect(connection);
    peer.write_all(b"o\n").unwrap();
    turn();
    assert_eq!(done(&input.readline()).unwrap(), "two\n");
}

#[test]
fn a_handler_gets_what_was_read_before_it_was_connected() {
    let (input, mut peer) = input();
    peer.write_all(b"one\ntwo\n").unwrap();
    assert_eq!(done(&input.readline()).unwrap(), "one\n");
    let (noted, note) = notes();
    input.signals().readline.connect(note);
    assert_eq!(*noted.borrow(), ["two\n"]);
}

#[test]
fn a_handler_may_close_the_channel_it_is_called_by() {
    let (input, mut peer) = input();
    let (lines, last) = (Rc::new(Cell::new(0)), input.clone());
    let count = lines.clone();
    input.signals().readline.connect(move |_| {
        count.set(count.get() + 1);
        drop(last.close());
    });
    let closed = inprogress(&input.signals().closed);
    peer.write_all(b"one\ntwo\n").unwrap();
    assert!(matches!(done(&closed), Closed::Asked));
    // The handler held the channel, and has gone.
    assert_eq!((lines.get(), Rc::strong_count(&lines)), (1, 1));
}

#[test]
fn a_handler_that_comes_after_the_end_gets_what_is_there() {
    let (input, mut peer) = input();
    peer.write_all(b"one\ntwo\n").unwrap();
    drop(peer);
    assert_eq!(done(&input.readline()).unwrap(), "one\n");
    assert!(failed(&input.read_exact(100)).is::<ChannelError>());
    assert!(input.has_ended());
    let (noted, note) = notes();
    input.signals().readline.connect(note);
    assert_eq!(*noted.borrow(), ["two\n"]);
}

#[test]
fn a_handler_gets_what_a_call_has_given_back() {
    let (input, mut peer) = input();
    let (noted, note) = notes();
    let read = input.read();
    input.signals().read.connect(note);
    peer.write_all(b"one").unwrap();
    while !read.is_finished() {
        turn();
    }
    assert!(noted.borrow().is_empty());
    drop(read);
    assert_eq!(*noted.borrow(), ["one"]);
}

#[test]
fn a_write_that_was_sent_cannot_be_aborted() {
    let (mut peer, output) = output();
    let block = vec![0; LARGE];
    output.set_write_limit(usize::MAX);
    let (large, first, second) = (output.write(&block), output.write("1"), output.write("2"));
    let (aborted, refused) = (second.clone(), Rc::new(Cell::new(false)));
    let note = refused.clone();
    first.connect(move |_| {
        let over = aborted.abort().take_result();
        note.set(matches!(over, Some(Err(error)) if error.is::<NotAbortable>()));
    });
    let reader =
        std::thread::spawn(move || std::io::copy(&mut peer, &mut std::io::sink()).unwrap());
    done(&large);
    assert_eq!((done(&first), done(&second), refused.get()), (1, 1, true));
    drop(output);
    reader.join().unwrap();
}

#[test]
fn a_second_close_waits_like_the_first() {
    let (mut peer, output) = output();
    let large = output.write(vec![0; LARGE]);
    let (ended, first, second) = (output.end_writing(), output.close(), output.close());
    let reader =
        std::thread::spawn(move || std::io::copy(&mut peer, &mut std::io::sink()).unwrap());
    done(&large);
    done(&ended);
    done(&first);
    done(&second);
    assert_eq!(reader.join().unwrap(), LARGE as u64);
}

#[test]
fn a_close_that_takes_too_long_can_be_cut_short() {
    let (mut peer, output) = output();
    let large = output.write(vec![0; LARGE]);
    let closing = output.close().timeout_abort(Duration::from_millis(5));
    drop(output);
    assert!(failed(&closing).is_timeout());
    assert!(matches!(channel_error(&failed(&large)), ChannelError::Closed { .. }));
    let mut rest = Vec::new();
    peer.read_to_end(&mut rest).unwrap();
    assert!(rest.len() < LARGE);
}

#[test]
fn the_loop_looks_at_handlers_whose_object_has_gone() {
    let (watched, _peer) = input();
    let (other, mut other_peer) = input();
    let object = Rc::new(());
    // Whose drop drops the last handle of another channel.
    watched.signals().read.connect_weak(&object, move |_, _| drop(other.read()));
    drop(object);
    other_peer.write_all(b"x").unwrap();
    assert!(watched.read().timeout(Duration::from_millis(5)).wait().unwrap_err().is_timeout());
    turn();
}

#[test]
fn the_descriptor_can_be_had_back() {
    let (input, mut peer) = input();
    peer.write_all(b"one\ntwo").unwrap();
    let other = input.clone();
    done(&input.readline());
    let waiting = input.readline();
    let (fd, unread) = input.into_inner().unwrap();
    assert_eq!(unread, "two");
    assert!(matches!(channel_error(&failed(&waiting)), ChannelError::Closed { .. }));
    assert!(other.into_inner().is_err());
    peer.write_all(b"three").unwrap();
    let mut rest = [0; 5];
    File::from(fd).read_exact(&mut rest).unwrap();
    assert_eq!(&rest, b"three");
}

#[test]
fn what_is_pending_when_the_loop_ends_is_abandoned() {
    let (tell, told) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let (input, peer) = input();
        input.read().exception().connect(move |error| {
            tell.send(error.is::<Abandoned>()).unwrap();
        });
        std::mem::forget((input, peer));
    });
    thread.join().unwrap();
    assert_eq!(told.try_recv(), Ok(true));
}
