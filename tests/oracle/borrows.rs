//! Direct borrows of a local or of a part of it, in use after a wait.

use std::fmt::Debug;
use std::io;
use std::rc::Rc;

use crate::harness::{Guard, ask, note};

#[derive(Debug)]
struct Page {
    title: String,
    lines: Vec<u32>,
    end: (u32, Guard),
}

fn page() -> Page {
    Page { title: "title".into(), lines: vec![1, 2], end: (7, Guard("end")) }
}

both! {
    fn shared() -> io::Result<usize> {
        let page = page();
        let title = &page.title;
        let whole = &page;
        yield_!(ask(title.len()))?;
        note(title);
        let length = title.len() + whole.lines.len();
        yield_!(ask(whole.end.0))?;
        Ok(length)
    }
}

#[test]
fn shared() {
    assert_eq!(check!(shared()), ["ask 5", "title", "ask 7", "drop end"]);
}

both! {
    fn mutable() -> io::Result<usize> {
        let mut page = page();
        let lines = &mut page.lines;
        let end = &mut page.end.0;
        lines.push(3);
        while lines.len() < 6 {
            let line = yield_!(ask(*end))?;
            lines.push(line);
            *end += 1;
        }
        let whole = &page;
        yield_!(ask(whole.end.0))?;
        Ok(whole.lines.len())
    }
}

#[test]
fn mutable() {
    assert_eq!(check!(mutable()), ["ask 7", "ask 8", "ask 9", "ask 10", "drop end"]);
}

both! {
    fn of_a_local_that_is_hidden() -> io::Result<usize> {
        let x = page();
        let title = &x.title;
        let x = Guard("new x");
        yield_!(ask(title.len()))?;
        {
            let x = 3;
            let outer = &title;
            let title = &x;
            yield_!(ask(*title))?;
            note(outer);
            yield_!(ask(*title))?;
        }
        note(title);
        note(x.name());
        yield_!()?;
        Ok(title.len())
    }
}

#[test]
fn of_a_local_that_is_hidden() {
    check!(of_a_local_that_is_hidden());
}

both! {
    fn with_a_type() -> io::Result<usize> {
        let lines = vec![1, 2];
        let slice: &[u32] = &lines;
        let shown: &dyn Debug = &lines;
        yield_!(ask(slice.len()))?;
        note(format!("{shown:?}"));
        Ok(slice.len())
    }
}

#[test]
fn with_a_type() {
    assert_eq!(check!(with_a_type()), ["ask 2", "[1, 2]"]);
}

static PAIRS: [(u32, u32); 2] = [(1, 2), (3, 4)];

both! {
    fn of_what_a_reference_referred_to() -> io::Result<u32> {
        let mut pair: &'static (u32, u32) = &PAIRS[0];
        let right = &pair.1;
        pair = &PAIRS[1];
        yield_!(ask(*right))?;
        Ok(pair.1 * 10 + *right)
    }
}

#[test]
fn of_what_a_reference_referred_to() {
    assert_eq!(check!(of_what_a_reference_referred_to()), ["ask 2"]);
}

both! {
    fn in_a_loop() -> io::Result<usize> {
        let mut pair = (vec![Guard("a"), Guard("b")], Guard("rest"));
        let guards = &mut pair.0;
        let mut sum = 0;
        loop {
            let Some(guard) = guards.pop() else { break };
            yield_!(ask(guard.name()))?;
            let last = &guard;
            if sum > 0 {
                yield_!(ask("again"))?;
                note(last.name());
            }
            sum += last.name().len();
        }
        guards.push(Guard("c"));
        Ok(sum)
    }
}

#[test]
fn in_a_loop() {
    check!(in_a_loop());
}

both! {
    in {
        pub(crate) struct Counter {
            hits: std::cell::Cell<u32>,
        }

        impl Counter {
            pub(crate) fn new() -> Rc<Self> {
                Rc::new(Counter { hits: std::cell::Cell::new(1) })
            }
        }
    }
    impl { impl Counter }
    fn of_the_receiver(self: Rc<Self>, log: Rc<Guard>) -> io::Result<u32> {
        let hits = &self.hits;
        let log = &log;
        yield_!(ask(hits.get()))?;
        hits.set(hits.get() + 1);
        note(log.name());
        yield_!(ask(hits.get()))?;
        Ok(hits.get())
    }
}

#[test]
fn of_the_receiver() {
    check!(of_the_receiver: Counter::new().of_the_receiver(Rc::new(Guard("log"))));
}

struct Sign {
    text: &'static str,
}

static FIRST: Sign = Sign { text: "first" };
static SECOND: Sign = Sign { text: "second" };

both! {
    in {
        struct Post {
            sign: &'static Sign,
        }
    }
    fn what_a_replaced_reference_led_to() -> io::Result<&'static str> {
        let mut post = Post { sign: &FIRST };
        let text = &post.sign.text;
        let old = std::mem::replace(&mut post.sign, &SECOND);
        yield_!(ask(old.text))?;
        note(post.sign.text);
        Ok(text)
    }
}

#[test]
fn what_a_replaced_reference_led_to() {
    assert_eq!(check!(what_a_replaced_reference_led_to()), ["ask first", "second"]);
}

both! {
    fn beside_another_part() -> io::Result<usize> {
        let mut page = page();
        let title = &page.title;
        page.lines.append(&mut vec![3]);
        page.end.0 = std::mem::replace(&mut page.end.0, 8) + 1;
        yield_!(ask(title.len()))?;
        note(title);
        Ok(page.lines.len())
    }
}

#[test]
fn beside_another_part() {
    assert_eq!(check!(beside_another_part()), ["ask 5", "title", "drop end"]);
}

both! {
    fn methods_that_only_look_like_lending(count: Rc<std::cell::Cell<u32>>, items: Box<dyn Iterator<Item = u32>>) -> io::Result<u32> {
        let n = count.get();
        let last = items.last();
        let text = Rc::new(String::from("a b"));
        let words = text.split(' ').count();
        let pairs = Some((1, 2));
        let first = pairs.iter().next().copied();
        yield_!(ask(n))?;
        note(words);
        Ok(n + last.unwrap_or_default() + first.map_or(0, |(a, b)| a + b))
    }
}

#[test]
fn methods_that_only_look_like_lending() {
    check!(methods_that_only_look_like_lending(
        Rc::new(std::cell::Cell::new(3)),
        Box::new([1, 2].into_iter())
    ));
}
