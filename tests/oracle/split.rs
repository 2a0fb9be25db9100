//! Locals that one path to a yield moves and another does not.

use std::io;

use crate::harness::{Guard, ask, later, note};

both! {
    fn moved_on_one_path(give: bool) -> io::Result<()> {
        let lock = Guard("lock");
        let _later = Guard("later");
        if give {
            drop(lock);
            note("given");
        }
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn moved_on_one_path() {
    check!(moved_on_one_path(true));
    check!(moved_on_one_path(false));
}

both! {
    fn moved_in_one_arm(n: u32) -> io::Result<()> {
        let lock = Guard("lock");
        match n {
            0 => {
                yield_!()?;
                drop(lock);
            }
            1 => drop(lock),
            _ => {
                yield_!(ask(n))?;
            }
        }
        note("joined");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn moved_in_one_arm() {
    for n in 0..3 {
        check!(moved_in_one_arm(n));
    }
}

both! {
    fn initialised_in_one_branch(yes: bool) -> io::Result<()> {
        let guard;
        if yes {
            guard = Guard("guard");
            note(guard.name());
        }
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn initialised_in_one_branch() {
    check!(initialised_in_one_branch(true));
    check!(initialised_in_one_branch(false));
}

both! {
    fn taken_apart_by_an_if_let(job: Option<Guard>) -> io::Result<()> {
        let _log = Guard("log");
        if let Some(job) = job {
            yield_!(ask(job.name()))?;
        } else {
            yield_!()?;
        }
        note("after");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn taken_apart_by_an_if_let() {
    check!(taken_apart_by_an_if_let(Some(Guard("job"))));
    check!(taken_apart_by_an_if_let(None));
}

both! {
    fn moved_in_a_nested_branch(n: u32, guard: Guard) -> io::Result<u32> {
        let _older = Guard("older");
        let second = Guard("second");
        let name = String::from("name");
        let borrowed = name.trim();
        if n > 1 {
            if n > 2 {
                drop(guard);
            }
            note("more");
        } else {
            drop(second);
        }
        note(borrowed);
        let _younger = Guard("younger");
        let got = yield_!(ask(n))?;
        note("after");
        yield_!()?;
        Ok(got)
    }
}

#[test]
fn moved_in_a_nested_branch() {
    for n in 0..4 {
        check!(moved_in_a_nested_branch(n, Guard("argument")));
    }
}

both! {
    fn fails_between(n: u32) -> io::Result<u32> {
        let lock = Guard("lock");
        let _later = Guard("later");
        let given = match n {
            0 => {
                drop(lock);
                "given"
            }
            1 => return Err(io::Error::other("one")),
            _ => "kept",
        };
        note(given);
        if n == 2 {
            return Err(io::Error::other("two"));
        }
        let text = yield_!(ask(n))?;
        Ok(text)
    }
}

#[test]
fn fails_between() {
    for n in 0..4 {
        check!(fails_between(n));
    }
}

both! {
    fn in_each_lap(n: u32) -> io::Result<()> {
        let outer = Guard("outer");
        for i in 0..n {
            let lap = Guard("lap");
            if i % 2 == 0 {
                drop(lap);
                note("even");
            }
            yield_!(ask(i))?;
        }
        if n > 2 {
            drop(outer);
        }
        yield_!(ask("end"))?;
        Ok(())
    }
}

#[test]
fn in_each_lap() {
    check!(in_each_lap(1));
    check!(in_each_lap(3));
}

both! {
    fn of_the_value_that_waits(c: bool) -> io::Result<usize> {
        let end = Guard("end");
        let next = if c { end } else { Guard("other") };
        let n = yield_!(ask(next.name().len()))?;
        note(next.name());
        Ok(n)
    }
}

#[test]
fn of_the_value_that_waits() {
    check!(of_the_value_that_waits(true));
    check!(of_the_value_that_waits(false));
}

both! {
    fn with_a_copy_and_a_borrow(n: u32, text: String) -> io::Result<usize> {
        let id = text.len();
        let name = text.trim();
        if n > 1 {
            note(id);
        }
        note(name);
        yield_!(ask(n))?;
        Ok(n as usize)
    }
}

#[test]
fn with_a_copy_and_a_borrow() {
    check!(with_a_copy_and_a_borrow(1, "a".into()));
    check!(with_a_copy_and_a_borrow(2, "b".into()));
}

both! {
    fn left_out_of_a_scrutinee(n: u32) -> io::Result<usize> {
        let guard = Guard("guard");
        let length = if let Some(n @ 1..=9) = Some(n) {
            if n > 2 {
                drop(guard);
                note("dropped");
            } else if n == 2 {
                yield_!(ask(n))?;
            }
            yield_!(ask("inside"))?.len()
        } else {
            yield_!(ask("outside"))?.len()
        };
        yield_!(ask(length))?;
        Ok(length)
    }
}

#[test]
fn left_out_of_a_scrutinee() {
    for n in 0..5 {
        check!(left_out_of_a_scrutinee(n));
    }
}

both! {
    fn at_the_end_of_a_branch(n: u32) -> io::Result<u32> {
        let (first, second) = (Guard("first"), Guard("second"));
        let x = if n > 0 {
            note("branch");
            if n == 1 { drop(first); 2 } else { match n { 2 => { drop(second); 4 } _ => 5 } }
        } else if n == 9 {
            6
        } else {
            7
        };
        let third = Guard("third");
        if n == 0 || n == 4 {
            note("even");
        } else if n == 3 {
            drop(third);
        }
        Ok(x + yield_!(ask(n))?)
    }
}

#[test]
fn at_the_end_of_a_branch() {
    for n in 0..5 {
        check!(at_the_end_of_a_branch(n));
    }
}

both! {
    fn mentioned_by_the_condition(n: u32) -> io::Result<u32> {
        let x;
        match yield_!(ask(n))? {
            0 => x = 1,
            m => {
                x = if n == 1 || m + 3 == 6 {
                    yield_!(ask(5))?
                } else {
                    if n == 2 { note("none") } else { return Ok(yield_!(ask(0))?) }
                    7
                };
            }
        }
        Ok(x + yield_!(ask(1))?)
    }
}

#[test]
fn mentioned_by_the_condition() {
    for n in 0..5 {
        check!(mentioned_by_the_condition(n));
    }
}

fn told(n: u32, guard: Guard) -> u32 {
    note(guard.name());
    n
}

both! {
    fn branch_in_an_argument(urgent: bool) -> io::Result<u32> {
        let fast = Guard("fast");
        let slow = Guard("slow");
        let n = told(told(2, Guard("first")), if urgent { fast } else { slow });
        yield_!(ask(n))?;
        note("after");
        Ok(n)
    }
}

#[test]
fn branch_in_an_argument() {
    check!(branch_in_an_argument(true));
    check!(branch_in_an_argument(false));
}

both! {
    fn moved_behind_a_short_circuit(give: bool) -> io::Result<()> {
        let lock = Guard("lock");
        let _later = Guard("later");
        if give && told(1, lock) == 1 {
            note("given");
        }
        yield_!(ask(1))?;
        note("after");
        Ok(())
    }
}

#[test]
fn moved_behind_a_short_circuit() {
    check!(moved_behind_a_short_circuit(true));
    check!(moved_behind_a_short_circuit(false));
}

both! {
    fn match_in_a_chain(n: Option<u32>) -> io::Result<u32> {
        let lock = Guard("lock");
        let _later = Guard("later");
        let got = Some(match n {
            Some(n) => told(n, lock),
            None => 3,
        })
        .map_or(0, |n| n + 1);
        yield_!(ask(got))?;
        note("after");
        Ok(got)
    }
}

#[test]
fn match_in_a_chain() {
    check!(match_in_a_chain(Some(1)));
    check!(match_in_a_chain(None));
}

both! {
    fn branch_in_a_macro(n: u32) -> io::Result<String> {
        let lock = Guard("lock");
        let _later = Guard("later");
        let text = format!("{n} {}", if n > 2 { told(n, lock) } else { 0 });
        assert!(n < 9 || told(n, Guard("other")) > 0);
        yield_!(ask(n))?;
        note("after");
        Ok(text)
    }
}

#[test]
fn branch_in_a_macro() {
    check!(branch_in_a_macro(1));
    check!(branch_in_a_macro(3));
}

both! {
    fn moved_in_a_macro_of_the_standard_library() -> io::Result<String> {
        let lock = Guard("lock");
        let _later = Guard("later");
        let text = format!("{}", told(4, lock));
        yield_!(ask(4))?;
        note("after");
        Ok(text)
    }
}

#[test]
fn moved_in_a_macro_of_the_standard_library() {
    check!(moved_in_a_macro_of_the_standard_library());
}

both! {
    fn assigned_on_one_way_round_a_loop() -> io::Result<()> {
        let mut last: Guard;
        let _later = Guard("later");
        for n in yield_!(later(vec![1_u32, 4, 2]))? {
            if yield_!(ask(n))? > 3 {
                continue;
            }
            last = Guard("last");
            note("assigned");
        }
        note("end");
        Ok(())
    }
}

#[test]
fn assigned_on_one_way_round_a_loop() {
    check!(assigned_on_one_way_round_a_loop());
}

both! {
    fn assigned_on_some_ways_round_a_loop() -> io::Result<u32> {
        let mut last;
        let mut n = 0;
        loop {
            n += 1;
            match yield_!(ask(n))? {
                1 => last = Guard("one"),
                2 => {}
                3 => {
                    last = Guard("three");
                    note(last.name());
                    drop(last);
                }
                4 => {
                    if n > 2 {
                        continue;
                    }
                    last = Guard("never");
                }
                5 => {
                    last = Guard("five");
                    yield_!()?;
                }
                _ => break,
            }
            note("round");
        }
        Ok(n)
    }
}

#[test]
fn assigned_on_some_ways_round_a_loop() {
    check!(assigned_on_some_ways_round_a_loop());
}

both! {
    fn assigned_by_a_branch_that_moves_it(n: Option<u32>) -> io::Result<()> {
        let mut guard = Guard("old");
        let _later = Guard("later");
        guard = if let Some(1..=3) = n {
            yield_!(later(Guard("new")))?
        } else {
            yield_!(later(guard))?;
            Guard("other")
        };
        note("assigned");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn assigned_by_a_branch_that_moves_it() {
    check!(assigned_by_a_branch_that_moves_it(Some(2)));
    check!(assigned_by_a_branch_that_moves_it(None));
}
