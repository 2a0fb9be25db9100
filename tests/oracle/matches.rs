//! `match` with yields in its arms.

use std::io;

use crate::harness::{Guard, ask, fail, later, note};

#[derive(Debug, Clone, Copy)]
enum Shape {
    Dot,
    Line(u32),
    Box { width: u32, height: u32 },
}

enum Job {
    Ask(String),
    Wait(u32),
    Stop,
}

both! {
    fn literals(n: u32) -> io::Result<&'static str> {
        let _guard = Guard("guard");
        match n {
            0 => {
                yield_!(ask("zero"))?;
            }
            1 | 2 => note("few"),
            3..=9 => {
                let inner = Guard("inner");
                yield_!()?;
                note(inner.name());
            }
            _ => {}
        }
        yield_!(ask("after"))
            .map_err(io::Error::from)
    }
}

#[test]
fn literals() {
    for n in [0, 1, 2, 3, 9, 10] {
        check!(literals(n));
    }
}

both! {
    fn value(word: &'static str) -> io::Result<String> {
        let reply = match word {
            "ping" => "pong".to_owned(),
            "ask" => yield_!(ask(String::from("asked")))?,
            "twice" => {
                let first = yield_!(ask(String::from("1")))?;
                let second = yield_!(ask(String::from("2")))?;
                first + &second
            }
            "quit" => return Err(io::Error::other("quit")),
            other => {
                yield_!()?;
                other.to_uppercase()
            }
        };
        note(&reply);
        yield_!()?;
        Ok(reply)
    }
}

#[test]
fn value() {
    for word in ["ping", "ask", "twice", "quit", "x"] {
        check!(value(word));
    }
}

both! {
    fn tail(shape: Shape) -> io::Result<u32> {
        let _guard = Guard("guard");
        match shape {
            Shape::Dot => Ok(0),
            Shape::Line(length) => {
                let length = yield_!(ask(length))?;
                Ok(length)
            }
            Shape::Box { width, height } => {
                let width = yield_!(ask(width))?;
                let height = yield_!(ask(height))?;
                Ok(width * height)
            }
        }
    }
}

#[test]
fn tail() {
    for shape in [Shape::Dot, Shape::Line(2), Shape::Box { width: 2, height: 3 }] {
        check!(tail(shape));
    }
}

both! {
    fn guards_on_arms(n: u32, limit: u32) -> io::Result<&'static str> {
        let word = match n {
            n if n > limit => {
                yield_!(ask(n))?;
                "over"
            }
            0 | 1 if limit > 5 => yield_!(ask("small"))?,
            n if n == limit => "equal",
            _ => {
                yield_!()?;
                "under"
            }
        };
        Ok(word)
    }
}

#[test]
fn guards_on_arms() {
    for (n, limit) in [(2, 1), (1, 6), (4, 4), (2, 3)] {
        check!(guards_on_arms(n, limit));
    }
}

both! {
    fn binds_by_value(job: Job) -> io::Result<usize> {
        let mut jobs = vec![job];
        match jobs.pop().unwrap_or(Job::Stop) {
            Job::Ask(text) => {
                yield_!(ask("first"))?;
                let text = yield_!(ask(text))?;
                Ok(text.len())
            }
            Job::Wait(turns) => {
                for _ in 0..turns {
                    yield_!()?;
                }
                Ok(0)
            }
            Job::Stop => Err(io::Error::other("stop")),
        }
    }
}

#[test]
fn binds_by_value() {
    check!(binds_by_value(Job::Ask("text".into())));
    check!(binds_by_value(Job::Wait(3)));
    check!(binds_by_value(Job::Stop));
}

both! {
    fn or_pattern_with_a_binding(shape: Shape) -> io::Result<u32> {
        let n = match shape {
            Shape::Line(n) | Shape::Box { width: n, height: 0 } => yield_!(ask(n))?,
            Shape::Box { width: n @ (1 | 2), .. } => {
                yield_!()?;
                n + 100
            }
            Shape::Box { .. } | Shape::Dot => 0,
        };
        note(n);
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn or_pattern_with_a_binding() {
    for shape in [
        Shape::Line(1),
        Shape::Box { width: 7, height: 0 },
        Shape::Box { width: 2, height: 3 },
        Shape::Box { width: 3, height: 3 },
        Shape::Dot,
    ] {
        check!(or_pattern_with_a_binding(shape));
    }
}

both! {
    fn on_a_tuple(a: u32, b: &'static str) -> io::Result<&'static str> {
        match (a, b) {
            (0, "zero") => note("both"),
            (n, "ask") => {
                yield_!(ask(n))?;
            }
            (1.., _) => {
                yield_!()?;
                note("some");
            }
            (_, word) => return Ok(word),
        }
        Ok("through")
    }
}

#[test]
fn on_a_tuple() {
    for (a, b) in [(0, "zero"), (4, "ask"), (1, "x"), (0, "y")] {
        check!(on_a_tuple(a, b));
    }
}

both! {
    fn nested(outer: Option<Option<u32>>) -> io::Result<u32> {
        let n = match outer {
            None => 0,
            Some(inner) => {
                let _outer = Guard("outer");
                yield_!()?;
                match inner {
                    None => yield_!(ask(1))?,
                    Some(n) => {
                        let _inner = Guard("inner");
                        let n = yield_!(ask(n))?;
                        yield_!()?;
                        n
                    }
                }
            }
        };
        note("joined");
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn nested() {
    check!(nested(None));
    check!(nested(Some(None)));
    check!(nested(Some(Some(7))));
}

both! {
    fn jumps_out_of_arms(lines: Vec<&'static str>) -> io::Result<usize> {
        let mut served = 0;
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at];
            at += 1;
            let reply = match line {
                "" => continue,
                "ping" => "pong",
                "quit" => {
                    let last = Guard("last");
                    yield_!(ask(last.name()))?;
                    break;
                }
                "fail" => {
                    let _last = Guard("failing");
                    yield_!(fail("asked to"))?;
                    "not reached"
                }
                other => yield_!(ask(other))?,
            };
            note(reply);
            served += 1;
        }
        Ok(served)
    }
}

#[test]
fn jumps_out_of_arms() {
    check!(jumps_out_of_arms(vec!["ping", "", "hello", "quit", "never"]));
    check!(jumps_out_of_arms(vec!["hello", "fail", "never"]));
    check!(jumps_out_of_arms(vec![]));
}

both! {
    fn yields_in_one_arm_only(n: u32) -> io::Result<u32> {
        let guard = Guard("guard");
        let m = match n {
            0 => yield_!(ask(10))?,
            1 => 11,
            2 => 12,
            _ => 13,
        };
        note(guard.name());
        Ok(m)
    }
}

#[test]
fn yields_in_one_arm_only() {
    check!(yields_in_one_arm_only(0));
    check!(yields_in_one_arm_only(2));
}

both! {
    fn on_what_was_awaited(n: u32) -> io::Result<u32> {
        match yield_!(ask(n))? {
            0 => Ok(0),
            n @ 1..=5 => {
                yield_!(ask(n + 1))?;
                Ok(n)
            }
            _ => Err(io::Error::other("many")),
        }
    }
}

#[test]
fn on_what_was_awaited() {
    for n in [0, 3, 6] {
        check!(on_what_was_awaited(n));
    }
}

both! {
    fn ok_or_error(fails: bool) -> io::Result<String> {
        let awaited = if fails { fail("failed") } else { later(3) };
        let text = match yield_!(awaited) {
            Ok(n) => {
                let n = yield_!(ask(n))?;
                n.to_string()
            }
            Err(error) => {
                yield_!(ask("recover"))?;
                error.to_string()
            }
        };
        note(&text);
        Ok(text)
    }
}

#[test]
fn ok_or_error() {
    check!(ok_or_error(true));
    check!(ok_or_error(false));
}

both! {
    fn on_a_range_and_chars(c: char) -> io::Result<bool> {
        let digit = match c {
            '0'..='9' => {
                yield_!(ask(c))?;
                true
            }
            'a' | 'b' => false,
            _ => yield_!(later(false))?,
        };
        Ok(digit)
    }
}

#[test]
fn on_a_range_and_chars() {
    for c in ['5', 'b', 'z'] {
        check!(on_a_range_and_chars(c));
    }
}

both! {
    fn arm_ends_its_scope_before_the_join(n: u32) -> io::Result<()> {
        let _before = Guard("before");
        let guard = match n {
            0 => {
                let given = Guard("given");
                let _left = Guard("left");
                yield_!()?;
                given
            }
            _ => Guard("made"),
        };
        note("joined");
        yield_!()?;
        note(guard.name());
        Ok(())
    }
}

#[test]
fn arm_ends_its_scope_before_the_join() {
    let trace = check!(arm_ends_its_scope_before_the_join(0));
    assert_eq!(trace, ["drop left", "joined", "given", "drop given", "drop before"]);
    check!(arm_ends_its_scope_before_the_join(1));
}

both! {
    fn without_a_yield_in_it(shape: Shape) -> io::Result<u32> {
        yield_!()?;
        let size = match shape {
            Shape::Dot => return Ok(0),
            Shape::Line(n) if n > 5 => 5,
            Shape::Line(n) => n,
            Shape::Box { width, height } => width * height,
        };
        yield_!(ask(size))?;
        match size {
            0 => Err(io::Error::other("flat")),
            n => Ok(n),
        }
    }
}

#[test]
fn without_a_yield_in_it() {
    for shape in [Shape::Dot, Shape::Line(9), Shape::Line(0), Shape::Box { width: 1, height: 2 }] {
        check!(without_a_yield_in_it(shape));
    }
}

both! {
    fn arms_of_an_option_without_a_yield(maybe: Option<Guard>) -> io::Result<()> {
        let other = Some(Guard("other"));
        match maybe {
            None => note("none"),
            Some(maybe) => note(maybe.name()),
        }
        yield_!()?;
        match other {
            Some(guard) => note(guard.name()),
            _ => note("nothing"),
        }
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn arms_of_an_option_without_a_yield() {
    check!(arms_of_an_option_without_a_yield(Some(Guard("maybe"))));
    check!(arms_of_an_option_without_a_yield(None));
}

both! {
    fn binds_the_name_of_its_scrutinee() -> io::Result<()> {
        let pair = ((Guard("a"), Guard("b")), Guard("c"));
        let (pair, _c) = pair;
        yield_!()?;
        note("one");
        match pair {
            (pair, _b) => {
                yield_!()?;
                note(pair.name());
            }
        }
        Ok(())
    }
}

#[test]
fn binds_the_name_of_its_scrutinee() {
    check!(binds_the_name_of_its_scrutinee());
}
