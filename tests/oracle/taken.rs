//! Locals that a pattern takes apart.

use std::io;

use crate::harness::{Guard, ask, note};

both! {
    fn taken_apart_by_a_let() -> io::Result<()> {
        let _log = Guard("log");
        let pair = (Guard("left"), Guard("right"));
        let (left, right) = pair;
        yield_!(ask(left.name()))?;
        drop(right);
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn taken_apart_by_a_let() {
    check!(taken_apart_by_a_let());
}

both! {
    fn binds_by_reference(n: Option<Guard>) -> io::Result<usize> {
        let length = match n {
            Some(ref guard) => guard.name().len(),
            None => yield_!(ask(0))?,
        };
        yield_!(ask(length))?;
        Ok(length)
    }
}

#[test]
fn binds_by_reference() {
    check!(binds_by_reference(Some(Guard("guard"))));
    check!(binds_by_reference(None));
}

/// Its `Drop` sees that nothing is taken out of it.
struct Counted {
    number: u32,
    label: &'static str,
}

impl Drop for Counted {
    fn drop(&mut self) {
        note(format_args!("drop {} {}", self.label, self.number));
    }
}

both! {
    fn has_a_drop_of_its_own(counted: Counted) -> io::Result<u32> {
        let _later = Guard("later");
        let Counted { number, label } = counted;
        let got = yield_!(ask(number))?;
        note(label);
        Ok(got)
    }
}

#[test]
fn has_a_drop_of_its_own() {
    check!(has_a_drop_of_its_own(Counted { number: 3, label: "counted" }));
}

both! {
    fn has_a_drop_and_is_matched(counted: Counted) -> io::Result<u32> {
        let _later = Guard("later");
        match counted {
            Counted { number: 0, label } => note(label),
            Counted { number, label: _ } => note(yield_!(ask(number))?),
        }
        note("matched");
        yield_!()?;
        Ok(3)
    }
}

#[test]
fn has_a_drop_and_is_matched() {
    check!(has_a_drop_and_is_matched(Counted { number: 0, label: "none" }));
    check!(has_a_drop_and_is_matched(Counted { number: 3, label: "some" }));
}

both! {
    fn iterators(names: Vec<String>) -> io::Result<usize> {
        let _lock = Guard("lock");
        let guards = vec![Guard("a"), Guard("b"), Guard("c")].into_iter();
        let pairs = guards.zip(names);
        let lengths = pairs.map(|(guard, name)| (guard, name.len()));
        let long = lengths.filter(|(_, length)| *length > 1);
        let all: Vec<_> = long.collect();
        yield_!(ask(all.len()))?;
        let mut rest = all.into_iter();
        let first = rest.next();
        let (count, text) = (rest.len(), Some("text"));
        let total: usize = rest.map(|(_, length)| length).sum();
        let text = text.map(str::len);
        yield_!()?;
        note(total);
        Ok(count + text.unwrap_or_default())
    }
}

#[test]
fn iterators() {
    check!(iterators(vec!["ann".into(), "b".into(), "carol".into()]));
}

both! {
    fn taken_out_of_an_option() -> io::Result<()> {
        let mut slot = Some(Guard("slot"));
        let list = vec![Guard("first"), Guard("last")];
        let taken = slot.take();
        note(list.last().map(Guard::name).unwrap_or_default());
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn taken_out_of_an_option() {
    check!(taken_out_of_an_option());
}
