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

// Locals that are gone on one path, or in part.
