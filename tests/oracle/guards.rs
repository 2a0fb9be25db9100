//! Guards that wait: what fails there falls through to the arms behind.

use std::io;

use crate::harness::{Guard, ask, later, note};

both! {
    fn guard_of_an_arm_waits(n: u32) -> io::Result<&'static str> {
        let word = match n {
            0 => "zero",
            n if yield_!(ask(n))? > 3 => "large",
            1 | 2 if n == 2 && yield_!(ask(true))? => {
                yield_!()?;
                "two"
            }
            _ => "other",
        };
        Ok(word)
    }
}
#[test]
fn guard_of_an_arm_waits() {
    for n in 0..5 {
        check!(guard_of_an_arm_waits(n));
    }
}
both! {
in {
    #[derive(Debug)]
    pub(crate) enum Entry { Named(String, Guard), Two(Guard, Guard), Empty }
    pub(crate) fn named(n: &str) -> Entry { Entry::Named(n.into(), Guard("badge")) }
    }
    fn admit(entry: Entry) -> io::Result<String> {
        let _door = Guard("door");
        match entry {
            Entry::Named(name, _badge) if yield_!(ask(name.len()))? > 3 && name != "mallory" => {
                yield_!(ask(1))?;
                Ok(name)
            }
            Entry::Two(a, b) if { note(a.name()); let x = yield_!(ask(b.name()))?; x == "b" && yield_!(ask(a.name()))? == "a" } => {
                let got = yield_!(ask(2))?;
                note(got);
                Ok(a.name().to_owned())
            }
            Entry::Named(name, badge) if name.is_empty() => Ok(badge.name().to_owned()),
            Entry::Two(..) => Ok("two".into()),
            _ => Ok("stranger".to_owned()),
        }
    }
}
#[test]
fn admit() {
    for n in ["alice", "bob", "mallory", ""] {
        check!(admit(named(n)));
    }
    check!(admit(Entry::Empty));
    check!(admit(Entry::Two(Guard("a"), Guard("b"))));
    check!(admit(Entry::Two(Guard("a"), Guard("c"))));
    check!(admit(Entry::Two(Guard("d"), Guard("b"))));
}

both! {
    fn of_value(n: u32) -> io::Result<u32> {
        let lock = Guard("lock");
        let got = match (yield_!(ask(n))?, Guard("t")) {
            (m, g) if add(m, yield_!(ask(g.name().len() as u32))?) == 4 => { drop(lock); m + 1 }
            (m, _) if m > 10 || yield_!(ask(m))? == 2 => 5,
            (m, g) => { yield_!(ask(g.name()))?; 7 },
        };
        note("after");
        yield_!()?;
        Ok(got)
    }
}
fn add(a: u32, b: u32) -> u32 {
    a + b
}
#[test]
fn of_value() {
    for n in [0, 2, 3, 11] {
        check!(of_value(n));
    }
}
both! {
    fn let_guard(x: Option<u32>) -> io::Result<u32> {
        let got = match x {
            Some(n) if let Some(m) = yield_!(later(n.checked_sub(1)))? => { yield_!(ask(m))?; n + m },
            Some(n) if n > 40 && let Some(q) = n.checked_sub(2) => q,
            _ => yield_!(ask(7))?,
        };
        Ok(got)
    }
}
#[test]
fn let_guard() {
    check!(let_guard(Some(0)));
    check!(let_guard(Some(4)));
    check!(let_guard(None));
}
both! {
    fn in_loop(n: u32) -> io::Result<u32> {
        let mut x = n;
        let mut q = vec![Guard("a"), Guard("bb")];
        loop {
            match q.pop() {
                Some(g) if yield_!(ask(g.name()))? == "bb" => { q.push(Guard("c")); continue }
                Some(g) if g.name() == "c" => { yield_!(ask(g.name()))?; }
                None if yield_!(ask(x))? > 2 => break,
                Some(_) => {}
                None => { x += 1; }
            }
            note("lap");
        }
        Ok(x)
    }
}
#[test]
fn in_loop() {
    check!(in_loop(0));
    check!(in_loop(9));
}
