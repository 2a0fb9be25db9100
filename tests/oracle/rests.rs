//! Patterns that take parts of a local and leave others: what is left lives as long as the local would.

use std::io;
use std::rc::Rc;

use crate::harness::{Guard, ask, note};

#[derive(Debug)]
enum Job {
    Both(Guard, Guard),
    One(Guard),
    Kind(Guard, Kind),
    Stop,
}
#[derive(Debug)]
#[allow(dead_code, reason = "what it holds is only dropped")]
enum Kind {
    A,
    B(Guard),
}
both! {
    fn taken_apart_by_a_match(job: Job, other: Guard) -> io::Result<()> {
        let _log = Guard("log");
        match job {
            Job::Both(a, _) if a.name() == "long" => {
                yield_!(ask(a.name()))?;
            }
            Job::Both(a, b) => {
                let got = yield_!(ask(a.name()))?;
                note(got == b.name());
            }
            Job::Kind(a, Kind::A) => { yield_!(ask(a.name()))?; }
            Job::Kind(a, _) => { note(a.name()); }
            Job::One(one) => note(one.name()),
            Job::Stop => note("stop"),
        }
        note("after");
        yield_!()?;
        Ok(())
    }
}
#[test]
fn taken_apart_by_a_match() {
    check!(taken_apart_by_a_match(Job::Both(Guard("long"), Guard("b")), Guard("o")));
    check!(taken_apart_by_a_match(Job::Both(Guard("a"), Guard("b")), Guard("o")));
    check!(taken_apart_by_a_match(Job::Kind(Guard("a"), Kind::A), Guard("o")));
    check!(taken_apart_by_a_match(Job::Kind(Guard("a"), Kind::B(Guard("kb"))), Guard("o")));
    check!(taken_apart_by_a_match(Job::One(Guard("one")), Guard("o")));
    check!(taken_apart_by_a_match(Job::Stop, Guard("o")));
}
both! {
    fn shadows() -> io::Result<()> {
        let x = (Guard("l"), Guard("r"));
        let y = Guard("y");
        let (x, _) = x;
        yield_!(ask(x.name()))?;
        note(y.name());
        yield_!()?;
        Ok(())
    }
}
#[test]
fn shadows() {
    check!(shadows());
}
both! {
    fn if_let(x: Option<(Guard, Guard)>, n: u32) -> io::Result<u32> {
        let y = Guard("y");
        let z = Some((Guard("za"), Guard("zb")));
        if let Some((a, _)) = x {
            if n == 1 { yield_!(ask(a.name()))?; }
            if n == 2 { return Ok(3); }
            note("in");
        } else { yield_!(ask(1))?; }
        yield_!(ask(n))?;
        let Some((_, b)) = z else { return Ok(8) };
        if n == 3 { yield_!(ask(b.name()))?; }
        note("end");
        Ok(5)
    }
}
#[test]
fn if_let() {
    for n in 0..5 {
        check!(if_let(Some((Guard("a"), Guard("b"))), n));
    }
    check!(if_let(None, 3));
}
both! {
    fn plain_inside(x: (Guard, Guard, u32), n: u32) -> io::Result<u32> {
        let y = Guard("y");
        let got = { let (a, _, k) = x; note(a.name()); k };
        if n > 1 { let (q, _) = (Guard("q"), Guard("dropped at once?")); note(q.name()); }
        yield_!(ask(got))?;
        Ok(5)
    }
}
#[test]
fn plain_inside() {
    check!(plain_inside((Guard("a"), Guard("b"), 3), 0));
    check!(plain_inside((Guard("a"), Guard("b"), 3), 2));
}
both! { in { #[allow(dead_code, reason = "what it holds is only dropped")] pub(crate) enum Phase { Start(u32), Open(Guard, Guard, u32), Done(u32, Guard) } }
    fn phases(limit: u32) -> io::Result<u32> {
        let mut phase = Phase::Start(0);
        let y = Guard("y");
        loop {
            phase = match phase {
                Phase::Start(n) if n == limit => Phase::Done(n, Guard("done")),
                Phase::Start(n) => { yield_!(ask(n))?; Phase::Open(Guard("sock"), Guard("buf"), n) }
                Phase::Open(sock, _, n) => {
                    note(sock.name());
                    if n > 0 { yield_!(ask(sock.name()))?; }
                    if n > 7 { return Ok(n) }
                    Phase::Start(n + 1)
                }
                Phase::Done(n, _) => return Ok(n),
            };
            note("lap");
        }
    }
}
#[test]
fn phases() {
    check!(phases(3));
    check!(phases(0));
    check!(phases(9));
}
both! {
    fn in_loop(n: u32) -> io::Result<()> {
        for i in 0..n {
            let pair = (Guard("l"), (Guard("m"), Guard("r")));
            let (a, (_, b)) = pair;
            yield_!(ask(i))?;
            note(a.name());
            if i == 2 { break }
            if i == 1 { continue }
            let (c, _) = (Guard("c"), a);
        }
        yield_!()?;
        Ok(())
    }
}
#[test]
fn in_loop() {
    check!(in_loop(2));
    check!(in_loop(4));
}
both! {
    fn borrowed(x: Rc<(Guard, Vec<u32>)>) -> io::Result<()> {
        let r = &x;
        let y: &'static (u32, &str) = &(3, "x");
        let (n, _) = y;
        yield_!(ask(*n))?;
        note(n);
        let w = (1, Some(String::new()));
        let (m, _) = w;
        yield_!(ask(m))?;
        Ok(())
    }
}
#[test]
fn borrowed() {
    check!(borrowed(Rc::new((Guard("g"), vec![]))));
}
