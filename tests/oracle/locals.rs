//! What a state holds of a local: never mentioned again, moved, borrowed, copied.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use crate::harness::{Guard, ask, later, note};

#[derive(Debug, Clone, Copy)]
struct Id(u32);

#[derive(Debug)]
struct Envelope {
    to: Guard,
    text: String,
}

fn takes(guard: Guard) -> &'static str {
    guard.name()
}

both! {
    fn never_mentioned_again() -> io::Result<()> {
        let _first = Guard("first");
        let second = Guard("second");
        note(second.name());
        let _third = Some(Guard("third"));
        yield_!()?;
        note("one");
        let _fourth = Guard("fourth");
        yield_!()?;
        note("two");
        Ok(())
    }
}

#[test]
fn never_mentioned_again() {
    let trace = check!(never_mentioned_again());
    let expected =
        ["second", "one", "two", "drop fourth", "drop third", "drop second", "drop first"];
    assert_eq!(trace, expected);
}

both! {
    fn copies(id: Id) -> io::Result<u32> {
        let copy = id;
        let n = copy.0;
        yield_!(ask(n))?;
        let Id(m) = id;
        yield_!(ask(copy.0))?;
        Ok(n + m)
    }
}

#[test]
fn copies() {
    check!(copies(Id(4)));
}

both! {
    fn borrow_that_ends(text: String) -> io::Result<usize> {
        let name = text.trim();
        note(name);
        yield_!()?;
        let words = text.split(' ').count();
        let longest = text.split(' ').max_by_key(|word| word.len()).unwrap_or_default();
        note(longest);
        yield_!(ask(words))?;
        Ok(words)
    }
}

#[test]
fn borrow_that_ends() {
    check!(borrow_that_ends(" a bb ".into()));
}

both! {
    fn mutable_borrow_that_ends() -> io::Result<Vec<u32>> {
        let mut all = vec![3, 1, 2];
        let last = all.last_mut().unwrap();
        *last += 1;
        yield_!()?;
        let first = &mut all[0];
        *first = 9;
        yield_!(ask(all.len()))?;
        for n in &mut all {
            *n += 1;
        }
        Ok(all)
    }
}

#[test]
fn mutable_borrow_that_ends() {
    check!(mutable_borrow_that_ends());
}

both! {
    fn moved_into_a_call() -> io::Result<()> {
        let guard = Guard("guard");
        let _other = Guard("other");
        let name = takes(guard);
        yield_!(ask(name))?;
        note("end");
        Ok(())
    }
}

#[test]
fn moved_into_a_call() {
    assert_eq!(check!(moved_into_a_call()), ["drop guard", "ask guard", "end", "drop other"]);
}

both! {
    fn moved_into_a_struct(text: String) -> io::Result<usize> {
        let to = Guard("ann");
        let envelope = Envelope { to, text };
        yield_!()?;
        note(envelope.to.name());
        yield_!()?;
        Ok(envelope.text.len())
    }
}

#[test]
fn moved_into_a_struct() {
    check!(moved_into_a_struct("hello".into()));
}

both! {
    fn moved_into_tuples_and_lists() -> io::Result<()> {
        let a = Guard("a");
        let b = Guard("b");
        let c = Guard("c");
        let pair = (c, b);
        yield_!()?;
        let list = [a];
        yield_!()?;
        note(list.len());
        note(pair.0.name());
        Ok(())
    }
}

#[test]
fn moved_into_tuples_and_lists() {
    let trace = check!(moved_into_tuples_and_lists());
    assert_eq!(trace, ["1", "c", "drop a", "drop c", "drop b"]);
}

both! {
    fn moved_to_another_local() -> io::Result<()> {
        let first = Guard("first");
        let _between = Guard("between");
        let second = first;
        yield_!()?;
        let third = second;
        yield_!()?;
        note(third.name());
        Ok(())
    }
}

#[test]
fn moved_to_another_local() {
    assert_eq!(check!(moved_to_another_local()), ["first", "drop first", "drop between"]);
}

both! {
    fn moved_as_the_operand() -> io::Result<&'static str> {
        let awaited = ask("awaited");
        let guard = Guard("guard");
        let word = yield_!(awaited)?;
        let guard = yield_!(later(guard))?;
        note(guard.name());
        Ok(word)
    }
}

#[test]
fn moved_as_the_operand() {
    assert_eq!(check!(moved_as_the_operand()), ["ask awaited", "guard", "drop guard"]);
}

both! {
    fn moved_after_the_yield() -> io::Result<()> {
        let guard = Guard("guard");
        let text = String::from("text");
        yield_!()?;
        takes(guard);
        note("taken");
        yield_!()?;
        let text = text + "!";
        note(text);
        Ok(())
    }
}

#[test]
fn moved_after_the_yield() {
    assert_eq!(check!(moved_after_the_yield()), ["drop guard", "taken", "text!"]);
}

both! {
    fn returned() -> io::Result<(Guard, String)> {
        let guard = Guard("guard");
        let text = String::from("text");
        yield_!()?;
        let _other = Guard("other");
        yield_!()?;
        Ok((guard, text))
    }
}

#[test]
fn returned() {
    assert_eq!(check!(returned()), ["drop other", "drop guard"]);
}

both! {
    fn consumed_by_methods(names: Vec<String>, pen: Option<Guard>) -> io::Result<String> {
        let line: String = names.into_iter().map(|name| name + ";").collect();
        let pen = pen.unwrap();
        yield_!(ask(line.len()))?;
        note(pen.name());
        yield_!()?;
        let bytes = line.into_bytes();
        yield_!(ask(bytes.len()))?;
        Ok(String::from_utf8(bytes).unwrap_or_default())
    }
}

#[test]
fn consumed_by_methods() {
    check!(consumed_by_methods(vec!["a".into(), "b".into()], Some(Guard("pen"))));
}

both! {
    fn shared_handles(log: Rc<RefCell<Vec<u32>>>) -> io::Result<usize> {
        let mine = Rc::clone(&log);
        mine.borrow_mut().push(1);
        yield_!()?;
        log.borrow_mut().push(2);
        let n = log.borrow().len();
        yield_!(ask(n))?;
        let counter = Rc::new(Cell::new(0));
        counter.set(counter.get() + 1);
        yield_!()?;
        Ok(Rc::strong_count(&mine) + counter.get())
    }
}

#[test]
fn shared_handles() {
    check!(shared_handles(Rc::default()));
}

both! {
    fn numbers_of_all_kinds(n: i64) -> io::Result<String> {
        let small: u8 = 250;
        let float = 1.5;
        let letter = 'x';
        let truth = n > 0;
        let unit = ();
        yield_!(later(unit))?;
        let sum = i64::from(small) + n;
        yield_!(ask(sum))?;
        Ok(format!("{float} {letter} {truth} {small}"))
    }
}

#[test]
fn numbers_of_all_kinds() {
    check!(numbers_of_all_kinds(-3));
}

both! {
    fn arguments_never_mentioned(_a: Guard, b: Guard, _n: u32) -> io::Result<()> {
        note(b.name());
        yield_!()?;
        let _local = Guard("local");
        yield_!()?;
        Ok(())
    }
}

#[test]
fn arguments_never_mentioned() {
    let trace = check!(arguments_never_mentioned(Guard("a"), Guard("b"), 1));
    assert_eq!(trace, ["b", "drop local", "drop b", "drop a"]);
}

both! {
    fn argument_moved_at_once(a: Guard, b: Guard) -> io::Result<()> {
        let local = b;
        drop(a);
        yield_!()?;
        note(local.name());
        Ok(())
    }
}

#[test]
fn argument_moved_at_once() {
    assert_eq!(check!(argument_moved_at_once(Guard("a"), Guard("b"))), ["drop a", "b", "drop b"]);
}

both! {
    fn many_guards() -> io::Result<u32> {
        let a = Guard("a");
        let _b = Guard("b");
        let n = yield_!(ask(1))?;
        let _c = Guard("c");
        let d = Guard("d");
        let _e = Guard("e");
        let m = yield_!(ask(n + 1))?;
        let _f = Guard("f");
        note(d.name());
        yield_!()?;
        let _g = Guard("g");
        note(a.name());
        yield_!()?;
        Ok(n + m)
    }
}

#[test]
fn many_guards() {
    check!(many_guards());
}

both! {
    fn a_promise_is_finished(n: u32) -> io::Result<u32> {
        let mut sum = 0;
        for i in 0..n {
            let (promise, kept) = kaa::InProgress::new();
            let (other, broken) = kaa::InProgress::<u32>::new();
            promise.finish(i);
            other.throw(io::Error::other("no"));
            sum += yield_!(kept)?;
            note(yield_!(broken).is_err());
        }
        Ok(sum)
    }
}

#[test]
fn a_promise_is_finished() {
    check!(a_promise_is_finished(3));
}

both! {
    fn braces_that_capture_nothing() -> io::Result<String> {
        let name = Guard("name");
        let n = 3;
        drop(name);
        yield_!()?;
        Ok(format!("{{name}} {n} {{{n}}}"))
    }
}

#[test]
fn braces_that_capture_nothing() {
    check!(braces_that_capture_nothing());
}
