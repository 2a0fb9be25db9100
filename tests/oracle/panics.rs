//! A panic in the middle: the traces are compared, and that the coroutine failed.

use std::io;

use crate::harness::{Guard, ask, note};

both! {
    fn before_the_first_yield(panics: bool) -> io::Result<u32> {
        let _guard = Guard("guard");
        assert!(!panics, "at once");
        yield_!(ask(1))?;
        Ok(1)
    }
}

#[test]
fn before_the_first_yield() {
    assert_eq!(check!(before_the_first_yield(true)), ["drop guard"]);
    check!(before_the_first_yield(false));
}

both! {
    fn between_yields() -> io::Result<u32> {
        let a = Guard("a");
        let _b = Guard("b");
        let n = yield_!(ask(1))?;
        let _c = Guard("c");
        note(a.name());
        assert!(n > 1, "{n} is not enough");
        yield_!(ask(2))?;
        Ok(n)
    }
}

#[test]
fn between_yields() {
    assert_eq!(check!(between_yields()), ["ask 1", "a", "drop c", "drop b", "drop a"]);
}

both! {
    fn in_a_block_in_a_loop(laps: Vec<Guard>) -> io::Result<()> {
        let _outer = Guard("outer");
        for lap in laps {
            let _inner = Guard("inner");
            yield_!()?;
            {
                let _block = Guard("block");
                assert!(lap.name() != "bad", "bad lap");
            }
        }
        Ok(())
    }
}

#[test]
fn in_a_block_in_a_loop() {
    let trace = check!(in_a_block_in_a_loop(vec![Guard("good"), Guard("bad"), Guard("rest")]));
    let expected = [
        "drop block",
        "drop inner",
        "drop good",
        "drop block",
        "drop inner",
        "drop bad",
        "drop rest",
        "drop outer",
    ];
    assert_eq!(trace, expected);
}

both! {
    fn in_an_operand(all: Vec<u32>) -> io::Result<u32> {
        let _guard = Guard("guard");
        yield_!()?;
        yield_!(ask(all[7]))?;
        Ok(0)
    }
}

#[test]
fn in_an_operand() {
    check!(in_an_operand(vec![1]));
}

both! {
    fn on_what_was_awaited() -> u32 {
        let _guard = Guard("guard");
        let n = yield_!(crate::harness::fail("no number")).expect("a number");
        yield_!(ask(n)).unwrap_or(0)
    }
}

#[test]
fn on_what_was_awaited() {
    check!(on_what_was_awaited());
}

both! {
    fn an_assertion_says_what_was_written(n: u32) -> io::Result<u32> {
        let _guard = Guard("guard");
        assert!(yield_!(ask(n))? == 2);
        Ok(n)
    }
}

#[test]
fn an_assertion_says_what_was_written() {
    use crate::harness::machine_outcome;

    check!(an_assertion_says_what_was_written(1));
    check!(an_assertion_says_what_was_written(2));
    let told = machine_outcome(
        an_assertion_says_what_was_written::machine::an_assertion_says_what_was_written(1),
    );
    assert!(told.contains("assertion failed: yield_!(ask(n))? == 2"), "{told}");
}
