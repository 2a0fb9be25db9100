//! Assignments: of what was awaited, to what was moved, to what has a value.

use std::io;

use crate::harness::{Guard, ask, later, note};

fn send(batch: Vec<Guard>) {
    for guard in &batch {
        note(format_args!("send {}", guard.name()));
    }
}

both! {
    fn of_what_was_awaited(n: u32) -> io::Result<u32> {
        let mut last = 0;
        note(last);
        last = yield_!(ask(n))?;
        note(last);
        last = yield_!(ask(n + 1))? * 2;
        Ok(last)
    }
}

#[test]
fn of_what_was_awaited() {
    check!(of_what_was_awaited(1));
}

both! {
    fn drops_the_old_value() -> io::Result<()> {
        let mut guard = Guard("old");
        note(guard.name());
        yield_!()?;
        guard = Guard("new");
        note("assigned");
        yield_!()?;
        note(guard.name());
        guard = yield_!(later(Guard("awaited")))?;
        note(guard.name());
        Ok(())
    }
}

#[test]
fn drops_the_old_value() {
    let trace = check!(drops_the_old_value());
    let expected = ["old", "drop old", "assigned", "new", "drop new", "awaited", "drop awaited"];
    assert_eq!(trace, expected);
}

both! {
    fn moved_in_a_loop_and_assigned_again(rounds: usize) -> io::Result<usize> {
        let mut sent = 0;
        let mut batch = vec![Guard("first")];
        while sent < rounds {
            send(batch);
            yield_!()?;
            batch = vec![Guard("next")];
            sent += 1;
        }
        Ok(batch.len())
    }
}

#[test]
fn moved_in_a_loop_and_assigned_again() {
    for rounds in 0..3 {
        check!(moved_in_a_loop_and_assigned_again(rounds));
    }
}

both! {
    fn compound(n: u32) -> io::Result<u32> {
        let mut sum = 1;
        sum += yield_!(ask(n))?;
        note(sum);
        sum *= yield_!(ask(3))?;
        yield_!()?;
        Ok(sum)
    }
}

#[test]
fn compound() {
    check!(compound(4));
}

both! {
    fn to_fields_and_elements() -> io::Result<[u32; 3]> {
        let mut all = [0; 3];
        let mut pair = (Guard("old"), 1);
        yield_!()?;
        all[1] = 5;
        pair.0 = Guard("new");
        yield_!()?;
        all[2] = all[1] + pair.1;
        note(pair.0.name());
        Ok(all)
    }
}

#[test]
fn to_fields_and_elements() {
    check!(to_fields_and_elements());
}

both! {
    fn moved_and_assigned_before_the_yield() -> io::Result<()> {
        let mut guard = Guard("first");
        drop(guard);
        guard = Guard("second");
        yield_!()?;
        note(guard.name());
        drop(guard);
        guard = Guard("third");
        yield_!()?;
        note(guard.name());
        Ok(())
    }
}

#[test]
fn moved_and_assigned_before_the_yield() {
    let trace = check!(moved_and_assigned_before_the_yield());
    assert_eq!(trace, ["drop first", "second", "drop second", "third", "drop third"]);
}

both! {
    fn accumulates(words: Vec<&'static str>) -> io::Result<String> {
        let mut line = String::new();
        for word in words {
            let word = yield_!(ask(word))?;
            line += word;
            line = line + "-";
        }
        Ok(line)
    }
}

#[test]
fn accumulates() {
    check!(accumulates(vec!["a", "b"]));
}

both! {
    fn swaps(rounds: u32) -> io::Result<(u32, u32)> {
        let mut a = 0;
        let mut b = 1;
        for _ in 0..rounds {
            yield_!()?;
            (a, b) = (b, a + b);
        }
        Ok((a, b))
    }
}

#[test]
fn swaps() {
    check!(swaps(6));
}

both! {
    fn replaced_in_a_loop(rounds: u32) -> io::Result<()> {
        let mut state = Guard("idle");
        let mut n = 0;
        while n < rounds {
            n += 1;
            yield_!()?;
            note(state.name());
            state = Guard(if n % 2 == 0 { "even" } else { "odd" });
        }
        Ok(())
    }
}

#[test]
fn replaced_in_a_loop() {
    check!(replaced_in_a_loop(0));
    check!(replaced_in_a_loop(3));
}

both! {
    fn moved_on_one_path_and_assigned(n: u32) -> io::Result<()> {
        let _before = Guard("before");
        let mut guard = Guard("guard");
        let _after = Guard("after");
        match n {
            0 => {
                drop(guard);
                yield_!()?;
            }
            1 => {
                yield_!()?;
                note(guard.name());
            }
            _ => {
                yield_!(later(guard))?;
            }
        }
        yield_!()?;
        guard = Guard("again");
        note("assigned");
        yield_!()?;
        note(guard.name());
        Ok(())
    }
}

#[test]
fn moved_on_one_path_and_assigned() {
    for n in 0..3 {
        check!(moved_on_one_path_and_assigned(n));
    }
}

both! {
    fn assigned_in_each_lap(laps: u32) -> io::Result<()> {
        let mut guard;
        for lap in 0..laps {
            yield_!(ask(lap))?;
            guard = Guard("lap");
            note(guard.name());
        }
        note("end");
        Ok(())
    }
}

#[test]
fn assigned_in_each_lap() {
    check!(assigned_in_each_lap(0));
    check!(assigned_in_each_lap(3));
}

both! {
    fn next_of_itself() -> io::Result<u32> {
        let mut state = Some(Guard("state"));
        let mut n = 0;
        loop {
            state = match state {
                Some(guard) => {
                    yield_!(ask(guard.name()))?;
                    n += 1;
                    if n < 3 { Some(guard) } else { None }
                }
                None => break,
            };
        }
        Ok(n)
    }
}

#[test]
fn next_of_itself() {
    check!(next_of_itself());
}

both! {
    in {
        struct Held(Guard);

        impl Held {
            fn map(&self) -> usize {
                self.0.name().len()
            }
        }
    }
    fn assigned_after_a_method_that_takes_nothing() -> io::Result<usize> {
        let mut held = Held(Guard("first"));
        let n = held.map();
        yield_!(ask(n))?;
        held = Held(Guard("second"));
        note("assigned");
        yield_!()?;
        Ok(held.map())
    }
}

#[test]
fn assigned_after_a_method_that_takes_nothing() {
    check!(assigned_after_a_method_that_takes_nothing());
}
