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

fn made(name: &'static str) -> Guard {
    note(format_args!("make {name}"));
    Guard(name)
}

// A yield that is not the first in its statement.

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
