//! Yields that are operands, with nothing before them.

use std::io;

use crate::harness::{Guard, ask, note};

both! {
    fn as_the_only_argument(n: u32) -> io::Result<Option<u32>> {
        let some = Some(yield_!(ask(n))?);
        note(yield_!(ask("noted"))?);
        Ok(some.map(|n| n + 1))
    }
}

#[test]
fn as_the_only_argument() {
    check!(as_the_only_argument(1));
}

both! {
    fn in_the_tail_call(n: u32) -> io::Result<u32> {
        let _guard = Guard("guard");
        Ok(yield_!(ask(n))?)
    }
}

#[test]
fn in_the_tail_call() {
    check!(in_the_tail_call(1));
}

both! {
    fn in_another_operand(n: u32) -> io::Result<u32> {
        let n = yield_!(ask(yield_!(ask(n))? + 1))?;
        Ok(n)
    }
}

#[test]
fn in_another_operand() {
    check!(in_another_operand(1));
}

both! {
    fn let_else_on_a_yield(text: &'static str) -> io::Result<u32> {
        let _guard = Guard("guard");
        let Ok(text) = yield_!(ask(text)) else {
            return Ok(0);
        };
        let Some('a') = text.chars().next() else {
            note("no a");
            return Err(io::Error::other("no a"));
        };
        yield_!()?;
        Ok(1)
    }
}

#[test]
fn let_else_on_a_yield() {
    check!(let_else_on_a_yield("abc"));
    check!(let_else_on_a_yield("bc"));
}
