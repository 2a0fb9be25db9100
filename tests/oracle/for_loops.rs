//! `for` over ranges, vectors and iterators that own their items.

use std::collections::BTreeMap;
use std::io;

use crate::harness::{Guard, ask, fail, later, note};

fn guards(names: &[&'static str]) -> Vec<Guard> {
    names.iter().copied().map(Guard).collect()
}

both! {
    fn over_a_range(limit: u32) -> io::Result<u32> {
        let mut sum = 0;
        for n in 0..limit {
            yield_!(ask(n))?;
            sum += n;
        }
        Ok(sum)
    }
}

#[test]
fn over_a_range() {
    check!(over_a_range(0));
    check!(over_a_range(3));
}

both! {
    fn over_an_inclusive_range_backwards(limit: u8) -> io::Result<Vec<u8>> {
        let mut seen = vec![];
        for n in (1..=limit).rev() {
            seen.push(n);
            yield_!()?;
        }
        Ok(seen)
    }
}

#[test]
fn over_an_inclusive_range_backwards() {
    check!(over_an_inclusive_range_backwards(3));
}

both! {
    fn over_a_vector(names: Vec<Guard>) -> io::Result<usize> {
        let mut total = 0;
        for name in names {
            if name.name() == "skip" {
                continue;
            }
            let length = yield_!(ask(name.name().len()))?;
            total += length;
            if total > 100 {
                break;
            }
        }
        note(total);
        Ok(total)
    }
}

#[test]
fn over_a_vector() {
    let trace = check!(over_a_vector(guards(&["a", "skip", "bb", "ccc"])));
    let expected = ["ask 1", "drop a", "drop skip", "ask 2", "drop bb", "ask 3", "drop ccc", "6"];
    assert_eq!(trace, expected);
}

both! {
    fn break_drops_the_rest(names: Vec<Guard>) -> io::Result<()> {
        let before = Guard("before");
        for name in names {
            yield_!()?;
            if name.name() == "stop" {
                break;
            }
            note(name.name());
        }
        note("after the loop");
        yield_!()?;
        note(before.name());
        Ok(())
    }
}

#[test]
fn break_drops_the_rest() {
    let trace = check!(break_drops_the_rest(guards(&["a", "stop", "rest"])));
    let expected =
        ["a", "drop a", "drop stop", "drop rest", "after the loop", "before", "drop before"];
    assert_eq!(trace, expected);
}

both! {
    fn return_drops_the_rest(names: Vec<Guard>) -> io::Result<&'static str> {
        let _before = Guard("before");
        for name in names {
            let _lap = Guard("lap");
            yield_!(ask(name.name()))?;
            if name.name() == "stop" {
                return Ok("stopped");
            }
        }
        Ok("through")
    }
}

#[test]
fn return_drops_the_rest() {
    check!(return_drops_the_rest(guards(&["a", "stop", "rest", "end"])));
    check!(return_drops_the_rest(guards(&["a"])));
}

both! {
    fn failure_drops_the_rest(names: Vec<Guard>) -> io::Result<u32> {
        let mut n = 0;
        for _name in names {
            n += 1;
            if n == 2 {
                yield_!(fail("second"))?;
            }
        }
        Ok(n)
    }
}

#[test]
fn failure_drops_the_rest() {
    check!(failure_drops_the_rest(guards(&["a", "b", "c"])));
    check!(failure_drops_the_rest(guards(&["a"])));
}

both! {
    fn over_adapters(names: Vec<&'static str>) -> io::Result<Vec<String>> {
        let mut out = Vec::new();
        for (at, name) in names.into_iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let name = yield_!(ask(name))?;
            out.push(format!("{at}{name}"));
        }
        Ok(out)
    }
}

#[test]
fn over_adapters() {
    check!(over_adapters(vec!["a", "", "b"]));
}

both! {
    fn over_a_map(map: BTreeMap<&'static str, Guard>) -> io::Result<usize> {
        let mut length = 0;
        for (key, value) in map {
            yield_!(ask(key))?;
            length += value.name().len();
        }
        Ok(length)
    }
}

#[test]
fn over_a_map() {
    check!(over_a_map(BTreeMap::from([("k1", Guard("v1")), ("k2", Guard("v2"))])));
}

both! {
    fn over_an_array(words: [&'static str; 3]) -> io::Result<String> {
        let mut line = String::new();
        for word in words {
            line.push_str(word);
            yield_!(ask(line.len()))?;
            line.push(' ');
        }
        Ok(line)
    }
}

#[test]
fn over_an_array() {
    check!(over_an_array(["a", "b", "c"]));
}

both! {
    fn over_characters(text: String) -> io::Result<usize> {
        let mut vowels = 0;
        for c in text.chars().collect::<Vec<_>>() {
            if "aeiou".contains(c) {
                yield_!(ask(c))?;
                vowels += 1;
            }
        }
        Ok(vowels + text.len())
    }
}

#[test]
fn over_characters() {
    check!(over_characters("banane".into()));
}

both! {
    fn for_in_for(rows: u32) -> io::Result<u32> {
        let mut cells = 0;
        for row in 0..rows {
            let _row = Guard("row");
            for column in 0..rows {
                if column > row {
                    break;
                }
                let _cell = Guard("cell");
                yield_!(ask(row * 10 + column))?;
                cells += 1;
            }
            note("row is over");
        }
        Ok(cells)
    }
}

#[test]
fn for_in_for() {
    check!(for_in_for(3));
}

both! {
    fn labelled_for(rows: Vec<Vec<u32>>) -> io::Result<u32> {
        let mut sum = 0;
        'rows: for row in rows {
            let _row = Guard("row");
            for cell in row {
                match cell {
                    0 => continue 'rows,
                    9 => break 'rows,
                    n => {
                        let got = yield_!(ask(n))?;
                        sum += got;
                    }
                }
            }
            note("whole row");
        }
        Ok(sum)
    }
}

#[test]
fn labelled_for() {
    check!(labelled_for(vec![vec![1, 0, 1], vec![2, 3], vec![9], vec![4]]));
    check!(labelled_for(vec![vec![], vec![5]]));
}

both! {
    fn patterns_in_the_head(pairs: Vec<(Guard, Guard)>) -> io::Result<usize> {
        let mut sum = 0;
        for (left, right) in pairs {
            yield_!(ask(left.name()))?;
            drop(left);
            yield_!()?;
            sum += right.name().len();
        }
        Ok(sum)
    }
}

#[test]
fn patterns_in_the_head() {
    check!(patterns_in_the_head(vec![(Guard("l1"), Guard("r1")), (Guard("l2"), Guard("r2"))]));
}

both! {
    fn mutable_in_the_head(lists: Vec<Vec<u32>>) -> io::Result<usize> {
        let mut total = 0;
        for mut list in lists {
            list.push(1);
            yield_!()?;
            list.push(2);
            total += list.len();
        }
        Ok(total)
    }
}

#[test]
fn mutable_in_the_head() {
    check!(mutable_in_the_head(vec![vec![], vec![7]]));
}

both! {
    fn unused_item(turns: usize) -> io::Result<()> {
        for _ in 0..turns {
            yield_!()?;
        }
        for _guard in [Guard("a"), Guard("b")] {
            yield_!()?;
        }
        Ok(())
    }
}

#[test]
fn unused_item() {
    check!(unused_item(2));
}

both! {
    fn without_a_yield_in_it(names: Vec<Guard>) -> io::Result<usize> {
        yield_!()?;
        let mut total = 0;
        for name in &names {
            total += name.name().len();
        }
        yield_!(ask(total))?;
        for (at, name) in names.iter().enumerate() {
            if at == 1 {
                break;
            }
            note(name.name());
        }
        Ok(total)
    }
}

#[test]
fn without_a_yield_in_it() {
    check!(without_a_yield_in_it(guards(&["a", "bb"])));
}

both! {
    fn head_on_a_yield(n: u32) -> io::Result<u32> {
        let mut sum = 0;
        for n in yield_!(later(vec![n, n + 1]))? {
            let got = yield_!(ask(n))?;
            sum += got;
        }
        Ok(sum)
    }
}

#[test]
fn head_on_a_yield() {
    check!(head_on_a_yield(4));
}

both! {
    fn name_of_the_iterated(list: Vec<u32>) -> io::Result<u32> {
        let mut total = 0;
        for list in list {
            let list = yield_!(ask(list))?;
            total += list;
        }
        Ok(total)
    }
}

#[test]
fn name_of_the_iterated() {
    check!(name_of_the_iterated(vec![1, 2]));
}

both! {
    fn items_without_a_name(guards: Vec<Guard>) -> io::Result<()> {
        for _ in guards {
            yield_!(ask("lap"))?;
        }
        Ok(())
    }
}

#[test]
fn items_without_a_name() {
    check!(items_without_a_name(vec![Guard("a"), Guard("b")]));
}
