//! Bodies that the macro refuses for now. No `mod` names this file yet: as a construct becomes supported, its body moves to the file of
//! its theme.

use std::io;

use crate::harness::{Guard, ask, later, note};

#[derive(Debug)]
enum Job {
    Both(Guard, Guard),
    One(Guard),
    Stop,
}

fn join(a: u32, b: u32, c: u32) -> u32 {
    note(format_args!("{a} {b} {c}"));
    a * 100 + b * 10 + c
}

fn made(name: &'static str) -> Guard {
    note(format_args!("make {name}"));
    Guard(name)
}

// A yield that is not the first in its statement.

both! {
    fn as_later_arguments(n: u32) -> io::Result<u32> {
        let a = join(n + 1, yield_!(ask(n))?, n);
        let b = join(yield_!(ask(1))?, yield_!(ask(2))?, yield_!(ask(3))?);
        Ok(a + b)
    }
}

#[test]
fn as_later_arguments() {
    check!(as_later_arguments(1));
}

both! {
    fn as_the_right_operand(n: u32) -> io::Result<u32> {
        let sum = n + yield_!(ask(n + 1))? * yield_!(ask(n + 2))?;
        let less = n < yield_!(ask(sum))?;
        Ok(sum + u32::from(less))
    }
}

#[test]
fn as_the_right_operand() {
    check!(as_the_right_operand(1));
}

both! {
    fn in_unary_and_casts(n: i32) -> io::Result<i64> {
        let negative = -yield_!(ask(n))?;
        if !yield_!(ask(true))? {
            return Ok(0);
        }
        Ok(i64::from(negative) + (yield_!(ask(n))? as i64))
    }
}

#[test]
fn in_unary_and_casts() {
    check!(in_unary_and_casts(3));
}

both! {
    fn in_literals(n: u32) -> io::Result<(u32, [u32; 2])> {
        let pair = (made("pair"), yield_!(ask(n))?);
        let array = [pair.1, yield_!(ask(n + 1))?];
        note(pair.0.name());
        Ok((pair.1, array))
    }
}

#[test]
fn in_literals() {
    check!(in_literals(1));
}

both! {
    fn in_standard_macros(n: u32) -> io::Result<String> {
        let all = vec![n, yield_!(ask(n + 1))?];
        assert!(yield_!(ask(true))?, "{}", all.len());
        Ok(format!("{}-{}", all.len(), yield_!(ask(n))?))
    }
}

#[test]
fn in_standard_macros() {
    check!(in_standard_macros(1));
}

both! {
    fn as_an_index(all: [u32; 3]) -> io::Result<u32> {
        let n = all[yield_!(later(1))?];
        let mut sum = 0;
        for n in n..yield_!(ask(n + 2))? {
            sum += n;
        }
        Ok(sum)
    }
}

#[test]
fn as_an_index() {
    check!(as_an_index([1, 2, 3]));
}

both! {
    fn as_an_argument_of_a_method(n: u32) -> io::Result<Vec<u32>> {
        let mut all = Vec::new();
        all.push(yield_!(ask(n))?);
        let found = [1, 2].map(|n| n + 1).contains(&yield_!(ask(2))?);
        all.push(u32::from(found));
        Ok(all)
    }
}

#[test]
fn as_an_argument_of_a_method() {
    check!(as_an_argument_of_a_method(1));
}

both! {
    fn behind_short_circuits(n: u32) -> io::Result<bool> {
        let both = n > 1 && yield_!(ask(true))?;
        let either = n > 1 || yield_!(ask(false))?;
        if n > 2 && yield_!(ask(n))? > 2 && n < 9 {
            note("within");
        }
        Ok(both || either)
    }
}

#[test]
fn behind_short_circuits() {
    for n in 0..4 {
        check!(behind_short_circuits(n));
    }
}

both! {
    fn a_guard_waits_as_an_operand() -> io::Result<usize> {
        let list = [made("first"), yield_!(later(Guard("second")))?, made("third")];
        note(list.len());
        Ok(list.len())
    }
}

#[test]
fn a_guard_waits_as_an_operand() {
    check!(a_guard_waits_as_an_operand());
}

// Patterns that may refuse.

both! {
    fn let_else_waits(n: Option<u32>) -> io::Result<u32> {
        let _guard = Guard("guard");
        let Some(n) = n else {
            let n = yield_!(ask(7))?;
            return Ok(n);
        };
        yield_!(ask(n))?;
        Ok(n)
    }
}

#[test]
fn let_else_waits() {
    check!(let_else_waits(Some(1)));
    check!(let_else_waits(None));
}

both! {
    fn let_else_in_a_loop(all: Vec<Option<u32>>) -> io::Result<u32> {
        let mut sum = 0;
        for n in all {
            let _lap = Guard("lap");
            let Some(n) = n else {
                yield_!()?;
                continue;
            };
            let got = yield_!(ask(n))?;
            sum += got;
        }
        Ok(sum)
    }
}

#[test]
fn let_else_in_a_loop() {
    check!(let_else_in_a_loop(vec![Some(1), None, Some(2)]));
}

both! {
    fn guard_of_an_arm_waits(n: u32) -> io::Result<&'static str> {
        let word = match n {
            0 => "zero",
            n if yield_!(ask(n))? > 3 => "large",
            1 | 2 if n == 2 && yield_!(ask(true))? => {
                yield_!()?;
                "two"
            }
            _ => "other",
        };
        Ok(word)
    }
}

#[test]
fn guard_of_an_arm_waits() {
    for n in 0..5 {
        check!(guard_of_an_arm_waits(n));
    }
}

both! {
    fn let_chain(n: Option<u32>) -> io::Result<u32> {
        if let Some(n) = n
            && n > 1
            && let Ok(m) = yield_!(ask(n + 1))
            && yield_!(ask(m))? > 3
        {
            yield_!()?;
            return Ok(n);
        }
        Ok(0)
    }
}

#[test]
fn let_chain() {
    for n in [None, Some(1), Some(2), Some(3)] {
        check!(let_chain(n));
    }
}

both! {
    fn pattern_of_a_parameter((n, guard): (u32, Guard), [a, b]: [u32; 2], _: Guard) -> io::Result<u32> {
        yield_!(ask(n))?;
        note(guard.name());
        yield_!(ask(a + b))?;
        Ok(n)
    }
}

#[test]
fn pattern_of_a_parameter() {
    check!(pattern_of_a_parameter((1, Guard("in the tuple")), [1, 2], Guard("unnamed")));
}

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
    fn taken_apart_by_a_match(job: Job) -> io::Result<()> {
        let _log = Guard("log");
        match job {
            Job::Both(a, _) if a.name() == "long" => {
                yield_!(ask(a.name()))?;
            }
            Job::Both(a, b) => {
                let got = yield_!(ask(a.name()))?;
                note(got == b.name());
            }
            Job::One(one) => note(one.name()),
            Job::Stop => note("stop"),
        }
        note("after");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn taken_apart_by_a_match() {
    check!(taken_apart_by_a_match(Job::Both(Guard("long"), Guard("b"))));
    check!(taken_apart_by_a_match(Job::Both(Guard("a"), Guard("b"))));
    check!(taken_apart_by_a_match(Job::One(Guard("one"))));
    check!(taken_apart_by_a_match(Job::Stop));
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
    fn moved_in_part() -> io::Result<()> {
        let pair = (Guard("left"), Guard("right"));
        drop(pair.0);
        yield_!()?;
        note(pair.1.name());
        Ok(())
    }
}

#[test]
fn moved_in_part() {
    check!(moved_in_part());
}

both! {
    fn consumed_by_a_method_of_any_name(job: Job) -> io::Result<String> {
        let text = job.told();
        yield_!(ask(text.len()))?;
        Ok(text)
    }
}

impl Job {
    fn told(self) -> String {
        format!("{self:?}")
    }
}

#[test]
fn consumed_by_a_method_of_any_name() {
    check!(consumed_by_a_method_of_any_name(Job::Stop));
}

both! {
    fn called_once_later() -> io::Result<()> {
        let guard = Guard("guard");
        let finish = move || drop(guard);
        let _after = Guard("after");
        yield_!()?;
        finish();
        note("finished");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn called_once_later() {
    assert_eq!(check!(called_once_later()), ["drop guard", "finished", "drop after"]);
}
