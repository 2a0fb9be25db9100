//! Tuples of which parts are moved out by their number.

use std::io;

use crate::harness::{Guard, ask, note};

both! {
    fn field_of_a_tuple(n: u32) -> io::Result<u32> {
        let pair = (Guard("left"), Guard("right"), 3);
        let _later = Guard("later");
        let left = pair.0;
        yield_!(ask(1))?;
        note("after");
        Ok(1)
    }
}
#[test]
fn field_of_a_tuple() {
    check!(field_of_a_tuple(1));
}
both! {
    fn second_on_a_path(pair: (Guard, Guard), give: bool) -> io::Result<u32> {
        let _later = Guard("later");
        if give {
        let right = pair.1;
        yield_!(ask(1))?;
        } else { let left = pair.0; note(left.name()); }
        note("after");
        yield_!(ask(1))?;
        Ok(1)
    }
}
#[test]
fn second_on_a_path() {
    check!(second_on_a_path((Guard("left"), Guard("right")), true));
    check!(second_on_a_path((Guard("left"), Guard("right")), false));
}
both! {
    fn one_after_the_other(pair: (Guard, Guard)) -> io::Result<u32> {
        let _later = Guard("later");
        let right = pair.1;
        let left = pair.0;
        yield_!(ask(1))?;
        note("after");
        Ok(1)
    }
}
#[test]
fn one_after_the_other() {
    check!(one_after_the_other((Guard("left"), Guard("right"))));
}
both! {
    fn moved_in_part() -> io::Result<()> {
        let pair = (Guard("left"), Guard("right"));
        let _later = Guard("later");
        drop(pair.0);
        yield_!()?;
        note(format_args!("{}", pair.1.name()));
        Ok(())
    }
}
#[test]
fn moved_in_part() {
    check!(moved_in_part());
}
both! {
    fn moved_in_part_and_as_a_whole(n: u32) -> io::Result<()> {
        let mut pair: (Guard, Option<Guard>) = (Guard("left"), None);
        let _later = Guard("later");
        pair.1 = Some(Guard("some"));
        let held = &pair.0;
        note(held.name());
        match n {
            0 => { let left = pair.0; yield_!()?; note(left.name()); }
            1 => drop(pair),
            2 => { let (left, right) = pair; yield_!()?; note(right.is_some()); }
            _ => {}
        }
        yield_!()?;
        note("end");
        Ok(())
    }
}
#[test]
fn moved_in_part_and_as_a_whole() {
    for n in 0..4 {
        check!(moved_in_part_and_as_a_whole(n));
    }
}
