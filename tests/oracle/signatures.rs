//! What stands in a signature: generics, bounds, `impl Trait`, return types, attributes.

use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::io;

use crate::harness::{Guard, ask, later, note};

#[derive(Debug)]
struct OutOfPaper;

impl Display for OutOfPaper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("out of paper")
    }
}

impl Error for OutOfPaper {}

impl From<kaa::Error> for OutOfPaper {
    fn from(_: kaa::Error) -> Self {
        OutOfPaper
    }
}

trait Greets {
    const GREETING: &'static str;
    fn greet(&self) -> String;
}

#[derive(Debug)]
struct Polite;

impl Greets for Polite {
    const GREETING: &'static str = "good day";
    fn greet(&self) -> String {
        Self::GREETING.to_owned()
    }
}

both! {
    fn generic<T: Clone + Display + 'static>(value: T) -> io::Result<(T, T)> {
        let first = yield_!(ask(value.clone()))?;
        let second = yield_!(ask(value))?;
        Ok((first, second))
    }
}

#[test]
fn generic() {
    check!(generic(1));
    check!(generic("text"));
    check!(generic(String::from("owned")));
}

both! {
    fn bounded_by_where<T, U>(t: T, u: U) -> io::Result<String>
    where
        T: Display + 'static,
        U: Into<String> + 'static,
    {
        let guard = Guard("guard");
        yield_!(ask(t.to_string()))?;
        let text: String = { u }.into();
        yield_!()?;
        note(guard.name());
        Ok(format!("{t} {text}"))
    }
}

#[test]
fn bounded_by_where() {
    check!(bounded_by_where(3, "three"));
}

both! {
    fn const_generic<const N: usize>(all: [u32; N]) -> io::Result<[u32; N]> {
        let mut out = [0; N];
        for (at, n) in all.into_iter().enumerate() {
            let n = yield_!(ask(n))?;
            out[N - 1 - at] = n;
        }
        Ok(out)
    }
}

#[test]
fn const_generic() {
    check!(const_generic([1, 2, 3]));
    check!(const_generic([]));
}

both! {
    fn impl_argument(items: [&'static str; 2], width: impl Fn(&str) -> usize + 'static) -> io::Result<usize> {
        let mut total = 0;
        for item in items {
            let item = yield_!(ask(item))?;
            total += width(item);
        }
        Ok(total)
    }
}

#[test]
fn impl_argument() {
    check!(impl_argument(["a", "bb"], |item| item.len() * 2));
    check!(impl_argument(["a", "bb"], str::len));
}

both! {
    fn impl_iterator_argument(items: impl IntoIterator<Item = u32> + 'static) -> io::Result<u32> {
        let mut sum = 0;
        for n in items {
            yield_!(ask(n))?;
            sum += n;
        }
        Ok(sum)
    }
}

#[test]
fn impl_iterator_argument() {
    check!(impl_iterator_argument(vec![1, 2]));
    check!(impl_iterator_argument(3..5));
}

both! {
    fn callback(mut wanted: impl FnMut(u32) -> bool + 'static, done: impl FnOnce(u32) + 'static) -> io::Result<u32> {
        let mut n = 0;
        while wanted(n) {
            n = yield_!(ask(n + 1))?;
        }
        done(n);
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn callback() {
    check!(callback(|n| n < 2, |n| note(format_args!("done {n}"))));
}

both! {
    fn associated_items<G: Greets + Debug + 'static>(who: G) -> io::Result<usize> {
        let greeting = yield_!(ask(G::GREETING))?;
        let text = who.greet();
        yield_!()?;
        note(format!("{who:?}"));
        Ok(greeting.len() + text.len())
    }
}

#[test]
fn associated_items() {
    check!(associated_items(Polite));
}

both! {
    fn plain_number(names: Vec<&'static str>) -> usize {
        let _guard = Guard("guard");
        let mut answered = 0;
        for name in names {
            if yield_!(ask(name)).is_ok_and(|answer| answer != "nobody") {
                answered += 1;
            }
        }
        answered
    }
}

#[test]
fn plain_number() {
    check!(plain_number(vec!["ann", "nobody", "bob"]));
}

both! {
    fn plain_unit() -> () {
        let _guard = Guard("guard");
        let got = yield_!(ask(1));
        note(got.is_ok());
    }
}

#[test]
fn plain_unit() {
    assert_eq!(check!(plain_unit()), ["ask 1", "true", "drop guard"]);
}

both! {
    fn no_return_type(n: u32) {
        let guard = Guard("guard");
        for _ in 0..n {
            if yield_!().is_err() {
                return;
            }
        }
        note(guard.name());
    }
}

#[test]
fn no_return_type() {
    check!(no_return_type(0));
    check!(no_return_type(2));
}

both! {
    fn plain_tuple_with_a_drop() -> (Guard, Option<u32>) {
        let kept = Guard("kept");
        let n = yield_!(ask(3)).ok();
        (kept, n)
    }
}

#[test]
fn plain_tuple_with_a_drop() {
    check!(plain_tuple_with_a_drop());
}

both! {
    fn error_of_the_users(n: u32) -> Result<u32, OutOfPaper> {
        let n = yield_!(ask(n))?;
        if n > 3 {
            return Err(OutOfPaper);
        }
        yield_!(crate::harness::fail("converted"))?;
        Ok(n)
    }
}

#[test]
fn error_of_the_users() {
    check!(error_of_the_users(1));
    check!(error_of_the_users(4));
}

both! {
    fn path_of_the_result(n: u32) -> core::result::Result<u32, io::Error> {
        let n = yield_!(ask(n))?;
        yield_!(later(n * 2)).map_err(io::Error::from)
    }
}

#[test]
fn path_of_the_result() {
    check!(path_of_the_result(2));
}

both! {
    fn alias_without_arguments(n: u32) -> fmt::Result {
        let n = yield_!(ask(n)).map_err(|_| fmt::Error)?;
        note(n);
        if n == 0 {
            return Err(fmt::Error);
        }
        yield_!().map_err(|_| fmt::Error)?;
        Ok(())
    }
}

#[test]
fn alias_without_arguments() {
    check!(alias_without_arguments(0));
    check!(alias_without_arguments(1));
}

both! {
    fn boxed_argument(of: Box<dyn Fn(u32) -> u32>, text: Box<str>) -> io::Result<u32> {
        let n = yield_!(ask(of(1)))?;
        note(&text);
        Ok(of(n) + text.len() as u32)
    }
}

#[test]
fn boxed_argument() {
    check!(boxed_argument(Box::new(|n| n + 1), "text".into()));
}

both! {
    fn generic_error<E>(error: E) -> Result<u32, E>
    where
        E: Error + Send + Sync + 'static + From<kaa::Error>,
    {
        let n = yield_!(ask(1))?;
        if n == 1 { Err(error) } else { Ok(n) }
    }
}

#[test]
fn generic_error() {
    check!(generic_error(OutOfPaper));
    check!(generic_error(io::Error::other("io")));
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
    fn guards_behind_a_pattern(a: Guard, (b, _rest): (Guard, Guard), mut c: Guard, _: Guard) -> io::Result<usize> {
        yield_!()?;
        note(c.name());
        c = Guard("new");
        note(a.name());
        yield_!(ask(b.name().len()))
            .map_err(io::Error::from)
            .map(|n| n + c.name().len())
    }
}

#[test]
fn guards_behind_a_pattern() {
    check!(guards_behind_a_pattern(
        Guard("a"),
        (Guard("b"), Guard("rest")),
        Guard("c"),
        Guard("d")
    ));
}
