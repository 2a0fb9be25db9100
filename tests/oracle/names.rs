//! Names of the user's that look like the machine's, and items inside a body.

use std::io;

use crate::harness::{Guard, ask, later, note};

both! {
    fn looks_like_ours(state: u32, resume: u32) -> io::Result<u32> {
        let result = yield_!(ask(state))?;
        let body = Guard("body");
        let step = result + resume;
        let yield1 = yield_!(ask(step))?;
        let arm = 'arm: {
            if yield1 > 3 {
                break 'arm 1;
            }
            yield_!()?;
            2
        };
        note(body.name());
        let kaa = yield1 + arm;
        yield_!()?;
        Ok(kaa)
    }
}

#[test]
fn looks_like_ours() {
    check!(looks_like_ours(1, 2));
    check!(looks_like_ours(2, 2));
}

both! {
    in {
        #[derive(Debug)]
        pub(crate) enum State { Start, Running }

        pub(crate) enum Step { Suspended }

        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Start {
            pub(crate) running: bool,
        }

        pub(crate) fn note_step(step: &Step) {
            match step {
                Step::Suspended => note("suspended"),
            }
        }
    }
    fn types_that_look_like_ours(start: Start) -> io::Result<State> {
        let step = Step::Suspended;
        yield_!(ask(start.running))?;
        note_step(&step);
        let state = if start.running { State::Running } else { State::Start };
        yield_!()?;
        Ok(state)
    }
}

#[test]
fn types_that_look_like_ours() {
    check!(types_that_look_like_ours: types_that_look_like_ours(Start { running: true }));
    check!(types_that_look_like_ours: types_that_look_like_ours(Start { running: false }));
}

both! {
    in {
        #[derive(Debug)]
        pub(crate) enum Option { Some, None }

        use self::Option::{None, Some};

        impl std::ops::Not for Option {
            type Output = Option;

            fn not(self) -> Option {
                match self {
                    Some => None,
                    None => Some,
                }
            }
        }
    }
    fn option_of_the_users(some: bool) -> io::Result<Option> {
        let mut option = if some { Some } else { None };
        for _ in 0..3 {
            yield_!()?;
            option = !option;
        }
        match yield_!(later(option))? {
            Some => Ok(None),
            None => {
                yield_!(ask("none"))?;
                Ok(Some)
            }
        }
    }
}

#[test]
fn option_of_the_users() {
    check!(option_of_the_users(true));
    check!(option_of_the_users(false));
}

both! {
    in {
        /// Hides the standard library's.
        #[derive(Debug, PartialEq)]
        pub(crate) struct Box(u32);

        pub(crate) trait Wait {
            fn wait(&self) -> u32;
            fn output(&self) -> u32;
        }

        impl<T> Wait for T {
            fn wait(&self) -> u32 {
                1
            }

            fn output(&self) -> u32 {
                2
            }
        }
    }
    fn methods_that_look_like_ours(n: u32) -> io::Result<Box> {
        let mut n = yield_!(ask(n))?;
        n += n.wait() + "text".output();
        yield_!(ask(n))?;
        let boxed = Box(n);
        assert!(boxed == Box(n));
        Ok(boxed)
    }
}

#[test]
fn methods_that_look_like_ours() {
    check!(methods_that_look_like_ours(1));
}

both! {
    fn nested_function(n: u32) -> io::Result<u32> {
        fn double(n: u32) -> u32 {
            for i in 0..n {
                if i > 100 {
                    return i;
                }
            }
            n * 2
        }
        let n = yield_!(ask(double(n)))?;
        Ok(double(n))
    }
}

#[test]
fn nested_function() {
    check!(nested_function(2));
}

both! {
    fn nested_items(n: usize) -> io::Result<usize> {
        use std::collections::BTreeSet;
        const LIMIT: usize = 3;
        static WORD: &str = "word";
        #[derive(Debug, Default)]
        struct Seen {
            all: BTreeSet<usize>,
        }
        impl Seen {
            fn add(&mut self, n: usize) -> bool {
                self.all.insert(n)
            }
        }
        let mut seen = Seen::default();
        for i in 0..LIMIT {
            yield_!(ask(WORD))?;
            if !seen.add((n * i) % LIMIT) {
                break;
            }
        }
        Ok(seen.all.len())
    }
}

#[test]
fn nested_items() {
    check!(nested_items(1));
    check!(nested_items(3));
}

both! {
    fn item_declared_after_its_use(n: u32) -> io::Result<u32> {
        let n = yield_!(ask(scaled(n)))?;
        {
            use std::cmp::max;
            const FLOOR: u32 = 50;
            yield_!()?;
            note(max(n, FLOOR));
        }
        fn scaled(n: u32) -> u32 {
            n * SCALE
        }
        const SCALE: u32 = 10;
        yield_!(ask(SCALE))?;
        Ok(n)
    }
}

#[test]
fn item_declared_after_its_use() {
    check!(item_declared_after_its_use(2));
    check!(item_declared_after_its_use(7));
}

both! {
    fn macro_of_the_users(n: u32) -> io::Result<u32> {
        macro_rules! twice {
            ($e:expr) => {
                $e + $e
            };
        }
        let n = twice!(n);
        let m = yield_!(ask(twice!(n)))?;
        note(twice!(m));
        yield_!()?;
        Ok(twice!(n) + m)
    }
}

#[test]
fn macro_of_the_users() {
    check!(macro_of_the_users(2));
}

both! {
    fn raw_identifiers(r#type: u32) -> io::Result<u32> {
        let r#match = yield_!(ask(r#type))?;
        yield_!()?;
        Ok(r#match + r#type)
    }
}

#[test]
fn raw_identifiers() {
    check!(raw_identifiers(2));
}

both! {
    fn names_that_meet_in_upper_camel(a_1: Guard, a: Guard) -> io::Result<()> {
        let a1 = Guard("third");
        let this = Guard("this");
        yield_!()?;
        note(a_1.name());
        note(a.name());
        note(a1.name());
        yield_!()?;
        note(this.name());
        Ok(())
    }
}

#[test]
fn names_that_meet_in_upper_camel() {
    check!(names_that_meet_in_upper_camel(Guard("first"), Guard("second")));
}

both! {
    fn item_in_a_closure(n: u32) -> io::Result<u32> {
        let a = |x: u32| {
            fn a(x: u32) -> u32 {
                x + 1
            }
            a(x)
        };
        let n = yield_!(ask(n))?;
        yield_!(ask(a(n)))?;
        Ok(a(n))
    }
}

#[test]
fn item_in_a_closure() {
    check!(item_in_a_closure(2));
}

both! {
    fn hidden_after_it_changed() -> io::Result<u32> {
        let mut n = 0;
        loop {
            let mut m = yield_!(ask(n))?;
            {
                m += 1;
                let lap = yield_!(ask(m))?;
                m += 5;
                let m = Guard("hides");
                yield_!(ask(lap))?;
                note(m.name());
            }
            note(m);
            n = m;
            if n > 20 {
                return Ok(n);
            }
        }
    }
}

#[test]
fn hidden_after_it_changed() {
    check!(hidden_after_it_changed());
}

both! {
    fn hidden_by_the_variable_of_a_loop(n: u32) -> io::Result<()> {
        match yield_!(ask(n))? {
            0 => {}
            m => {
                for m in ["a", "b"] {
                    match yield_!(ask(m))? {
                        "a" => {
                            let _guard = Guard("guard");
                            yield_!()?;
                            note(m);
                        }
                        _ => yield_!()?,
                    }
                }
                note(m);
            }
        }
        Ok(())
    }
}

#[test]
fn hidden_by_the_variable_of_a_loop() {
    check!(hidden_by_the_variable_of_a_loop(1));
}

both! {
    fn hidden_before_it_has_a_value(left: bool) -> io::Result<()> {
        let first;
        let text = Guard("text");
        note(text.name());
        let text;
        yield_!()?;
        if left {
            first = Guard("first");
            text = Guard("left");
            yield_!()?;
        } else {
            text = Guard("right");
            first = Guard("second");
        }
        yield_!()?;
        note(text.name());
        note(first.name());
        yield_!()?;
        Ok(())
    }
}

#[test]
fn hidden_before_it_has_a_value() {
    check!(hidden_before_it_has_a_value(true));
    check!(hidden_before_it_has_a_value(false));
}

both! {
    fn items_of_inner_blocks(n: u32) -> io::Result<String> {
        let mut told = String::new();
        for lap in 0..n {
            use std::fmt::Write as _;
            use std::sync::atomic::{AtomicU32, Ordering};
            static LAPS: AtomicU32 = AtomicU32::new(0);
            #[derive(Debug, Clone, Copy)]
            enum Size {
                Small,
                Large,
            }
            struct Lap {
                number: u32,
                size: Size,
            }
            impl Lap {
                fn new(number: u32) -> Self {
                    Lap { number, size: if number > 0 { Size::Large } else { Size::Small } }
                }
            }
            impl Drop for Lap {
                fn drop(&mut self) {
                    note(format_args!("drop lap {} {:?}", self.number, self.size));
                }
            }
            let lap = Lap::new(lap);
            yield_!(ask(lap.number))?;
            LAPS.fetch_add(1, Ordering::Relaxed);
            write!(told, "{:?} ", lap.size).map_err(io::Error::other)?;
            note(LAPS.swap(0, Ordering::Relaxed));
            yield_!()?;
        }
        Ok(told)
    }
}

#[test]
fn items_of_inner_blocks() {
    check!(items_of_inner_blocks(2));
}

both! {
    fn macros_below_other_statements(n: u32) -> io::Result<u32> {
        let got = yield_!(ask(n))?;
        macro_rules! doubled {
            ($n:expr) => {
                $n * 2
            };
        }
        let got = yield_!(ask(doubled!(got)))?;
        let more = {
            macro_rules! more {
                ($n:expr) => {
                    $n + 1
                };
            }
            yield_!(ask(more!(got)))?;
            more!(doubled!(got))
        };
        Ok(more)
    }
}

#[test]
fn macros_below_other_statements() {
    check!(macros_below_other_statements(3));
}
