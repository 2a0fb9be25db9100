//! Coroutines that call coroutines. As `async fn` that may be one body, as coroutines it is several tasks: only runs to the end are
//! compared.

use std::io;

use crate::harness::{Guard, ask, fail, note};

both! {
    fn calls_itself(n: u32) -> io::Result<u32> {
        let guard = Guard("guard");
        if n == 0 {
            return Ok(0);
        }
        yield_!(ask(n))?;
        let below = yield_!(again(calls_itself(n - 1)))?;
        note(guard.name());
        Ok(below + n)
    }
}

#[test]
fn calls_itself() {
    same!(calls_itself(0));
    same!(calls_itself(3));
}

both! {
    fn calls_itself_twice(n: u32) -> io::Result<u32> {
        if n < 2 {
            yield_!()?;
            return Ok(n);
        }
        let a = yield_!(again(calls_itself_twice(n - 1)))?;
        let b = yield_!(again(calls_itself_twice(n - 2)))?;
        note(a + b);
        Ok(a + b)
    }
}

#[test]
fn calls_itself_twice() {
    same!(calls_itself_twice(5));
}

both! {
    fn failure_passes_through(n: u32) -> io::Result<u32> {
        let _guard = Guard("guard");
        if n == 0 {
            yield_!(fail("at the bottom"))?;
        }
        let got = yield_!(again(failure_passes_through(n - 1)))?;
        note("not reached");
        Ok(got)
    }
}

#[test]
fn failure_passes_through() {
    let trace = same!(failure_passes_through(2));
    assert_eq!(trace, ["fail at the bottom", "drop guard", "drop guard", "drop guard"]);
}

both! {
    fn measures(name: &'static str) -> io::Result<usize> {
        let name = yield_!(ask(name))?;
        let _guard = Guard("measure");
        yield_!()?;
        Ok(name.len())
    }
}

both! {
    fn calls_another(names: Vec<&'static str>) -> io::Result<usize> {
        let mut total = 0;
        for name in names {
            let length = yield_!(measures::machine::measures(name))?;
            note(length);
            total += length;
        }
        Ok(total)
    }
}

#[test]
fn calls_another() {
    check!(measures("a"));
    let trace = same!(calls_another(vec!["a", "bb"]));
    assert_eq!(trace, ["ask a", "drop measure", "1", "ask bb", "drop measure", "2"]);
}
