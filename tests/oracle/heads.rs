//! A yield that is first in its statement, condition, scrutinee or initialiser, with anything applied to it.

use std::io;

use crate::harness::{Guard, Socket, ask, fail, later, note, now};

struct Point {
    x: u32,
    name: String,
}

impl Point {
    fn sum(&self) -> u32 {
        self.x + self.name.len() as u32
    }
}

both! {
    fn method_on_the_value(text: String) -> io::Result<usize> {
        let n = yield_!(ask(text))?.len();
        yield_!(ask(n))?;
        Ok(n)
    }
}

#[test]
fn method_on_the_value() {
    check!(method_on_the_value("text".into()));
}

both! {
    fn chain_of_methods(text: String) -> io::Result<String> {
        let upper = yield_!(ask(text))?.trim().to_uppercase().replace('A', "-");
        let first = yield_!(later(vec![1, 2, 3]))?
            .into_iter()
            .filter(|n| n % 2 == 1)
            .map(|n| n * 10)
            .sum::<u32>();
        Ok(format!("{upper} {first}"))
    }
}

#[test]
fn chain_of_methods() {
    check!(chain_of_methods(" banana ".into()));
}

both! {
    fn field_and_index() -> io::Result<u32> {
        let x = yield_!(later(Point { x: 3, name: "p".into() }))?.x;
        let second = yield_!(later([4, 5, 6]))?[1];
        let pair = yield_!(later((7, Guard("right"))))?.0;
        yield_!()?;
        Ok(x + second + pair)
    }
}

#[test]
fn field_and_index() {
    assert_eq!(check!(field_and_index()), ["drop right"]);
}

both! {
    fn method_by_reference() -> io::Result<u32> {
        let sum = yield_!(later(Point { x: 3, name: "ab".into() }))?.sum();
        note(sum);
        yield_!()?;
        Ok(sum)
    }
}

#[test]
fn method_by_reference() {
    check!(method_by_reference());
}

both! {
    fn method_statement(text: String) -> io::Result<()> {
        yield_!(ask(text))?.push_str("lost");
        yield_!(later(vec![3, 1, 2]))?.sort_unstable();
        yield_!(later(Guard("noted")))?.name();
        note("after");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn method_statement() {
    check!(method_statement("text".into()));
}

both! {
    fn on_the_result_itself() -> io::Result<u32> {
        let failed = yield_!(fail("a")).is_err();
        let n = yield_!(ask(2)).unwrap_or(7);
        yield_!(fail("ignored")).ok();
        let text = yield_!(fail("b")).map_or_else(|e| e.to_string(), |n| n.to_string());
        note(text);
        Ok(n + u32::from(failed))
    }
}

#[test]
fn on_the_result_itself() {
    check!(on_the_result_itself());
}

both! {
    fn if_compares(n: u32) -> io::Result<&'static str> {
        let _guard = Guard("guard");
        if yield_!(ask(n))? > 3 {
            note("large");
            yield_!()?;
        }
        let word = if yield_!(ask(n + 1))? == 2 { "two" } else { "other" };
        yield_!()?;
        Ok(word)
    }
}

#[test]
fn if_compares() {
    check!(if_compares(1));
    check!(if_compares(4));
}

both! {
    fn if_on_a_bool(yes: bool) -> io::Result<u32> {
        if yield_!(ask(yes))? {
            yield_!(ask("yes"))?;
            Ok(1)
        } else if yield_!(ask(!yes))? {
            yield_!(ask("no"))?;
            Ok(0)
        } else {
            Ok(2)
        }
    }
}

#[test]
fn if_on_a_bool() {
    check!(if_on_a_bool(true));
    check!(if_on_a_bool(false));
}

both! {
    fn if_with_methods(text: String) -> io::Result<bool> {
        if yield_!(ask(text))?.starts_with('a') {
            yield_!()?;
            return Ok(true);
        }
        if yield_!(fail("no")).is_ok() {
            note("not reached");
        }
        Ok(false)
    }
}

#[test]
fn if_with_methods() {
    check!(if_with_methods("ab".into()));
    check!(if_with_methods("ba".into()));
}

both! {
    fn if_let_some(given: bool) -> io::Result<&'static str> {
        let sock = Socket::new();
        if !given {
            while yield_!(sock.read())?.is_some() {}
        }
        if let Some(chunk) = yield_!(sock.read())? {
            let _inner = Guard("inner");
            yield_!(ask(chunk))?;
            Ok(chunk)
        } else {
            yield_!(ask("nothing"))?;
            Ok("")
        }
    }
}

#[test]
fn if_let_some() {
    check!(if_let_some(true));
    check!(if_let_some(false));
}

both! {
    fn if_let_ok(fails: bool) -> io::Result<u32> {
        let awaited = if fails { fail("failed") } else { now(5) };
        let mut sum = 0;
        if let Ok(n) = yield_!(awaited) {
            yield_!(ask(n))?;
            sum += n;
        }
        if let Err(e) = yield_!(fail("second")) {
            yield_!(ask(e.to_string()))?;
            sum += 1;
        }
        Ok(sum)
    }
}

#[test]
fn if_let_ok() {
    check!(if_let_ok(true));
    check!(if_let_ok(false));
}

both! {
    fn while_on_a_yield(limit: u32) -> io::Result<u32> {
        let mut n = 0;
        while yield_!(ask(n))? < limit {
            let _lap = Guard("lap");
            n += 1;
            if n == 2 {
                continue;
            }
            yield_!()?;
        }
        Ok(n)
    }
}

#[test]
fn while_on_a_yield() {
    check!(while_on_a_yield(0));
    check!(while_on_a_yield(3));
}

both! {
    fn while_on_a_yield_without_a_yield_in_it(limit: u32) -> io::Result<u32> {
        let mut n = 0;
        while yield_!(ask(n))? < limit {
            n += 1;
        }
        note("after");
        Ok(n)
    }
}

#[test]
fn while_on_a_yield_without_a_yield_in_it() {
    check!(while_on_a_yield_without_a_yield_in_it(2));
}

both! {
    fn while_let_ok(laps: u32) -> io::Result<u32> {
        let mut left = laps;
        let mut next = later(left);
        while let Ok(n) = yield_!(next) {
            note(n);
            if left == 0 {
                next = fail("over");
                continue;
            }
            left -= 1;
            next = later(left);
        }
        Ok(left)
    }
}

#[test]
fn while_let_ok() {
    check!(while_let_ok(2));
}

both! {
    fn match_with_methods(text: String) -> io::Result<usize> {
        let n = match yield_!(ask(text))?.len() {
            0 => yield_!(ask(10))?,
            n if n > 3 => return Ok(n),
            n => {
                yield_!(ask(n))?;
                n * 2
            }
        };
        Ok(n)
    }
}

#[test]
fn match_with_methods() {
    for text in ["", "ab", "long"] {
        check!(match_with_methods(text.into()));
    }
}

both! {
    fn match_as_a_string(text: String) -> io::Result<u32> {
        match yield_!(ask(text))?.as_str() {
            "one" => Ok(1),
            "two" => Ok(2),
            other => Err(io::Error::other(other.to_owned())),
        }
    }
}

#[test]
fn match_as_a_string() {
    for text in ["one", "two", "three"] {
        check!(match_as_a_string(text.into()));
    }
}

both! {
    fn arithmetic(n: u32) -> io::Result<u32> {
        let a = yield_!(ask(n))? + 1;
        let b = yield_!(ask(a))? * 2 + a;
        let c = yield_!(ask(b))? as u64 + 1;
        let d = yield_!(ask(1_i32))?.pow(2) - 4;
        yield_!()?;
        Ok(b + c as u32 + d.unsigned_abs())
    }
}

#[test]
fn arithmetic() {
    check!(arithmetic(1));
}

both! {
    fn operand_from_locals() -> io::Result<u32> {
        let mut all = vec![1, 2, 3];
        let guard = Guard("guard");
        yield_!(ask(all.len()))?;
        yield_!(ask(guard.name()))?;
        yield_!(later(all.pop()))?;
        yield_!(ask(if all.len() > 1 { "two" } else { "one" }))?;
        yield_!(ask({
            let n = all[0];
            n + 1
        }))?;
        Ok(all[1])
    }
}

#[test]
fn operand_from_locals() {
    check!(operand_from_locals());
}

both! {
    fn tail_is_a_yield(n: u32) -> kaa::Result<u32> {
        let _guard = Guard("guard");
        yield_!(ask(n))?;
        yield_!(ask(n + 1))
    }
}

#[test]
fn tail_is_a_yield() {
    check!(tail_is_a_yield(1));
}

both! {
    fn tail_is_a_failed_yield() -> kaa::Result<u32> {
        let _guard = Guard("guard");
        yield_!(fail("tail"))
    }
}

#[test]
fn tail_is_a_failed_yield() {
    check!(tail_is_a_failed_yield());
}

both! {
    fn tail_with_a_method(n: u32) -> Result<String, String> {
        let _guard = Guard("guard");
        yield_!(ask(n)).map(|n| format!("{n}!")).map_err(|e| e.to_string())
    }
}

#[test]
fn tail_with_a_method() {
    check!(tail_with_a_method(1));
}

both! {
    fn compared_with_a_local(a: u32) -> io::Result<bool> {
        let limit = 3;
        let over = yield_!(ask(a))? > limit;
        let both = yield_!(ask(a + 1))? > limit && over;
        note(over);
        yield_!()?;
        Ok(both)
    }
}

#[test]
fn compared_with_a_local() {
    check!(compared_with_a_local(3));
    check!(compared_with_a_local(4));
}

both! {
    fn loop_of_scrutinees() -> io::Result<usize> {
        let sock = Socket::new();
        let mut total = 0;
        loop {
            match yield_!(sock.read())? {
                Some("bb") => continue,
                Some(chunk) => {
                    let written = yield_!(sock.write(chunk))?;
                    total += written;
                }
                None => break,
            }
            note("lap");
        }
        Ok(total)
    }
}

#[test]
fn loop_of_scrutinees() {
    check!(loop_of_scrutinees());
}

both! {
    fn yield_in_the_operand_of_another(n: u32) -> io::Result<u32> {
        let n = yield_!(ask(yield_!(ask(n))? + 1))?;
        yield_!(later(yield_!(ask(n))?.min(2)))?;
        Ok(n)
    }
}

#[test]
fn yield_in_the_operand_of_another() {
    check!(yield_in_the_operand_of_another(1));
}

both! {
    fn constructs_as_heads(n: u32) -> io::Result<u32> {
        let mut sum = 0;
        if { let n = yield_!(ask(n))?; n > 1 } {
            yield_!()?;
            sum += 1;
        } else if match n { 0 => yield_!(ask(true))?, _ => false } {
            yield_!()?;
        }
        match if n > 1 { yield_!(ask(n))? } else { 7 } {
            2 => yield_!()?,
            n => sum += yield_!(ask(n))?,
        }
        for n in if n > 1 { yield_!(later(vec![1, 2]))? } else { vec![3] } {
            sum += yield_!(ask(n))?;
        }
        while { let _guard = Guard("guard"); yield_!(ask(sum))? < 30 } {
            sum += 9;
            yield_!()?;
        }
        while let Some(less) = { yield_!()?; sum.checked_sub(20) } {
            sum = less;
        }
        Ok(sum)
    }
}

#[test]
fn constructs_as_heads() {
    for n in 0..3 {
        check!(constructs_as_heads(n));
    }
}
