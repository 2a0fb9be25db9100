//! `#[cfg]` and `#[cfg_attr]` inside of a body.

use std::io;

use crate::harness::{Guard, ask, note};

both! {
    fn statements(guard: Guard) -> io::Result<u32> {
        #[cfg(test)]
        let n = yield_!(ask(3))?;
        #[cfg(not(test))]
        let n = String::from("no number");
        #[cfg(not(test))]
        drop(guard);
        #[cfg_attr(test, allow(unused_mut))]
        let mut m = n;
        #[cfg(not(test))]
        compile_error!("not there");
        yield_!()?;
        #[cfg(not(test))]
        return Ok(0);
        #[cfg(test)]
        Ok(m)
    }
}

#[test]
fn statements() {
    check!(statements(Guard("guard")));
}

both! {
    fn parts_of_expressions(n: u32) -> io::Result<u32> {
        let words = [
            "a",
            #[cfg(not(test))]
            4,
            "b",
        ];
        let got = match n {
            #[cfg(not(test))]
            1 => yield_!("nothing to wait for"),
            #[cfg(test)]
            1 => yield_!(ask(10))?,
            _ => 0,
        };
        if n > 1 {
            #[cfg(test)]
            {
                yield_!(ask(got))?;
                note("in a block");
            }
        }
        Ok(words.len() as u32 + got)
    }
}

#[test]
fn parts_of_expressions() {
    check!(parts_of_expressions(1));
    check!(parts_of_expressions(2));
}

both! {
    fn arguments(#[cfg(test)] n: u32, #[cfg(not(test))] n: String) -> io::Result<u32> {
        let got = yield_!(ask(n))?;
        Ok(got)
    }
}

#[test]
fn arguments() {
    check!(arguments(3));
}
