//! Locals that a jump leaves in different ways: moved in front of one `break`, whole at another.

use std::io;

use crate::harness::{Guard, ask, note};

both! {
    fn moved_in_loop(n: u32) -> io::Result<()> {
        let lock = Guard("lock");
        let mut i = 0;
        loop {
            i += 1;
            if i == n { drop(lock); break; }
            yield_!(ask(i))?;
        }
        yield_!()?;
        Ok(())
    }
}
#[test]
fn moved_in_loop() {
    check!(moved_in_loop(3));
    check!(moved_in_loop(1));
}

both! {
    fn moved_and_given_back(n: u32) -> io::Result<()> {
        let mut lock = Guard("lock");
        for i in 0..n {
            drop(lock);
            yield_!(ask(i))?;
            lock = Guard("new");
        }
        note(lock.name());
        Ok(())
    }
}
#[test]
fn moved_and_given_back() {
    check!(moved_and_given_back(3));
}

both! {
    fn left_by_a_break(n: u32) -> io::Result<()> {
        let lock = Guard("lock");
        'out: {
            if n > 1 {
                drop(lock);
                yield_!(ask(n))?;
                break 'out;
            }
            yield_!(ask(0))?;
        }
        note("after");
        yield_!()?;
        Ok(())
    }
}
#[test]
fn left_by_a_break() {
    check!(left_by_a_break(3));
    check!(left_by_a_break(0));
}
both! {
    fn left_by_a_plain_break(n: u32) -> io::Result<()> {
        let lock = Guard("lock");
        'out: {
            if n > 1 {
                drop(lock);
                break 'out;
            }
            note("in");
        }
        note("after");
        yield_!()?;
        Ok(())
    }
}
#[test]
fn left_by_a_plain_break() {
    check!(left_by_a_plain_break(3));
    check!(left_by_a_plain_break(0));
}
both! {
    fn moved_in_plain_loop(n: u32) -> io::Result<()> {
        let lock = Guard("lock");
        let mut i = 0;
        loop {
            i += 1;
            if i == n { drop(lock); break; }
            if i > 4 { break; }
        }
        note("after");
        yield_!()?;
        Ok(())
    }
}
#[test]
fn moved_in_plain_loop() {
    check!(moved_in_plain_loop(3));
    check!(moved_in_plain_loop(9));
}
both! {
    fn moved_in_for(n: u32) -> io::Result<()> {
        let mut held = Some(Guard("lock"));
        for i in 0..n {
            if let Some(g) = held.take() { yield_!(ask(g.name()))?; }
            yield_!(ask(i))?;
        }
        Ok(())
    }
}
#[test]
fn moved_in_for() {
    check!(moved_in_for(3));
}
both! {
    fn option_in_loop(n: u32) -> io::Result<()> {
        let mut next = Some(Guard("a"));
        let mut i = 0;
        while let Some(g) = next {
            yield_!(ask(g.name()))?;
            i += 1;
            next = if i < n { Some(g) } else { None };
        }
        note("end");
        yield_!()?;
        Ok(())
    }
}
#[test]
fn option_in_loop() {
    check!(option_in_loop(3));
}
both! {
    fn hidden_in_branch(n: bool) -> io::Result<()> {
        let lock = Guard("lock");
        if n { drop(lock); } else { let lock = 3; note(lock); }
        note("after");
        yield_!()?;
        Ok(())
    }
}
#[test]
fn hidden_in_branch() {
    check!(hidden_in_branch(true));
    check!(hidden_in_branch(false));
}
both! {
    fn breaks_with_value(n: u32) -> io::Result<()> {
        let lock = Guard("lock");
        let mut i = 0;
        let got = loop {
            i += 1;
            if i == n { break lock; }
            match i { 5 => break Guard("five"), 6 => continue, _ => {} }
        };
        yield_!(ask(got.name()))?;
        Ok(())
    }
}
#[test]
fn breaks_with_value() {
    check!(breaks_with_value(3));
    check!(breaks_with_value(9));
}
both! {
    fn nested(n: u32) -> io::Result<u32> {
        let a = Guard("a");
        let b = Guard("b");
        let r = 'outer: {
            for i in 0..n {
                if i == 3 { drop(a); break 'outer 1; }
                let Some(_) = n.checked_sub(5) else { drop(b); yield_!(ask("no"))?; break 'outer 2 };
                if i == 7 { break }
            }
            3
        };
        yield_!(ask(r))?;
        Ok(r)
    }
}
#[test]
fn nested() {
    check!(nested(5));
    check!(nested(2));
    check!(nested(0));
    check!(nested(9));
}
both! {
    fn while_let(n: u32) -> io::Result<u32> {
        let mut next = Some(Guard("a"));
        let keep = Guard("keep");
        while let Some(g) = next {
            if n == 1 { drop(keep); break; }
            next = if n == 2 { None } else { yield_!(ask(g.name()))?; None };
        }
        yield_!(ask(n))?;
        Ok(n)
    }
}
#[test]
fn while_let() {
    check!(while_let(1));
    check!(while_let(2));
    check!(while_let(3));
}
