//! One yield after another, and what their values are bound to.

use std::io;

use crate::harness::{Guard, Socket, ask, fail, later, note, now};

struct Pair {
    left: u32,
    right: String,
}

both! {
    fn in_sequence(first: u32) -> io::Result<()> {
        yield_!(ask(first))?;
        note("one");
        yield_!(ask(first + 1))?;
        note("two");
        yield_!(ask(first + 2))?;
        Ok(())
    }
}

#[test]
fn in_sequence() {
    assert_eq!(check!(in_sequence(1)), ["ask 1", "one", "ask 2", "two", "ask 3"]);
}

both! {
    fn adds_up(a: u32, b: u32) -> io::Result<u32> {
        let a = yield_!(ask(a))?;
        let b = yield_!(ask(b))?;
        Ok(a + b)
    }
}

#[test]
fn adds_up() {
    check!(adds_up(1, 2));
    check!(adds_up(0, 0));
}

both! {
    fn fetches(site: String) -> io::Result<usize> {
        let sock = Socket::new();
        yield_!(sock.connect(&site))?;
        let written = yield_!(sock.write("GET /"))?;
        let mut total = 0;
        while let Some(chunk) = yield_!(sock.read())? {
            total += chunk.len();
            yield_!()?;
        }
        Ok(total + written)
    }
}

#[test]
fn fetches() {
    let trace = check!(fetches("localhost".into()));
    assert_eq!(trace.first().unwrap(), "connect localhost");
    assert_eq!(trace.last().unwrap(), "drop socket");
}

both! {
    fn tuple_pattern(n: u32) -> io::Result<String> {
        let (number, (text, guard)) = yield_!(later((n, (String::from("text"), Guard("guard")))))?;
        note(guard.name());
        yield_!()?;
        note(number);
        Ok(text)
    }
}

#[test]
fn tuple_pattern() {
    assert_eq!(check!(tuple_pattern(7)), ["guard", "7", "drop guard"]);
}

both! {
    fn struct_pattern(left: u32) -> io::Result<usize> {
        let Pair { left, right: name } = yield_!(later(Pair { left, right: "right".into() }))?;
        yield_!(ask(left))?;
        Ok(name.len())
    }
}

#[test]
fn struct_pattern() {
    check!(struct_pattern(1));
}

both! {
    fn array_pattern(n: u32) -> io::Result<u32> {
        let [first, .., last] = yield_!(later([n, 0, 0, n + 1]))?;
        yield_!(ask(last))?;
        let [.., middle, _] = yield_!(later([1, 2, 3]))?;
        yield_!()?;
        Ok(first * 10 + last + middle)
    }
}

#[test]
fn array_pattern() {
    check!(array_pattern(3));
}

both! {
    fn mutable_binding(n: u32) -> io::Result<u32> {
        let mut n = yield_!(ask(n))?;
        n += 1;
        yield_!(ask(n))?;
        n *= 2;
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn mutable_binding() {
    check!(mutable_binding(4));
}

both! {
    fn mutable_in_a_pattern(n: u32) -> io::Result<Vec<u32>> {
        let (mut all, n) = yield_!(later((vec![1], n)))?;
        yield_!()?;
        all.push(n);
        yield_!()?;
        all.push(n + 1);
        Ok(all)
    }
}

#[test]
fn mutable_in_a_pattern() {
    check!(mutable_in_a_pattern(4));
}

both! {
    fn wildcard_drops_at_once() -> io::Result<()> {
        let _ = yield_!(ask(Guard("unnamed")))?;
        note("after the wildcard");
        let _named = yield_!(ask(Guard("named")))?;
        note("after the name");
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn wildcard_drops_at_once() {
    let trace = check!(wildcard_drops_at_once());
    let expected = [
        "ask unnamed",
        "drop unnamed",
        "after the wildcard",
        "ask named",
        "after the name",
        "end",
        "drop named",
    ];
    assert_eq!(trace, expected);
}

both! {
    fn statement_drops_at_once() -> io::Result<()> {
        yield_!(ask(Guard("value")))?;
        note("after");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn statement_drops_at_once() {
    assert_eq!(check!(statement_drops_at_once()), ["ask value", "drop value", "after"]);
}

both! {
    fn keeps_the_result() -> io::Result<bool> {
        let first = yield_!(fail("first"));
        note(first.is_err());
        let second = yield_!(ask(2));
        note(first.is_err());
        Ok(second.is_ok())
    }
}

#[test]
fn keeps_the_result() {
    assert_eq!(check!(keeps_the_result()), ["fail first", "true", "ask 2", "true"]);
}

both! {
    fn shadows_in_the_same_scope() -> io::Result<usize> {
        let x = Guard("first");
        yield_!()?;
        note(x.name());
        let x = Guard("second");
        yield_!()?;
        note(x.name());
        let x = x.name().len();
        yield_!()?;
        Ok(x)
    }
}

#[test]
fn shadows_in_the_same_scope() {
    let trace = check!(shadows_in_the_same_scope());
    assert_eq!(trace, ["first", "second", "drop second", "drop first"]);
}

both! {
    fn shadows_with_itself(text: String) -> io::Result<String> {
        let text = text + "a";
        yield_!()?;
        let text = text + "b";
        yield_!()?;
        let text = text + "c";
        Ok(text)
    }
}

#[test]
fn shadows_with_itself() {
    check!(shadows_with_itself("x".into()));
}

both! {
    fn shadows_in_an_inner_scope(n: u32) -> io::Result<u32> {
        let x = Guard("outer");
        let sum = {
            let x = Guard("inner");
            let got = yield_!(ask(n))?;
            note(x.name());
            got + 1
        };
        note(x.name());
        let x = Guard("same scope");
        yield_!()?;
        note(x.name());
        Ok(sum)
    }
}

#[test]
fn shadows_in_an_inner_scope() {
    let trace = check!(shadows_in_an_inner_scope(1));
    let expected =
        ["ask 1", "inner", "drop inner", "outer", "same scope", "drop same scope", "drop outer"];
    assert_eq!(trace, expected);
}

both! {
    fn shadows_a_parameter(guard: Guard, n: u32) -> io::Result<u32> {
        yield_!(ask(n))?;
        let guard = Guard(if guard.name() == "argument" { "local" } else { "other" });
        let n = n + 1;
        yield_!(ask(n))?;
        note(guard.name());
        Ok(n)
    }
}

#[test]
fn shadows_a_parameter() {
    let trace = check!(shadows_a_parameter(Guard("argument"), 1));
    assert_eq!(trace, ["ask 1", "ask 2", "local", "drop local", "drop argument"]);
}

both! {
    fn mutable_parameter(mut all: Vec<u32>) -> io::Result<Vec<u32>> {
        all.push(1);
        yield_!()?;
        all.push(2);
        let got = yield_!(ask(3))?;
        all.push(got);
        Ok(all)
    }
}

#[test]
fn mutable_parameter() {
    check!(mutable_parameter(vec![]));
    check!(mutable_parameter(vec![9]));
}

both! {
    fn unused_parameters(_guard: Guard, _n: u32) -> io::Result<()> {
        let _local = Guard("local");
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn unused_parameters() {
    let trace = check!(unused_parameters(Guard("argument"), 1));
    assert_eq!(trace, ["end", "drop local", "drop argument"]);
}

both! {
    fn initialised_in_both_branches(yes: bool) -> io::Result<String> {
        let word;
        let guard;
        if yes {
            word = yield_!(ask("yes"))?;
            guard = Guard("if");
        } else {
            guard = Guard("else");
            word = yield_!(ask("no"))?;
        }
        yield_!()?;
        note(guard.name());
        Ok(word.to_owned())
    }
}

#[test]
fn initialised_in_both_branches() {
    check!(initialised_in_both_branches(true));
    check!(initialised_in_both_branches(false));
}

both! {
    fn initialised_after_a_yield() -> io::Result<u32> {
        let first: Guard;
        let second = Guard("second");
        yield_!()?;
        first = Guard("first");
        yield_!()?;
        note(first.name());
        Ok(u32::from(second.name() == "second"))
    }
}

#[test]
fn initialised_after_a_yield() {
    let trace = check!(initialised_after_a_yield());
    assert_eq!(trace, ["first", "drop second", "drop first"]);
}

both! {
    fn annotated(text: &'static str) -> io::Result<u64> {
        let small: u64 = yield_!(later(3))?;
        let text: &'static str = yield_!(ask(text))?;
        let parsed: u64 = text.parse().unwrap_or(0);
        let wide: Box<dyn Fn(u64) -> u64> = Box::new(move |n| n + parsed);
        yield_!()?;
        Ok(wide(small))
    }
}

#[test]
fn annotated() {
    check!(annotated("12"));
    check!(annotated("x"));
}

both! {
    fn inferred_by_a_push(n: u8) -> io::Result<usize> {
        let mut all = Vec::new();
        yield_!()?;
        all.push(n);
        yield_!()?;
        all.push(n);
        Ok(all.len())
    }
}

#[test]
fn inferred_by_a_push() {
    check!(inferred_by_a_push(1));
}

both! {
    fn inferred_by_an_assignment(n: u32) -> io::Result<Option<u32>> {
        let mut best = None;
        yield_!()?;
        if n > 3 {
            let got = yield_!(ask(n))?;
            best = Some(got);
        }
        yield_!()?;
        Ok(best)
    }
}

#[test]
fn inferred_by_an_assignment() {
    check!(inferred_by_an_assignment(4));
    check!(inferred_by_an_assignment(3));
}

both! {
    fn literal_inferred_late(n: u16) -> io::Result<u16> {
        let one = 1;
        let mut sum = 0;
        yield_!()?;
        sum += n;
        yield_!()?;
        sum += one;
        Ok(sum)
    }
}

#[test]
fn literal_inferred_late() {
    check!(literal_inferred_late(u16::MAX - 1));
}

both! {
    fn turns_of_the_loop() -> io::Result<()> {
        yield_!()?;
        note("one");
        yield_!()?;
        yield_!()?;
        note("three");
        yield_!()
            .map_err(io::Error::from)
    }
}

#[test]
fn turns_of_the_loop() {
    check!(turns_of_the_loop());
}

both! {
    fn finished_already(n: u32) -> io::Result<u32> {
        let guard = Guard("guard");
        let a = yield_!(now(n))?;
        note(a);
        let b = yield_!(now(a + 1))?;
        note(guard.name());
        yield_!(ask(b))?;
        yield_!(now(()))?;
        Ok(b)
    }
}

#[test]
fn finished_already() {
    check!(finished_already(1));
}

both! {
    fn started_before_they_are_awaited() -> io::Result<&'static str> {
        let a = ask("a");
        let b = ask("b");
        note("both");
        let b = yield_!(b)?;
        note(b);
        let a = yield_!(a)?;
        Ok(a)
    }
}

#[test]
fn started_before_they_are_awaited() {
    assert_eq!(check!(started_before_they_are_awaited()), ["ask a", "ask b", "both", "b"]);
}

both! {
    fn mentioned_in_format_strings(name: String) -> io::Result<String> {
        let n = yield_!(ask(3))?;
        let guard = Guard("guard");
        yield_!()?;
        note(format!("{name} {n:>width$}", width = 4));
        yield_!()?;
        assert!(n > 2, "{name} is not enough");
        note(format_args!("{guard}"));
        yield_!()?;
        Ok(format!("{name}{}", vec![n; 2].len()))
    }
}

#[test]
fn mentioned_in_format_strings() {
    check!(mentioned_in_format_strings("ann".into()));
}

both! {
    fn without_a_yield(n: u32) -> io::Result<u32> {
        let _log = Guard("log");
        if n % 2 == 1 {
            return Err(io::Error::other("odd"));
        }
        Ok(n / 2)
    }
}

#[test]
fn without_a_yield() {
    check!(without_a_yield(3));
    check!(without_a_yield(4));
}
