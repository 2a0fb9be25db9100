//! Attack.
#![allow(warnings, missing_docs, unsafe_code, clippy::all)]
use kaa_core::{Flow, InProgress, inprogress};
use kaa_notifier::*;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};
const MS: Duration = Duration::from_millis(1);
fn spin(ms: u32) -> u64 {
    let t = main::metrics().turns;
    let _ = delay(MS * ms).wait();
    main::metrics().turns - t
}
fn pipe() -> (IOChannel, IOChannel) {
    let (r, w) = std::io::pipe().unwrap();
    (IOChannel::new(r).unwrap(), IOChannel::new(w).unwrap())
}

#[test]
fn a_listen_deletes_a_regular_file() {
    let p = std::env::temp_dir().join(format!("kaa-attack-{}", std::process::id()));
    std::fs::write(&p, "precious").unwrap();
    let s = Socket::new();
    let r = s.listen(p.to_str().unwrap());
    let kept = std::fs::read(&p).ok();
    drop(s);
    let _ = std::fs::remove_file(&p);
    assert!(r.is_err() && kept.as_deref() == Some(b"precious"), "{r:?} {kept:?}");
}
#[test]
fn b_lost_child() {
    let p = Process::spawn(&mut std::process::Command::new("true")).unwrap();
    let mut st = 0;
    unsafe { libc::waitpid(p.pid() as i32, &mut st, 0) };
    let e = p.exit().timeout(MS * 3000).wait().unwrap_err();
    assert!(e.is::<ProcessError>(), "{e:?}");
}
#[test]
fn c_byte_overwritten() {
    let (i, o) = pipe();
    o.write("abcd").wait().unwrap();
    drop(o);
    let (r1, r2, r3) = (i.read_exact(1), i.read_exact(1), i.read_exact(1));
    drop((r1, r2, r3));
    let (i, o) = pipe();
    o.write("abcd").wait().unwrap();
    let (r1, r2, r3) = (i.read_exact(1), i.read_exact(1), i.read_exact(1));
    spin(50);
    assert!(r1.is_finished() && r2.is_finished() && r3.is_finished());
    drop(r1);
    drop(r3);
    let x = i.read_exact(2);
    assert!(x.is_finished());
    drop(x);
    let y = i.read_exact(1).wait().unwrap().unwrap();
    drop(r2);
    drop(o);
    let rest = i.read_to_end(100).wait().unwrap().unwrap();
    assert_eq!(y.len() + rest.len(), 4, "{y:?} {rest:?}");
}
#[test]
fn d_handler_after_end() {
    let (i, o) = pipe();
    o.write("x\n").wait().unwrap();
    drop(o);
    assert!(i.read_exact(100).wait().is_err());
    assert_eq!(i.unread(), 2);
    let got = Rc::new(Cell::new(0));
    let g = got.clone();
    i.signals().readline.connect(move |l| g.set(l.len()));
    spin(20);
    assert_eq!(got.get(), 2);
}
#[test]
fn e_abort_of_sent_write() {
    let (r, w) = std::io::pipe().unwrap();
    let o = IOChannel::new(w).unwrap();
    o.set_write_limit(usize::MAX);
    let big = o.write(vec![0; 65536]);
    assert!(big.is_finished());
    let (w1, w2) = (o.write("one"), Rc::new(o.write("two")));
    let w2b = w2.clone();
    w1.connect(move |_| drop(w2b.abort()));
    let i = IOChannel::new(r).unwrap();
    let n = i.read_exact(65536 + 6).timeout(MS * 2000).wait().unwrap().unwrap().len();
    assert_eq!(n, 65542);
    assert!(!w2.is_failed(), "sent, and yet reported as aborted");
}
#[test]
fn f_close_twice() {
    let (r, w) = std::io::pipe().unwrap();
    let (o, i) = (IOChannel::new(w).unwrap(), IOChannel::new(r).unwrap());
    o.set_write_limit(usize::MAX);
    let big = o.write(vec![0; 200_000]);
    let (c1, c2) = (o.close(), o.close());
    i.read_to_end(1 << 20).timeout(MS * 3000).wait().unwrap();
    big.wait().unwrap();
    c1.wait().unwrap();
    c2.wait().unwrap();
}
#[test]
fn g_stalled_close_keeps_the_descriptor() {
    let (a, b) = std::os::unix::net::UnixStream::pair().unwrap();
    let s = Socket::connected(a, "peer").unwrap();
    let w = s.write(vec![0; 8 << 20]);
    w.exception().connect(|_| ());
    drop(w);
    let c = s.close();
    c.exception().connect(|_| ());
    drop(s);
    let e = c.timeout_abort(MS * 50).wait();
    drop(c);
    println!("timeout_abort of close: {e:?}");
    spin(20);
    b.set_nonblocking(true).unwrap();
    let mut b = b;
    let mut n = 0;
    let mut buf = vec![0; 1 << 20];
    let end = loop {
        match std::io::Read::read(&mut b, &mut buf) {
            Ok(0) => break "closed",
            Ok(k) => n += k,
            Err(_) => break "open",
        }
    };
    assert_eq!(end, "closed", "after {n} bytes");
}
#[test]
fn h_old_close_hits_new_connection() {
    let (l1, l2) = (Socket::new(), Socket::new());
    l1.listen("127.0.0.1:0").unwrap();
    l2.listen("127.0.0.1:0").unwrap();
    let s = Socket::new();
    s.connect(l1.local_address().unwrap().to_string()).wait().unwrap();
    let p1 = l1.accept().wait().unwrap();
    s.set_write_limit(usize::MAX).unwrap();
    let w = s.write(vec![0; 16 << 20]);
    drop(s.close());
    s.connect(l2.local_address().unwrap().to_string()).wait().unwrap();
    let p2 = l2.accept().wait().unwrap();
    let got = Rc::new(Cell::new(0));
    let g = got.clone();
    s.signals().read.connect(move |b| g.set(g.get() + b.len()));
    let closed = Rc::new(Cell::new(false));
    let c = closed.clone();
    s.signals().closed.connect(move |_| c.set(true));
    p1.read_exact(16 << 20).timeout(MS * 5000).wait().unwrap();
    let _ = w.wait();
    spin(50);
    p2.write("hello").wait().unwrap();
    spin(50);
    assert_eq!((got.get(), closed.get(), s.is_connected()), (5, false, true));
}
#[test]
fn i_borrow_during_hook() {
    let (i, _o) = pipe();
    let object = Rc::new(());
    i.signals().read.connect_weak(&object, |_, _| ());
    let (ch, ok) = (RefCell::new(Some(i.clone())), Rc::new(Cell::new(None)));
    let o2 = ok.clone();
    i.signals().read.on_change(move |_, n| {
        if n == 0
            && let Some(ch) = ch.borrow_mut().take()
        {
            o2.set(Some(false));
            drop(ch.close());
            o2.set(Some(true));
        }
    });
    drop(object);
    let r = i.read();
    _o.write("x").wait().unwrap();
    let _ = r.wait();
    spin(20);
    assert_eq!(ok.get(), Some(true));
}
#[test]
fn j_review_drops_a_channel() {
    let (i, _o) = pipe();
    let (other, _w) = pipe();
    let object = Rc::new(());
    let r = other.read();
    i.signals().read.connect_weak(&object, move |_, _| {
        let _ = &other;
    });
    drop(object);
    let never = InProgress::<()>::new();
    let e = never.1.wait();
    println!("{e:?}");
    println!("finished {} ", r.is_finished());
    let _ = r.timeout(MS * 20).wait();
    _w.write("y").wait().map(|_| ()).unwrap_or_else(|e| println!("{e}"));
    let turns = spin(100);
    assert!(turns < 50, "{turns} turns in 100 ms");
}
#[test]
fn k_nested_loop_stops_monitor() {
    let (r, mut w) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut w, b"x").unwrap();
    let m = IOMonitor::new();
    let once = Cell::new(false);
    let mut r2 = r.try_clone().unwrap();
    m.start(&r, IOCondition::Read, move || {
        if !once.replace(true) {
            main::run_until(delay(MS * 10)).unwrap();
        }
        let mut b = [0];
        std::io::Read::read_exact(&mut r2, &mut b).unwrap();
    })
    .unwrap();
    spin(50);
    assert!(m.is_active());
}
#[test]
fn l_udp_of_another_family() {
    let (a, _b) = std::os::unix::net::UnixDatagram::pair().unwrap();
    if let Ok(u) = UdpSocket::from_fd(a) {
        println!("{:?}", u.local_address());
    }
}
#[test]
fn m_take_back_tells_handlers() {
    let (i, o) = pipe();
    let r = i.read();
    let got = Rc::new(Cell::new(0));
    let g = got.clone();
    i.signals().read.connect(move |b| g.set(b.len()));
    o.write("abc").wait().unwrap();
    spin(20);
    assert!(r.is_finished());
    drop(r);
    spin(20);
    assert_eq!(got.get(), 3);
}
#[test]
fn n_listen_on_nothing() {
    let s = Socket::new();
    let r = s.listen("unix:");
    assert!(r.is_err(), "{s:?}");
}
#[test]
fn o_unused() {
    let _ = (Flow::Stop, inprogress::<u8>(InProgress::finished(1)));
}
