//! Yields that are operands: of calls, operators, literals, macros, conditions.

use std::io;

use crate::harness::{Guard, ask, later, note};

fn join(a: u32, b: u32, c: u32) -> u32 {
    note(format_args!("{a} {b} {c}"));
    a * 100 + b * 10 + c
}

fn made(name: &'static str) -> Guard {
    note(format_args!("made {name}"));
    Guard(name)
}

both! {
    fn as_the_only_argument(n: u32) -> io::Result<Option<u32>> {
        let some = Some(yield_!(ask(n))?);
        note(yield_!(ask("noted"))?);
        Ok(some.map(|n| n + 1))
    }
}

#[test]
fn as_the_only_argument() {
    check!(as_the_only_argument(1));
}

both! {
    fn in_the_tail_call(n: u32) -> io::Result<u32> {
        let _guard = Guard("guard");
        Ok(yield_!(ask(n))?)
    }
}

#[test]
fn in_the_tail_call() {
    check!(in_the_tail_call(1));
}

both! {
    fn in_another_operand(n: u32) -> io::Result<u32> {
        let n = yield_!(ask(yield_!(ask(n))? + 1))?;
        Ok(n)
    }
}

#[test]
fn in_another_operand() {
    check!(in_another_operand(1));
}

both! {
    fn let_else_on_a_yield(text: &'static str) -> io::Result<u32> {
        let _guard = Guard("guard");
        let Ok(text) = yield_!(ask(text)) else {
            return Ok(0);
        };
        let Some('a') = text.chars().next() else {
            note("no a");
            return Err(io::Error::other("no a"));
        };
        yield_!()?;
        Ok(1)
    }
}

#[test]
fn let_else_on_a_yield() {
    check!(let_else_on_a_yield("abc"));
    check!(let_else_on_a_yield("bc"));
}

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
    fn in_assertions(n: u32) -> io::Result<u32> {
        assert!(yield_!(ask(n))? == n, "{n}");
        assert_eq!(yield_!(ask(n))?, n);
        assert_ne!(n + 1, yield_!(ask(n))?, "not {n}");
        debug_assert!(yield_!(ask(n)).is_ok());
        debug_assert_eq!(yield_!(ask(n))?, n);
        if matches!(yield_!(ask(n))?, 1..=9) {
            note("small");
        }
        let all = vec![n, yield_!(ask(n + 1))?, n];
        Ok(all.into_iter().sum())
    }
}

#[test]
fn in_assertions() {
    check!(in_assertions(1));
    check!(in_assertions(11));
}

both! {
    fn in_what_is_assigned(n: u32) -> io::Result<u32> {
        let mut all = [0, 0, 0];
        let at = 1_usize;
        all[at] = yield_!(ask(n))?;
        all[yield_!(later(2_usize))?] = n + yield_!(ask(1))?;
        let mut pair = (n, 0);
        pair.1 = pair.0 + yield_!(ask(n))? * 2;
        (pair.0, all[0]) = (yield_!(ask(7))?, yield_!(ask(8))?);
        note(format_args!("{all:?} {pair:?}"));
        Ok(all[0] + pair.0)
    }
}

#[test]
fn in_what_is_assigned() {
    check!(in_what_is_assigned(1));
}

both! {
    fn constructs_as_operands(n: u32) -> io::Result<u32> {
        let sum = n + if n > 1 { yield_!(ask(n))? } else { 7 } + match n {
            1 => yield_!(ask(10))?,
            _ => 20,
        };
        let text = {
            let _inner = Guard("inner");
            yield_!(ask("text"))?
        }
        .len();
        Ok(join(sum, loop { break yield_!(ask(n))?; }, text as u32))
    }
}

#[test]
fn constructs_as_operands() {
    check!(constructs_as_operands(1));
    check!(constructs_as_operands(2));
}

both! {
    fn moved_operands_drop_as_in_a_call() -> io::Result<usize> {
        fn both(a: Guard, n: usize, b: Guard) -> usize {
            note(format_args!("{} {n} {}", a.name(), b.name()));
            n
        }
        let first = Guard("first");
        let _between = Guard("between");
        let n = both(first, yield_!(ask(1))?, Guard("made"));
        let second = Guard("second");
        let m = both(second, yield_!(later(Err::<usize, _>(io::Error::other("no"))))?.unwrap_or(5), Guard("made"));
        Ok(n + m)
    }
}

#[test]
fn moved_operands_drop_as_in_a_call() {
    check!(moved_operands_drop_as_in_a_call());
}

// Operands in front of a yield, and what comes of them meanwhile.

#[derive(Debug, Clone, Copy, PartialEq)]
struct Id(u32);

impl Id {
    fn bump(&mut self, by: u32) {
        self.0 += by;
    }
}

both! {
    fn assigned_by_a_later_operand(mut n: u32) -> io::Result<u32> {
        fn add(f: impl Fn() -> u32, m: u32) -> u32 {
            f() * 100 + m
        }
        let less = n < { n += 1; yield_!(ask(n))? };
        let power = n.pow({ n += 1; yield_!(ask(n))? });
        let mut pair = (n, 2);
        let same = pair.0 == { pair.0 += 1; yield_!(ask(pair.0))? - 1 };
        let sum = add(move || n, { n += 1; yield_!(ask(n))? });
        note(format_args!("{less} {power} {same} {sum}"));
        Ok(n)
    }
}

#[test]
fn assigned_by_a_later_operand() {
    check!(assigned_by_a_later_operand(1));
}

both! {
    fn changed_by_a_method_of_a_later_operand() -> io::Result<bool> {
        let mut ids = [Id(1), Id(2)];
        let same = ids[0].0 == { ids[0].bump(1); yield_!(ask(1))? };
        note(format_args!("{ids:?}"));
        Ok(same)
    }
}

#[test]
fn changed_by_a_method_of_a_later_operand() {
    check!(changed_by_a_method_of_a_later_operand());
}

both! {
    fn a_closure_owns_a_guard() -> io::Result<usize> {
        fn call(f: impl FnOnce() -> Guard, n: usize) -> usize {
            f().name().len() + n
        }
        let guard = Guard("guard");
        let other = Guard("other");
        Ok(call(move || guard, yield_!(later(1))?))
    }
}

#[test]
fn a_closure_owns_a_guard() {
    check!(a_closure_owns_a_guard());
}

both! {
    fn used_in_place(n: u32) -> io::Result<bool> {
        let mut all = vec![vec![(Id(1), String::from("a"))], Vec::new()];
        let mut at = 0;
        all[at][0].0.bump(yield_!(ask(n))?);
        all[0][0].1.push_str(&yield_!(ask(String::from("b")))?);
        all[{ at += 1; at }].push((Id(3), yield_!(ask(String::from("c")))?));
        note(format_args!("{all:?}"));
        Ok(all[0][0].1 == yield_!(ask(String::from("ab")))? && all[at][0].0 != yield_!(later(Id(2)))?)
    }
}

#[test]
fn used_in_place() {
    check!(used_in_place(1));
}

both! {
    fn lent_temporaries(n: u32) -> io::Result<u32> {
        fn lend(a: &Guard, n: u32, all: &mut Vec<u32>, b: &Guard) -> u32 {
            note(format_args!("{} {} {}", a.name(), b.name(), all.len()));
            n
        }
        let n = lend(&made("a"), yield_!(ask(n))?, &mut vec![1], &made("b"));
        note("after");
        Ok(lend(&made("c"), n, &mut Vec::new(), &yield_!(later(Guard("d")))?))
    }
}

#[test]
fn lent_temporaries() {
    check!(lent_temporaries(1));
}

both! {
    fn receivers_are_used_up(n: u32) -> io::Result<String> {
        let all = vec![3, 1].into_iter().chain(std::iter::once(yield_!(ask(n))?)).map(|n| n.to_string());
        let all: Vec<String> = { all }.collect();
        let joined = all.len();
        Ok(vec![joined]
            .into_iter()
            .chain(yield_!(later(vec![1]))?)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(&yield_!(ask(String::from("-")))?))
    }
}

#[test]
fn receivers_are_used_up() {
    check!(receivers_are_used_up(1));
}

both! {
    fn constructs_are_waited_for(n: u32) -> io::Result<u32> {
        let a = yield_!(if n > 1 { ask(yield_!(ask(1))?) } else { later(3) })?;
        let b = yield_!({ let _inner = Guard("inner"); let k = yield_!(ask(n))?; later(k) })?;
        Ok(a + b + yield_!(match n { 1 => ask(yield_!(ask(5))?), _ => ask(n) })?)
    }
}

#[test]
fn constructs_are_waited_for() {
    check!(constructs_are_waited_for(1));
    check!(constructs_are_waited_for(2));
}

both! {
    fn circuits_around_blocks(n: u32) -> io::Result<bool> {
        let a = n > 1 && { yield_!(ask(n))? } < 3;
        let b = Id(1) == Id { 0: n } || match n { 0 => yield_!(ask(1))?, _ => 2 } == 1;
        let c = n == 7 || yield_!(ask(n > 1))? || { note("last"); yield_!(ask(false))? };
        Ok(a || b || c)
    }
}

#[test]
fn circuits_around_blocks() {
    for n in 0..4 {
        check!(circuits_around_blocks(n));
    }
}

both! {
    fn let_else_ends_its_temporaries(n: u32) -> io::Result<usize> {
        fn pick(guard: &Guard, n: u32) -> Option<Guard> {
            note("pick");
            (n > 1).then(|| Guard("picked"))
        }
        let Some(left) = made("name").name().len().checked_sub(if n > 0 { 1 } else { 9 }) else {
            note("else");
            yield_!()?;
            return Ok(9);
        };
        let Some(picked) = pick(&made("lent"), yield_!(ask(n))?) else {
            note("not picked");
            return Ok(8);
        };
        note("picked");
        let Some(found) = yield_!(later(Some(3)))?.filter(|_| n > 2) else {
            yield_!()?;
            return Ok(7);
        };
        Ok(left + found)
    }
}

#[test]
fn let_else_ends_its_temporaries() {
    for n in 0..4 {
        check!(let_else_ends_its_temporaries(n));
    }
}

both! {
    fn jumps_beside_typed_operands(n: u32) -> io::Result<u32> {
        let mut sum = 0;
        loop {
            let _lap = Guard("lap");
            sum += join(n.wrapping_add(4), if sum > 3 { return Ok(sum) } else { yield_!(ask(n))? }, 0);
            sum += join(n.wrapping_add(1), if n == 1 { break } else if sum == 2 { continue } else { yield_!(ask(n))? }, 0);
        }
        yield_!()?;
        Ok(sum + loop {
            break join(u32::from(n > 1), 'label: { if n > 1 { break 'label 4; } yield_!(ask(3))? }, 1);
        })
    }
}

#[test]
fn jumps_beside_typed_operands() {
    check!(jumps_beside_typed_operands(1));
    check!(jumps_beside_typed_operands(2));
}
