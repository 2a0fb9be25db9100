//! Methods: `self: Rc<Self>`, `self` by value, functions of an `impl`, `Self`, associated constants.

use std::cell::Cell;
use std::fmt::Display;
use std::io;
use std::rc::Rc;

use crate::harness::{Guard, ask, note};

both! {
    in {
        #[derive(Debug)]
        pub(crate) struct Named<T> {
            name: T,
            greeted: Cell<u32>,
            guard: Guard,
        }

        impl<T> Named<T> {
            const STEP: u32 = 2;

            pub(crate) fn new(name: T) -> Rc<Self> {
                Rc::new(Named { name, greeted: Cell::new(0), guard: Guard("named") })
            }
        }
    }
    impl { impl<T: Display + Clone + 'static> Named<T> }
    fn greets(self: Rc<Self>, by: &'static str) -> io::Result<Rc<Self>> {
        let name = yield_!(ask(self.name.clone()))?;
        self.greeted.set(self.greeted.get() + Self::STEP);
        note(format_args!("{by} greets {name}, {}", self.guard.name()));
        yield_!()?;
        Ok(self)
    }
}

#[test]
fn greets() {
    check!(greets: Named::new("ann").greets("bob"));
    check!(greets: Named::new(7).greets("bob"));
}

both! {
    in {
        #[derive(Debug, Default)]
        pub(crate) struct Guest {
            visited: Vec<String>,
        }
    }
    impl { impl Guest }
    fn visits(mut self, host: String) -> io::Result<usize> {
        self.visited.push(host);
        yield_!()?;
        self.visited.push(String::from("home"));
        yield_!(ask(self.visited.len()))?;
        Ok(self.visited.len())
    }
}

#[test]
fn visits() {
    check!(visits: Guest::default().visits("ann".into()));
}

both! {
    in {
        #[derive(Debug)]
        pub(crate) struct Parcel {
            content: Guard,
            stamp: Guard,
        }

        impl Parcel {
            pub(crate) fn new() -> Self {
                Parcel { content: Guard("content"), stamp: Guard("stamp") }
            }

            pub(crate) fn weighed(self) -> Self {
                note(format_args!("{} {}", self.content, self.stamp));
                self
            }
        }
    }
    impl { impl Parcel }
    fn never_mentions_itself(self, _n: u32) -> io::Result<u32> {
        let _local = Guard("local");
        let n = yield_!(ask(1))?;
        yield_!()?;
        Ok(n)
    }
}

#[test]
fn never_mentions_itself() {
    let trace = check!(never_mentions_itself: Parcel::new().weighed().never_mentions_itself(1));
    let expected = ["content stamp", "ask 1", "drop local", "drop content", "drop stamp"];
    assert_eq!(trace, expected);
}

both! {
    in {
        #[derive(Debug)]
        pub(crate) struct Shop {
            stock: u32,
        }

        impl Shop {
            const FIRST: u32 = 3;

            fn check(stock: u32) -> io::Result<u32> {
                if stock == 0 { Err(io::Error::other("sold out")) } else { Ok(stock) }
            }
        }
    }
    impl { impl Shop }
    fn opens(sold: u32) -> io::Result<Self> {
        let stock = yield_!(ask(Self::FIRST - sold))?;
        let stock = Self::check(stock)?;
        let shop = Self { stock };
        yield_!(ask(shop.stock))?;
        Ok(shop)
    }
}

#[test]
fn opens() {
    check!(opens: Shop::opens(1));
    check!(opens: Shop::opens(3));
}

both! {
    in {
        #[derive(Debug)]
        pub(crate) struct Desk {
            open: Cell<bool>,
            log: Guard,
        }

        impl Desk {
            pub(crate) fn new() -> Rc<Self> {
                Rc::new(Desk { open: Cell::new(true), log: Guard("log") })
            }

            fn close(&self) {
                self.open.set(false);
            }
        }
    }
    impl { impl Desk }
    fn works_until_closed(self: Rc<Self>, limit: u32) -> io::Result<u32> {
        let mut served = 0;
        while self.open.get() {
            let me = Rc::clone(&self);
            let close = move || me.close();
            served += 1;
            yield_!(ask(served))?;
            if served == limit {
                close();
                note(self.log.name());
            }
        }
        Ok(served)
    }
}

#[test]
fn works_until_closed() {
    check!(works_until_closed: Desk::new().works_until_closed(2));
}

both! {
    in {
        #[derive(Debug)]
        pub(crate) struct Pair<A, const N: usize>(pub(crate) [A; N]);
    }
    impl { impl<A, const N: usize> Pair<A, N> where A: Display + Copy + 'static }
    fn sends<B: From<A> + Display + 'static>(self) -> io::Result<Vec<B>> {
        let mut sent = Vec::with_capacity(N);
        for item in self.0 {
            let item: B = yield_!(ask(B::from(item)))?;
            sent.push(item);
        }
        Ok(sent)
    }
}

#[test]
fn sends() {
    check!(sends: Pair([1_u8, 2]).sends::<u64>());
}

both! {
    in {
        #[derive(Debug)]
        pub(crate) struct Named;
    }
    impl { impl Named }
    fn texts_that_say_self(self: Rc<Self>) -> io::Result<String> {
        let selfish = 3;
        yield_!()?;
        let plain = "{self:?} {selfish}";
        note(format!("{self:?} {{self:?}} {selfish}"));
        yield_!()?;
        Ok(plain.to_owned())
    }
}

#[test]
fn texts_that_say_self() {
    check!(texts_that_say_self: Rc::new(Named).texts_that_say_self());
}
