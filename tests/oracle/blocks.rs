//! Blocks and their scopes: what is dropped, when, and in which order.

use std::io;

use crate::harness::{Guard, ask, note, now};

#[derive(Debug)]
struct Team {
    first: Guard,
    second: Guard,
}

both! {
    fn ends_before_the_yield() -> io::Result<()> {
        {
            let inner = Guard("inner");
            note(inner.name());
        }
        yield_!(ask("after"))?;
        Ok(())
    }
}

#[test]
fn ends_before_the_yield() {
    assert_eq!(check!(ends_before_the_yield()), ["inner", "drop inner", "ask after"]);
}

both! {
    fn ends_after_the_yield() -> io::Result<()> {
        let _outer = Guard("outer");
        {
            let _inner = Guard("inner");
            yield_!(ask("within"))?;
            note("resumed");
        }
        note("behind");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn ends_after_the_yield() {
    let trace = check!(ends_after_the_yield());
    assert_eq!(trace, ["ask within", "resumed", "drop inner", "behind", "drop outer"]);
}

both! {
    fn value_of_a_block(n: u32) -> io::Result<u32> {
        let doubled = {
            let _inner = Guard("inner");
            let got = yield_!(ask(n))?;
            got * 2
        };
        yield_!(ask(doubled))?;
        Ok(doubled)
    }
}

#[test]
fn value_of_a_block() {
    assert_eq!(check!(value_of_a_block(2)), ["ask 2", "drop inner", "ask 4"]);
}

both! {
    fn block_hands_a_guard_out() -> io::Result<()> {
        let kept = {
            let kept = Guard("kept");
            let _dropped = Guard("dropped");
            yield_!()?;
            kept
        };
        note("outside");
        yield_!()?;
        note(kept.name());
        Ok(())
    }
}

#[test]
fn block_hands_a_guard_out() {
    let trace = check!(block_hands_a_guard_out());
    assert_eq!(trace, ["drop dropped", "outside", "kept", "drop kept"]);
}

both! {
    fn three_deep() -> io::Result<u32> {
        let _a = Guard("a");
        yield_!(ask(1))?;
        let n = {
            let _b = Guard("b");
            yield_!(ask(2))?;
            let n = {
                let _c = Guard("c");
                yield_!(ask(3))?
            };
            yield_!(ask(4))?;
            n
        };
        yield_!(ask(5))?;
        Ok(n)
    }
}

#[test]
fn three_deep() {
    let trace = check!(three_deep());
    let expected = ["ask 1", "ask 2", "ask 3", "drop c", "ask 4", "drop b", "ask 5", "drop a"];
    assert_eq!(trace, expected);
}

both! {
    fn newest_first() -> io::Result<()> {
        let _a = Guard("a");
        let _b = Guard("b");
        yield_!()?;
        let _c = Guard("c");
        yield_!()?;
        let _d = Guard("d");
        note("end");
        Ok(())
    }
}

#[test]
fn newest_first() {
    assert_eq!(check!(newest_first()), ["end", "drop d", "drop c", "drop b", "drop a"]);
}

both! {
    fn newest_first_with_some_mentioned() -> io::Result<()> {
        let a = Guard("a");
        let _b = Guard("b");
        let c = Guard("c");
        let _d = Guard("d");
        yield_!()?;
        note(a.name());
        yield_!()?;
        note(c.name());
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn newest_first_with_some_mentioned() {
    let trace = check!(newest_first_with_some_mentioned());
    assert_eq!(trace, ["a", "c", "end", "drop d", "drop c", "drop b", "drop a"]);
}

both! {
    fn dropped_by_hand() -> io::Result<()> {
        let early = Guard("early");
        let late = Guard("late");
        yield_!()?;
        drop(early);
        yield_!()?;
        note("between");
        drop(late);
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn dropped_by_hand() {
    assert_eq!(check!(dropped_by_hand()), ["drop early", "between", "drop late", "end"]);
}

both! {
    fn dropped_before_the_yield() -> io::Result<()> {
        let guard = Guard("guard");
        note(guard.name());
        drop(guard);
        yield_!(ask("after"))?;
        note("end");
        Ok(())
    }
}

#[test]
fn dropped_before_the_yield() {
    assert_eq!(check!(dropped_before_the_yield()), ["guard", "drop guard", "ask after", "end"]);
}

both! {
    fn aggregates() -> io::Result<()> {
        let pair = (Guard("left"), Guard("right"));
        let list = vec![Guard("one"), Guard("two")];
        let team = Team { second: Guard("second"), first: Guard("first") };
        let maybe = Some(Guard("some"));
        yield_!()?;
        note(pair.0.name());
        yield_!()?;
        note(list.len());
        note(team.first.name());
        note(team.second.name());
        yield_!()?;
        note(maybe.is_some());
        Ok(())
    }
}

#[test]
fn aggregates() {
    let trace = check!(aggregates());
    let drops = [
        "drop some",
        "drop first",
        "drop second",
        "drop one",
        "drop two",
        "drop left",
        "drop right",
    ];
    assert_eq!(trace[trace.len() - 7..], drops);
}

both! {
    fn aggregates_never_mentioned() -> io::Result<()> {
        let _pair = (Guard("left"), 1, Guard("right"));
        let _list = vec![Guard("one"), Guard("two")];
        let _none: Option<Guard> = None;
        let _boxed = Box::new(Guard("boxed"));
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn aggregates_never_mentioned() {
    check!(aggregates_never_mentioned());
}

both! {
    fn shadowed_guards() -> io::Result<()> {
        let _g = Guard("1");
        let _g = Guard("2");
        yield_!()?;
        let _g = Guard("3");
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn shadowed_guards() {
    assert_eq!(check!(shadowed_guards()), ["end", "drop 3", "drop 2", "drop 1"]);
}

both! {
    fn labelled_block(n: u32) -> io::Result<&'static str> {
        let word = 'found: {
            let _inner = Guard("inner");
            let got = yield_!(ask(n))?;
            if got > 3 {
                break 'found "large";
            }
            yield_!(ask(got + 1))?;
            "small"
        };
        note(word);
        yield_!()?;
        Ok(word)
    }
}

#[test]
fn labelled_block() {
    assert_eq!(check!(labelled_block(4)), ["ask 4", "drop inner", "large"]);
    assert_eq!(check!(labelled_block(3)), ["ask 3", "ask 4", "drop inner", "small"]);
}

both! {
    fn block_ends_in_a_later_arm() -> io::Result<()> {
        let a = Guard("a");
        {
            let b = Guard("b");
            {
                let c = Guard("c");
                yield_!()?;
                note(c.name());
            }
            note(b.name());
        }
        note(a.name());
        Ok(())
    }
}

#[test]
fn block_ends_in_a_later_arm() {
    let trace = check!(block_ends_in_a_later_arm());
    assert_eq!(trace, ["c", "drop c", "b", "drop b", "a", "drop a"]);
}

both! {
    fn same_name_in_sister_blocks() -> io::Result<u32> {
        let first = {
            let x = Guard("x1");
            yield_!()?;
            x.name().len()
        };
        let second = {
            let x = 5_u32;
            yield_!()?;
            x
        };
        {
            let x = Guard("x3");
            yield_!()?;
            note(x.name());
        }
        Ok(second + u32::from(first == 2))
    }
}

#[test]
fn same_name_in_sister_blocks() {
    assert_eq!(check!(same_name_in_sister_blocks()), ["drop x1", "x3", "drop x3"]);
}

both! {
    fn finished_in_a_block() -> io::Result<()> {
        {
            let _a = Guard("a");
            yield_!(now(1))?;
            note("no turn taken");
        }
        {
            let _b = Guard("b");
            yield_!(now(2))?;
            yield_!()?;
        }
        Ok(())
    }
}

#[test]
fn finished_in_a_block() {
    check!(finished_in_a_block());
}

both! {
    fn empty_and_unit_blocks() -> io::Result<()> {
        {}
        let () = {
            yield_!()?;
        };
        let unit = { yield_!(now(()))? };
        yield_!()?;
        Ok(unit)
    }
}

#[test]
fn empty_and_unit_blocks() {
    check!(empty_and_unit_blocks());
}

both! {
    fn tail_of_a_block_drops_last() -> io::Result<u32> {
        let _outer = Guard("outer");
        {
            let _inner = Guard("inner");
            yield_!(ask(1))?;
            Ok(2)
        }
    }
}

#[test]
fn tail_of_a_block_drops_last() {
    assert_eq!(check!(tail_of_a_block_drops_last()), ["ask 1", "drop inner", "drop outer"]);
}
