//! Fields that are moved out of what a state holds on: strings, lists and options, whose place can be filled again.

use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use crate::harness::{Guard, ask, later, note};

#[derive(Debug)]
struct Request {
    guard: Guard,
    name: String,
    parts: Vec<Guard>,
    other: Option<Guard>,
    headers: HashMap<String, u32>,
    number: u32,
}

fn request() -> Request {
    let (name, headers) = (String::from("ann"), HashMap::from([("a".into(), 1)]));
    let (guard, parts) = (Guard("field"), vec![Guard("one"), Guard("two")]);
    Request { guard, name, parts, other: Some(Guard("other")), headers, number: 7 }
}

both! {
    fn fields_of_a_struct(request: Request) -> io::Result<String> {
        let _later = Guard("later");
        let name = request.name;
        let number = request.number;
        let parts = request.parts;
        yield_!(ask(number))?;
        note(parts.len());
        let other = request.other;
        drop(other);
        yield_!(ask(request.number))?;
        note(request.guard.name());
        Ok(name)
    }
}

#[test]
fn fields_of_a_struct() {
    check!(fields_of_a_struct(request()));
}

both! {
    fn a_pattern_with_a_rest(request: Request) -> io::Result<usize> {
        let _later = Guard("later");
        let Request { name, parts: list, number, .. } = request;
        let got = yield_!(ask(number))?;
        note(name);
        drop(list);
        yield_!()?;
        Ok(got as usize + request.headers.len())
    }
}

#[test]
fn a_pattern_with_a_rest() {
    check!(a_pattern_with_a_rest(request()));
}

both! {
    fn what_was_awaited() -> io::Result<usize> {
        let request = yield_!(later(request()))?;
        let _later = Guard("later");
        for lap in 0..2 {
            let Request { name, .. } = request_of(lap);
            let pair = yield_!(later((name, vec![lap])))?;
            let (text, numbers) = (pair.0, pair.1);
            yield_!(ask(numbers.len()))?;
            note(text);
        }
        let headers = request.headers;
        yield_!()?;
        Ok(headers.len())
    }
}

fn request_of(lap: u32) -> Request {
    Request { number: lap, ..request() }
}

#[test]
fn what_was_awaited() {
    check!(what_was_awaited());
}

both! {
    fn fields_that_are_copied(shared: Rc<Request>, pair: (u32, bool)) -> io::Result<u32> {
        let also = Rc::clone(&shared);
        let number = also.number;
        let n = pair.0;
        let inner = &also;
        let same = inner.number;
        yield_!(ask(number + n))?;
        let number = shared.number;
        yield_!()?;
        Ok(number + n + same)
    }
}

#[test]
fn fields_that_are_copied() {
    check!(fields_that_are_copied(Rc::new(request()), (3, true)));
}

both! {
    fn moved_out_of_a_box(boxed: Box<Request>) -> io::Result<String> {
        let _later = Guard("later");
        let name = boxed.name;
        yield_!()?;
        note("end");
        Ok(name)
    }
}

#[test]
fn moved_out_of_a_box() {
    check!(moved_out_of_a_box(Box::new(request())));
}

both! {
    in {
        pub(crate) struct Task {
            name: String,
            guard: Guard,
        }

        impl Task {
            pub(crate) fn new() -> Self {
                Task { name: "task".into(), guard: Guard("of the task") }
            }
        }
    }
    impl { impl Task }
    fn runs(self) -> io::Result<String> {
        let name = self.name;
        yield_!()?;
        note(self.guard.name());
        Ok(name)
    }
}

#[test]
fn runs() {
    check!(runs: Task::new().runs());
}
