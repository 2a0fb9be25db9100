//! `loop`, `while`, `while let`: labels, `break` with a value, `continue`.

use std::io;

use crate::harness::{Guard, Socket, ask, fail, note};

both! {
    fn while_counts(limit: u32) -> io::Result<u32> {
        let mut n = 0;
        while n < limit {
            let lap = Guard("lap");
            yield_!(ask(n))?;
            n += 1;
            note(lap.name());
        }
        note("after");
        Ok(n)
    }
}

#[test]
fn while_counts() {
    assert_eq!(check!(while_counts(0)), ["after"]);
    check!(while_counts(3));
}

both! {
    fn loop_breaks() -> io::Result<u32> {
        let mut n = 0;
        loop {
            n += 1;
            if n > 3 {
                break;
            }
            yield_!(ask(n))?;
        }
        note("after");
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn loop_breaks() {
    check!(loop_breaks());
}

both! {
    fn loop_breaks_with_a_value(limit: u32) -> io::Result<String> {
        let mut n = 0;
        let word = loop {
            let _lap = Guard("lap");
            n += 1;
            if n > 4 {
                break "too many";
            }
            let got = yield_!(ask(n))?;
            if got > limit {
                break "found";
            }
        };
        note(word);
        yield_!()?;
        Ok(format!("{word} {n}"))
    }
}

#[test]
fn loop_breaks_with_a_value() {
    check!(loop_breaks_with_a_value(0));
    check!(loop_breaks_with_a_value(2));
    check!(loop_breaks_with_a_value(9));
}

both! {
    fn breaks_out_of_both_loops(limit: u32) -> io::Result<u32> {
        let mut round = 0;
        let found = 'outer: loop {
            let _lap = Guard("lap");
            round += 1;
            let mut n = 0;
            loop {
                let got = yield_!(ask(n))?;
                if got * got * round > limit {
                    break 'outer got;
                }
                n += 1;
                if n > 2 {
                    break;
                }
            }
            if round > 5 {
                return Err(io::Error::other("nothing found"));
            }
        };
        note(found);
        Ok(found)
    }
}

#[test]
fn breaks_out_of_both_loops() {
    check!(breaks_out_of_both_loops(7));
    check!(breaks_out_of_both_loops(100));
}

both! {
    fn continues_before_the_yield(limit: u32) -> io::Result<u32> {
        let mut n = 0;
        let mut asked = 0;
        while n < limit {
            let _lap = Guard("lap");
            n += 1;
            if n % 2 == 0 {
                continue;
            }
            asked += 1;
            yield_!(ask(n))?;
        }
        Ok(asked)
    }
}

#[test]
fn continues_before_the_yield() {
    check!(continues_before_the_yield(4));
}

both! {
    fn continues_after_the_yield(limit: u32) -> io::Result<u32> {
        let mut n = 0;
        while n < limit {
            let lap = Guard("lap");
            n += 1;
            let got = yield_!(ask(n))?;
            if got % 2 == 0 {
                note("even");
                continue;
            }
            note(lap.name());
            yield_!()?;
        }
        Ok(n)
    }
}

#[test]
fn continues_after_the_yield() {
    check!(continues_after_the_yield(4));
}

both! {
    fn labelled_continue(rows: u32) -> io::Result<u32> {
        let mut row = 0;
        let mut seen = 0;
        'rows: while row < rows {
            let _row = Guard("row");
            row += 1;
            let mut column = 0;
            while column < 3 {
                let _column = Guard("column");
                column += 1;
                seen += 1;
                if column == row {
                    continue 'rows;
                }
                if row == 3 {
                    yield_!()?;
                    break 'rows;
                }
                yield_!(ask(column))?;
            }
            note("row is over");
        }
        Ok(seen)
    }
}

#[test]
fn labelled_continue() {
    for rows in 0..4 {
        check!(labelled_continue(rows));
    }
}

both! {
    fn returns_from_a_loop(limit: u32) -> io::Result<u32> {
        let _outer = Guard("outer");
        let mut n = 0;
        loop {
            let _lap = Guard("lap");
            n = yield_!(ask(n + 1))?;
            if n >= limit {
                return Ok(n);
            }
        }
    }
}

#[test]
fn returns_from_a_loop() {
    check!(returns_from_a_loop(1));
    check!(returns_from_a_loop(3));
}

both! {
    fn fails_in_a_loop() -> io::Result<u32> {
        let _outer = Guard("outer");
        let mut n = 0;
        loop {
            let _lap = Guard("lap");
            n += 1;
            if n == 2 {
                yield_!(fail("second lap"))?;
            } else {
                yield_!()?;
            }
        }
    }
}

#[test]
fn fails_in_a_loop() {
    check!(fails_in_a_loop());
}

both! {
    fn while_let_on_a_yield() -> io::Result<usize> {
        let sock = Socket::new();
        let mut total = 0;
        while let Some(chunk) = yield_!(sock.read())? {
            let _lap = Guard("lap");
            if chunk == "bb" {
                continue;
            }
            total += chunk.len();
        }
        note("closed");
        yield_!()?;
        Ok(total)
    }
}

#[test]
fn while_let_on_a_yield() {
    check!(while_let_on_a_yield());
}

both! {
    fn while_let_pops(mut queue: Vec<Guard>) -> io::Result<usize> {
        let mut served = 0;
        while let Some(job) = queue.pop() {
            yield_!(ask(job.name()))?;
            served += 1;
            if served == 1 {
                queue.push(Guard("extra"));
            }
            note(job.name());
        }
        Ok(served)
    }
}

#[test]
fn while_let_pops() {
    check!(while_let_pops(vec![]));
    check!(while_let_pops(vec![Guard("a"), Guard("b")]));
}

both! {
    fn while_let_breaks(mut queue: Vec<&'static str>) -> io::Result<Option<&'static str>> {
        let mut last = None;
        while let Some(word) = queue.pop() {
            let _lap = Guard("lap");
            if word == "stop" {
                let word = yield_!(ask(word))?;
                last = Some(word);
                break;
            }
            yield_!()?;
            last = Some(word);
        }
        yield_!()?;
        Ok(last)
    }
}

#[test]
fn while_let_breaks() {
    check!(while_let_breaks(vec!["never", "stop", "a"]));
    check!(while_let_breaks(vec!["a", "b"]));
    check!(while_let_breaks(vec![]));
}

both! {
    fn loop_without_a_yield(n: u32) -> io::Result<u32> {
        let mut sum = 0;
        let got = yield_!(ask(n))?;
        let mut i = 0;
        while i < got {
            i += 1;
            if i == 2 {
                continue;
            }
            sum += i;
        }
        yield_!(ask(sum))?;
        let found = loop {
            i += 1;
            if i % 5 == 0 {
                break i;
            }
        };
        Ok(sum + found)
    }
}

#[test]
fn loop_without_a_yield() {
    check!(loop_without_a_yield(4));
}

both! {
    fn quiet_loop_in_a_waiting_loop(limit: u32) -> io::Result<u32> {
        let mut sum = 0;
        let mut n = 0;
        'waiting: while n < limit {
            n += 1;
            let mut i = 0;
            loop {
                i += 1;
                if i > n {
                    break;
                }
                if i == 3 {
                    continue 'waiting;
                }
                sum += i;
            }
            yield_!(ask(sum))?;
        }
        Ok(sum)
    }
}

#[test]
fn quiet_loop_in_a_waiting_loop() {
    check!(quiet_loop_in_a_waiting_loop(4));
}

both! {
    fn breaks_with_a_guard() -> io::Result<()> {
        let mut n = 0;
        let guard = loop {
            let guard = Guard("lap");
            let _other = Guard("other");
            yield_!()?;
            n += 1;
            if n == 2 {
                break guard;
            }
        };
        note("found");
        yield_!()?;
        note(guard.name());
        Ok(())
    }
}

#[test]
fn breaks_with_a_guard() {
    let trace = check!(breaks_with_a_guard());
    assert_eq!(trace, ["drop other", "drop lap", "drop other", "found", "lap", "drop lap"]);
}

both! {
    fn loop_as_the_tail(limit: u32) -> io::Result<u32> {
        let mut n = 0;
        loop {
            let got = yield_!(ask(n))?;
            if got == limit {
                break Ok(got);
            }
            if got > 5 {
                break Err(io::Error::other("over"));
            }
            n += 2;
        }
    }
}

#[test]
fn loop_as_the_tail() {
    check!(loop_as_the_tail(2));
    check!(loop_as_the_tail(3));
}

both! {
    fn one_loop_after_the_other() -> io::Result<u32> {
        let mut n = 0;
        while n < 2 {
            yield_!(ask(n))?;
            n += 1;
        }
        let between = Guard("between");
        while n > 0 {
            yield_!(ask(n))?;
            n -= 1;
        }
        note(between.name());
        Ok(n)
    }
}

#[test]
fn one_loop_after_the_other() {
    check!(one_loop_after_the_other());
}

both! {
    fn yields_only_before_the_loop_ends() -> io::Result<u32> {
        let mut n = 3;
        while n > 0 {
            n -= 1;
            if n == 0 {
                yield_!(ask("last"))?;
            }
        }
        Ok(n)
    }
}

#[test]
fn yields_only_before_the_loop_ends() {
    check!(yields_only_before_the_loop_ends());
}

both! {
    fn a_number_hides_what_the_loop_holds(mut n: u32) -> io::Result<u32> {
        while n < 10 {
            let step = yield_!(ask(n))? + 1;
            n += step;
            let n = 100;
            note(n);
        }
        Ok(n)
    }
}

#[test]
fn a_number_hides_what_the_loop_holds() {
    check!(a_number_hides_what_the_loop_holds(1));
}

both! {
    fn values_of_loops_that_have_none() -> io::Result<()> {
        let each = for n in 0..2 {
            yield_!(ask(n))?;
        };
        let mut test = while yield_!(ask(false))? {
            yield_!()?;
        };
        note(format!("{each:?} {test:?}"));
        test = for n in 0..2 {
            yield_!(ask(n))?;
        };
        Ok(test)
    }
}

#[test]
fn values_of_loops_that_have_none() {
    check!(values_of_loops_that_have_none());
}
