//! `if`, `else if`, `else`, `if let`: as statements, as values and as tails.

use std::io;

use crate::harness::{Guard, ask, later, note};

both! {
    fn one_branch(asks: bool) -> io::Result<String> {
        let _open = Guard("open");
        let answer = if asks {
            let inner = Guard("inner");
            let got = yield_!(ask("yes"))?;
            note(inner.name());
            got
        } else {
            "no"
        };
        note(answer);
        Ok(answer.to_owned())
    }
}

#[test]
fn one_branch() {
    let trace = check!(one_branch(true));
    assert_eq!(trace, ["ask yes", "inner", "drop inner", "yes", "drop open"]);
    assert_eq!(check!(one_branch(false)), ["no", "drop open"]);
}

both! {
    fn without_else(asks: bool) -> io::Result<()> {
        let guard = Guard("guard");
        if asks {
            yield_!(ask("asked"))?;
        }
        note(guard.name());
        yield_!()?;
        Ok(())
    }
}

#[test]
fn without_else() {
    check!(without_else(true));
    check!(without_else(false));
}

both! {
    fn both_branches(left: bool) -> io::Result<u32> {
        let n;
        if left {
            let l = Guard("l");
            n = yield_!(ask(1))?;
            note(l.name());
        } else {
            let r = Guard("r");
            n = yield_!(ask(2))?;
            note(r.name());
        }
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn both_branches() {
    check!(both_branches(true));
    check!(both_branches(false));
}

both! {
    fn chain(n: u32) -> io::Result<&'static str> {
        let _guard = Guard("guard");
        let word = if n == 0 {
            yield_!(ask("zero"))?
        } else if n == 1 {
            "one"
        } else if n == 2 {
            let word = yield_!(ask("two"))?;
            yield_!()?;
            word
        } else {
            return Ok("many");
        };
        note(word);
        yield_!()?;
        Ok(word)
    }
}

#[test]
fn chain() {
    for n in 0..4 {
        check!(chain(n));
    }
}

both! {
    fn nested(a: bool, b: bool) -> io::Result<u32> {
        let outer = Guard("outer");
        let n = if a {
            let _a = Guard("a");
            yield_!()?;
            if b {
                let _b = Guard("b");
                yield_!(ask(11))?
            } else {
                yield_!(ask(10))?
            }
        } else if b {
            1
        } else {
            yield_!()?;
            0
        };
        note(outer.name());
        Ok(n)
    }
}

#[test]
fn nested() {
    for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
        check!(nested(a, b));
    }
}

both! {
    fn tail(n: u32) -> io::Result<u32> {
        let _guard = Guard("guard");
        if n > 1 {
            let n = yield_!(ask(n))?;
            Ok(n * 2)
        } else if n == 1 {
            Ok(1)
        } else {
            yield_!()?;
            Err(io::Error::other("zero"))
        }
    }
}

#[test]
fn tail() {
    for n in 0..3 {
        check!(tail(n));
    }
}

both! {
    fn if_let_on_a_local(maybe: Option<u32>) -> io::Result<u32> {
        let _guard = Guard("guard");
        let n = if let Some(n) = maybe {
            yield_!(ask(n))?
        } else {
            yield_!()?;
            0
        };
        note(n);
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn if_let_on_a_local() {
    check!(if_let_on_a_local(Some(3)));
    check!(if_let_on_a_local(None));
}

both! {
    fn if_let_on_a_call(mut names: Vec<&'static str>) -> io::Result<usize> {
        if let Some(name) = names.pop() {
            yield_!(ask(name))?;
            note(names.len());
        }
        if let ["a"] = names[..] {
            note("one left");
        } else {
            yield_!()?;
            note("not one left");
        }
        Ok(names.len())
    }
}

#[test]
fn if_let_on_a_call() {
    check!(if_let_on_a_call(vec![]));
    check!(if_let_on_a_call(vec!["a"]));
    check!(if_let_on_a_call(vec!["a", "b"]));
}

both! {
    fn if_let_else_if_let(n: Result<u32, &'static str>) -> io::Result<u32> {
        let n = if let Ok(0) = n {
            yield_!(ask(0))?
        } else if let Err(text) = n {
            let text = yield_!(ask(text))?;
            u32::from(text == "one")
        } else if let Ok(n @ 1..=9) = n {
            yield_!()?;
            n
        } else {
            99
        };
        Ok(n)
    }
}

#[test]
fn if_let_else_if_let() {
    for n in [Ok(0), Err("one"), Err("two"), Ok(5), Ok(10)] {
        check!(if_let_else_if_let(n));
    }
}

both! {
    fn branch_without_a_yield_in_a_body_with_one(n: u32) -> io::Result<u32> {
        let got = yield_!(ask(n))?;
        let size = if got > 10 { "large" } else { "small" };
        note(size);
        yield_!()?;
        if size == "large" {
            note("at the end");
        }
        Ok(if got % 2 == 0 { got } else { got + 1 })
    }
}

#[test]
fn branch_without_a_yield_in_a_body_with_one() {
    check!(branch_without_a_yield_in_a_body_with_one(3));
    check!(branch_without_a_yield_in_a_body_with_one(30));
}

both! {
    fn guard_of_each_branch_ends_with_it(left: bool) -> io::Result<()> {
        let _before = Guard("before");
        if left {
            let _left = Guard("left");
            yield_!()?;
        } else {
            let _right = Guard("right");
            note("no yield here");
        }
        let _after = Guard("after");
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn guard_of_each_branch_ends_with_it() {
    let trace = check!(guard_of_each_branch_ends_with_it(true));
    assert_eq!(trace, ["drop left", "end", "drop after", "drop before"]);
    check!(guard_of_each_branch_ends_with_it(false));
}

both! {
    fn condition_of_several_parts(a: u32, name: String) -> io::Result<u32> {
        if a > 1 && !name.is_empty() || name == "x" {
            yield_!(ask(name.len()))?;
        }
        if a <= 5 {
            yield_!(ask(a))?;
        }
        Ok(a)
    }
}

#[test]
fn condition_of_several_parts() {
    check!(condition_of_several_parts(0, "x".into()));
    check!(condition_of_several_parts(2, "ann".into()));
    check!(condition_of_several_parts(1, String::new()));
}

both! {
    fn assigned_in_one_branch(asks: bool) -> io::Result<u32> {
        let mut n = 1;
        let mut word = String::from("word");
        if asks {
            n = yield_!(ask(2))?;
            word.push('!');
        }
        yield_!()?;
        note(word);
        Ok(n)
    }
}

#[test]
fn assigned_in_one_branch() {
    check!(assigned_in_one_branch(true));
    check!(assigned_in_one_branch(false));
}

both! {
    fn branch_that_never_joins(n: u32) -> io::Result<u32> {
        let guard = Guard("guard");
        let n = if n > 3 {
            yield_!(ask("leaves"))?;
            return Err(io::Error::other("too much"));
        } else {
            n
        };
        note(guard.name());
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn branch_that_never_joins() {
    check!(branch_that_never_joins(3));
    check!(branch_that_never_joins(4));
}

both! {
    fn value_with_a_drop(left: bool) -> io::Result<()> {
        let guard = if left {
            yield_!(later(Guard("left")))?
        } else {
            let guard = Guard("right");
            yield_!()?;
            guard
        };
        note("joined");
        yield_!()?;
        note(guard.name());
        Ok(())
    }
}

#[test]
fn value_with_a_drop() {
    assert_eq!(check!(value_with_a_drop(true)), ["joined", "left", "drop left"]);
    assert_eq!(check!(value_with_a_drop(false)), ["joined", "right", "drop right"]);
}

both! {
    fn moved_in_the_branch_that_waits(moves: bool) -> io::Result<()> {
        let guard = Guard("guard");
        let other = Guard("other");
        if moves {
            drop(guard);
            yield_!()?;
        } else {
            yield_!()?;
            note(other.name());
        }
        let _behind = Guard("behind");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn moved_in_the_branch_that_waits() {
    check!(moved_in_the_branch_that_waits(true));
    check!(moved_in_the_branch_that_waits(false));
}

both! {
    fn initialised_in_both_and_never_mentioned(left: bool) -> io::Result<()> {
        let _late;
        let _guard = Guard("guard");
        if left {
            _late = Guard("left");
            yield_!()?;
        } else {
            yield_!()?;
            _late = Guard("right");
        }
        yield_!()?;
        Ok(())
    }
}

#[test]
fn initialised_in_both_and_never_mentioned() {
    check!(initialised_in_both_and_never_mentioned(true));
    check!(initialised_in_both_and_never_mentioned(false));
}

both! {
    fn option_taken_apart(mut maybe: Option<(Guard, Guard)>) -> io::Result<()> {
        let _before = Guard("before");
        if let Some(maybe) = maybe {
            note(maybe.0.name());
        }
        yield_!()?;
        maybe = Some((Guard("third"), Guard("fourth")));
        if let Some(_maybe) = maybe {
            yield_!()?;
            note("inside");
        }
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn option_taken_apart() {
    check!(option_taken_apart(Some((Guard("first"), Guard("second")))));
    check!(option_taken_apart(None));
}

both! {
    fn in_let_else_with_a_type(n: u32) -> io::Result<u32> {
        let x: Option<Guard> = if n == 1 { None } else { Some(Guard("x")) };
        let Some(mut k): Option<u32> = n.checked_sub(1) else {
            yield_!(ask("none"))?;
            return Ok(7);
        };
        let Some(ref g) = x else { yield_!(ask("no x"))?; return Ok(9) };
        note(g.name());
        let Some(y): Option<Guard> = x else { return Ok(yield_!(ask(5))?) };
        k += 1;
        yield_!(ask(k))?;
        let Ok(z): Result<u32, io::Error> = "5".parse().map_err(io::Error::other) else { yield_!()?; return Ok(1) };
        note(y.name());
        Ok(z)
    }
}
#[test]
fn in_let_else_with_a_type() {
    for n in 0..4 {
        check!(in_let_else_with_a_type(n));
    }
}
