//! Ways out of a body: `return` and `?`, at each place.

use std::error::Error;
use std::io;
use std::num::ParseIntError;

use crate::harness::{Guard, ask, fail, later, note, now};

fn half(n: u32) -> io::Result<u32> {
    if n.is_multiple_of(2) { Ok(n / 2) } else { Err(io::Error::other("odd")) }
}

fn parse(text: &str) -> Result<u32, ParseIntError> {
    text.parse()
}

both! {
    fn returns_before_the_first_yield(early: bool) -> io::Result<u32> {
        let _guard = Guard("guard");
        if early {
            return Ok(1);
        }
        yield_!(ask("late"))?;
        Ok(2)
    }
}

#[test]
fn returns_before_the_first_yield() {
    assert_eq!(check!(returns_before_the_first_yield(true)), ["drop guard"]);
    check!(returns_before_the_first_yield(false));
}

both! {
    fn returns_between_yields(limit: u32) -> io::Result<u32> {
        let _a = Guard("a");
        let first = yield_!(ask(1))?;
        let _b = Guard("b");
        if first > limit {
            let _inner = Guard("inner");
            return Ok(first);
        }
        let second = yield_!(ask(2))?;
        let _c = Guard("c");
        if second > limit {
            return Err(io::Error::other("second"));
        }
        yield_!(ask(3))
            .map_err(io::Error::from)
    }
}

#[test]
fn returns_between_yields() {
    let trace = check!(returns_between_yields(0));
    assert_eq!(trace, ["ask 1", "drop inner", "drop b", "drop a"]);
    check!(returns_between_yields(1));
    check!(returns_between_yields(2));
}

both! {
    fn returns_from_nested_blocks(depth: u32) -> io::Result<&'static str> {
        let _a = Guard("a");
        {
            let _b = Guard("b");
            let got = yield_!(ask(depth))?;
            if got == 1 {
                return Ok("b");
            }
            {
                let _c = Guard("c");
                yield_!()?;
                if got == 2 {
                    return Ok("c");
                }
            }
            note("behind c");
        }
        Ok("a")
    }
}

#[test]
fn returns_from_nested_blocks() {
    check!(returns_from_nested_blocks(1));
    let trace = check!(returns_from_nested_blocks(2));
    assert_eq!(trace, ["ask 2", "drop c", "drop b", "drop a"]);
    check!(returns_from_nested_blocks(3));
}

both! {
    fn returns_a_yield(quick: bool) -> kaa::Result<u32> {
        let _guard = Guard("guard");
        if quick {
            return yield_!(ask(1));
        }
        yield_!()?;
        return yield_!(fail("slow"));
    }
}

#[test]
fn returns_a_yield() {
    check!(returns_a_yield(true));
    check!(returns_a_yield(false));
}

both! {
    fn returns_its_guard(early: bool) -> io::Result<Guard> {
        let kept = Guard("kept");
        let _left = Guard("left");
        yield_!()?;
        if early {
            return Ok(kept);
        }
        yield_!()?;
        note("late");
        Ok(kept)
    }
}

#[test]
fn returns_its_guard() {
    assert_eq!(check!(returns_its_guard(true)), ["drop left", "drop kept"]);
    assert_eq!(check!(returns_its_guard(false)), ["late", "drop left", "drop kept"]);
}

both! {
    fn returns_nothing(early: bool) {
        let _guard = Guard("guard");
        let got = yield_!(ask(1));
        note(got.is_ok());
        if early {
            return;
        }
        let _ = yield_!(ask(2));
        note("late");
    }
}

#[test]
fn returns_nothing() {
    check!(returns_nothing(true));
    check!(returns_nothing(false));
}

both! {
    fn fails_at_the_first_yield() -> io::Result<()> {
        let _guard = Guard("guard");
        yield_!(fail("first"))?;
        note("not reached");
        yield_!(ask(2))?;
        Ok(())
    }
}

#[test]
fn fails_at_the_first_yield() {
    assert_eq!(check!(fails_at_the_first_yield()), ["fail first", "drop guard"]);
}

both! {
    fn fails_at_the_second_yield() -> io::Result<u32> {
        let _a = Guard("a");
        let got = yield_!(ask(1))?;
        let _b = Guard("b");
        let never = yield_!(fail("second"))?;
        note("not reached");
        Ok(got + never)
    }
}

#[test]
fn fails_at_the_second_yield() {
    assert_eq!(check!(fails_at_the_second_yield()), ["ask 1", "fail second", "drop b", "drop a"]);
}

both! {
    fn fails_in_a_block() -> io::Result<u32> {
        let _a = Guard("a");
        let n = {
            let _b = Guard("b");
            {
                let _c = Guard("c");
                yield_!(fail("deep"))?
            }
        };
        Ok(n)
    }
}

#[test]
fn fails_in_a_block() {
    assert_eq!(check!(fails_in_a_block()), ["fail deep", "drop c", "drop b", "drop a"]);
}

both! {
    fn fails_on_its_own(n: u32) -> io::Result<u32> {
        let _a = Guard("a");
        let n = half(n)?;
        yield_!(ask(n))?;
        let _b = Guard("b");
        let n = half(n)?;
        yield_!(ask(n))?;
        half(n)
    }
}

#[test]
fn fails_on_its_own() {
    for n in [1, 2, 4, 8] {
        check!(fails_on_its_own(n));
    }
}

both! {
    fn fails_by_hand(n: u32) -> io::Result<u32> {
        let got = yield_!(ask(n))?;
        let guard = Guard("guard");
        if got == 0 {
            Err(io::Error::other("zero"))?;
        }
        yield_!()?;
        note(guard.name());
        Err(io::Error::other(format!("got {got}")))
    }
}

#[test]
fn fails_by_hand() {
    check!(fails_by_hand(0));
    check!(fails_by_hand(1));
}

both! {
    fn maps_errors(text: &'static str) -> Result<u32, String> {
        let text = yield_!(ask(text)).map_err(|e| format!("no text: {e}"))?;
        let n = parse(text).map_err(|e| e.to_string())?;
        yield_!(fail("at last")).map_err(|e| format!("{n}: {e}"))?;
        Ok(n)
    }
}

#[test]
fn maps_errors() {
    check!(maps_errors("x"));
    check!(maps_errors("7"));
}

both! {
    fn string_error(text: &'static str) -> Result<usize, String> {
        let text = yield_!(ask(text))?;
        if text.is_empty() {
            return Err("empty".into());
        }
        yield_!(fail("converted"))?;
        Ok(text.len())
    }
}

#[test]
fn string_error() {
    check!(string_error(""));
    check!(string_error("a"));
}

both! {
    fn boxed_error(text: &'static str) -> Result<u32, Box<dyn Error + Send + Sync>> {
        let _guard = Guard("guard");
        let text = yield_!(ask(text))?;
        let n = parse(text)?;
        let n = half(n)?;
        if n > 3 {
            Err("too much")?;
        }
        yield_!(fail("boxed"))?;
        Ok(n)
    }
}

#[test]
fn boxed_error() {
    for text in ["x", "3", "4", "40"] {
        check!(boxed_error(text));
    }
}

both! {
    fn kaa_error(text: &'static str) -> kaa::Result<u32> {
        let n = parse(text)?;
        let n = yield_!(ask(n))?;
        let n = half(n)?;
        yield_!(fail("at the end"))?;
        Ok(n)
    }
}

#[test]
fn kaa_error() {
    for text in ["x", "3", "4"] {
        check!(kaa_error(text));
    }
}

both! {
    fn question_mark_on_option(name: &'static str) -> Option<char> {
        let _guard = Guard("guard");
        let name = yield_!(ask(name)).ok()?;
        let first = name.chars().next()?;
        yield_!(ask(first)).ok()?;
        let second = name.chars().nth(1)?;
        Some(second)
    }
}

#[test]
fn question_mark_on_option() {
    for name in ["", "a", "ab"] {
        check!(question_mark_on_option(name));
    }
}

both! {
    fn question_mark_twice() -> io::Result<u32> {
        let n = yield_!(later(half(4)))??;
        let never = yield_!(later(half(n + 1)))??;
        Ok(never)
    }
}

#[test]
fn question_mark_twice() {
    check!(question_mark_twice());
}

both! {
    fn fails_already_finished() -> io::Result<u32> {
        let _guard = Guard("guard");
        let n = yield_!(now(half(3)))??;
        yield_!(ask(n))?;
        Ok(n)
    }
}

#[test]
fn fails_already_finished() {
    check!(fails_already_finished());
}

both! {
    fn recovers() -> io::Result<u32> {
        let a = yield_!(fail("a")).unwrap_or(1);
        let b = yield_!(fail("b")).unwrap_or_else(|e| u32::from(e.to_string() == "b"));
        let c = yield_!(ask(3)).unwrap_or_default();
        Ok(a + b + c)
    }
}

#[test]
fn recovers() {
    assert_eq!(check!(recovers()), ["fail a", "fail b", "ask 3"]);
}

both! {
    fn yields_that_are_never_reached(n: u32) -> io::Result<u32> {
        if n > 1 {
            yield_!(ask(n))?;
            return Ok(n);
            #[allow(unreachable_code, reason = "what is tested")]
            loop {
                yield_!()?;
            }
        }
        loop {
            yield_!(ask("once"))?;
            break;
            #[allow(unreachable_code, reason = "what is tested")]
            yield_!()?;
        }
        Ok(0)
    }
}

#[test]
fn yields_that_are_never_reached() {
    check!(yields_that_are_never_reached(1));
    check!(yields_that_are_never_reached(2));
}
