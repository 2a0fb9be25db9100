//! Closures before, between and after yields.

use std::io;
use std::num::ParseIntError;

use crate::harness::{Guard, ask, later, note};

both! {
    fn borrows_and_ends(text: String) -> io::Result<usize> {
        let shout = |end: &str| text.to_uppercase() + end;
        note(shout("!"));
        yield_!()?;
        let length = || text.len();
        let n = length();
        yield_!(ask(n))?;
        Ok(text.len())
    }
}

#[test]
fn borrows_and_ends() {
    check!(borrows_and_ends("ann".into()));
}

both! {
    fn owns_and_is_called_later() -> io::Result<()> {
        let pen = Guard("pen");
        let write = move |text: &str| note(format_args!("{text} by {}", pen.name()));
        write("before");
        yield_!()?;
        write("after");
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn owns_and_is_called_later() {
    let trace = check!(owns_and_is_called_later());
    assert_eq!(trace, ["before by pen", "after by pen", "end", "drop pen"]);
}

both! {
    fn owns_and_is_never_called_again() -> io::Result<()> {
        let _lock = Guard("lock");
        let pen = Guard("pen");
        let sign = move || note(pen.name());
        sign();
        yield_!()?;
        note("signed");
        Ok(())
    }
}

#[test]
fn owns_and_is_never_called_again() {
    let trace = check!(owns_and_is_never_called_again());
    assert_eq!(trace, ["pen", "signed", "drop pen", "drop lock"]);
}

both! {
    fn owns_nothing(n: u32) -> io::Result<u32> {
        let double = |n: u32| n * 2;
        let n = yield_!(ask(n))?;
        let n = yield_!(ask(double(n)))?;
        Ok(double(n))
    }
}

#[test]
fn owns_nothing() {
    check!(owns_nothing(3));
}

both! {
    fn changes_what_it_owns() -> io::Result<u32> {
        let mut n = 0;
        let mut next = move || {
            n += 1;
            n
        };
        next();
        yield_!(ask(next()))?;
        yield_!(ask(next()))?;
        Ok(next())
    }
}

#[test]
fn changes_what_it_owns() {
    check!(changes_what_it_owns());
}

both! {
    fn changes_what_it_borrows() -> io::Result<u32> {
        let mut sum = 0;
        let mut add = |n| sum += n;
        add(1);
        add(2);
        yield_!(ask(sum))?;
        (1..4).for_each(|n| sum += n);
        yield_!(ask(sum))?;
        Ok(sum)
    }
}

#[test]
fn changes_what_it_borrows() {
    check!(changes_what_it_borrows());
}

both! {
    fn returns_from_where_it_stands(text: &'static str) -> Result<i32, String> {
        let parse = |part: &str| -> Result<i32, ParseIntError> {
            if part.is_empty() {
                return Ok(0);
            }
            let n: i32 = part.parse()?;
            Ok(n * 2)
        };
        let first = parse(text).map_err(|e| e.to_string())?;
        if first == 0 {
            return Ok(first);
        }
        let again = yield_!(ask(text))?;
        let second = parse(again).map_err(|e| e.to_string())?;
        if second > 100 {
            return Err(format!("{second} is too much"));
        }
        Ok(first + second)
    }
}

#[test]
fn returns_from_where_it_stands() {
    for text in ["", "no number", "7", "70"] {
        check!(returns_from_where_it_stands(text));
    }
}

both! {
    fn moved_into_a_call() -> io::Result<u32> {
        let limit = yield_!(ask(2))?;
        let small = move |n: &u32| *n <= limit;
        let all: Vec<u32> = (1..5).filter(small).collect();
        yield_!(ask(all.len()))?;
        Ok(all.iter().sum())
    }
}

#[test]
fn moved_into_a_call() {
    check!(moved_into_a_call());
}

both! {
    fn boxed(double: bool) -> io::Result<i32> {
        let change: Box<dyn Fn(i32) -> i32> =
            if double { Box::new(|n| n * 2) } else { Box::new(|n| n + 1) };
        let n = yield_!(ask(20))?;
        let n = change(n);
        yield_!(ask(n))?;
        Ok(change(n))
    }
}

#[test]
fn boxed() {
    check!(boxed(true));
    check!(boxed(false));
}

both! {
    fn parameters_hide_locals(n: u32) -> io::Result<u32> {
        let add = |n: u32| {
            let m = n + 1;
            m * 2
        };
        let m = yield_!(ask(n))?;
        let sum = add(m) + n;
        yield_!(later(()))?;
        Ok(sum + m)
    }
}

#[test]
fn parameters_hide_locals() {
    check!(parameters_hide_locals(3));
}

both! {
    fn in_a_loop(names: Vec<&'static str>) -> io::Result<usize> {
        let prefix = String::from("x");
        let mut total = 0;
        for name in names {
            let full = |sep: &str| format!("{prefix}{sep}{name}");
            let text = full("-");
            let text = yield_!(ask(text))?;
            total += text.len();
        }
        Ok(total)
    }
}

#[test]
fn in_a_loop() {
    check!(in_a_loop(vec!["a", "bb"]));
}

both! {
    fn control_flow_of_its_own(n: u32) -> io::Result<u32> {
        let first_over = |limit: u32| {
            for i in 0.. {
                if i * i > limit {
                    return i;
                }
            }
            0
        };
        let got = yield_!(ask(n))?;
        let found = first_over(got);
        let mut at = found;
        let again = loop {
            at += 1;
            let got = yield_!(ask(at))?;
            if (1..=3).any(|i| i * i == got) {
                break got;
            }
            if at > 10 {
                return Ok(0);
            }
        };
        Ok(again)
    }
}

#[test]
fn control_flow_of_its_own() {
    check!(control_flow_of_its_own(5));
    check!(control_flow_of_its_own(50));
}

both! {
    fn captures_what_an_inner_scope_binds_too() -> io::Result<()> {
        let x = Guard("x");
        let y = Some(Guard("y"));
        let call = move || {
            let add = |x: u32| x + 1;
            note(add(1));
            if let Some(y) = &y {
                note(y.name());
            }
            note(x.name());
        };
        yield_!()?;
        call();
        yield_!()?;
        Ok(())
    }
}

#[test]
fn captures_what_an_inner_scope_binds_too() {
    check!(captures_what_an_inner_scope_binds_too());
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

both! {
    fn called_once_on_one_path(call: bool) -> io::Result<()> {
        let (guard, other) = (Guard("guard"), Guard("other"));
        let _later = Guard("later");
        let finish = move |n: u32| {
            note(guard.name());
            (guard, other, n).2
        };
        if call {
            note(finish(3));
        }
        yield_!()?;
        note("end");
        Ok(())
    }
}

#[test]
fn called_once_on_one_path() {
    check!(called_once_on_one_path(true));
    check!(called_once_on_one_path(false));
}

both! {
    fn copies_what_it_owns(start: std::time::Duration) -> io::Result<()> {
        let _later = Guard("later");
        let since = move |end: std::time::Duration| end + start;
        yield_!()?;
        note(format_args!("{:?}", since(start)));
        yield_!()?;
        note(format_args!("{:?}", since(start)));
        Ok(())
    }
}

#[test]
fn copies_what_it_owns() {
    check!(copies_what_it_owns(std::time::Duration::from_secs(1)));
}

fn words(n: u32) -> Vec<String> {
    note("words");
    vec!["a".repeat(n as usize)]
}

fn each<T>(all: Vec<T>, length: impl Fn(&T) -> usize, n: u32) -> usize {
    all.iter().map(length).sum::<usize>() + n as usize
}

fn behind<T>(n: u32, length: impl Fn(&T) -> usize, all: Vec<T>) -> usize {
    all.iter().map(length).sum::<usize>() + n as usize
}

both! {
    fn closure_typed_by_an_operand() -> io::Result<usize> {
        let n = each(words(3), |text| text.trim().len(), yield_!(ask(4))?);
        Ok(n)
    }
}

#[test]
fn closure_typed_by_an_operand() {
    check!(closure_typed_by_an_operand());
}

both! {
    fn closure_typed_by_a_receiver() -> io::Result<usize> {
        let sum = words(2)
            .into_iter()
            .map(|word| word.len())
            .zip(yield_!(later(vec![1_usize, 2]))?)
            .map(|(a, b)| a + b)
            .sum::<usize>();
        let all: Vec<usize> = words(1)
            .into_iter()
            .scan(yield_!(ask(1_usize))?, |sum, word| {
                *sum += 1;
                Some(word.len() + *sum)
            })
            .collect();
        Ok(sum + all.len())
    }
}

#[test]
fn closure_typed_by_a_receiver() {
    check!(closure_typed_by_a_receiver());
}

both! {
    fn closure_typed_by_what_is_awaited() -> io::Result<usize> {
        let n = behind(told(2), |text: &_| String::len(text), yield_!(later(words(4)))?);
        Ok(n)
    }
}

fn told(n: u32) -> u32 {
    note("told");
    n
}

#[test]
fn closure_typed_by_what_is_awaited() {
    check!(closure_typed_by_what_is_awaited());
}
