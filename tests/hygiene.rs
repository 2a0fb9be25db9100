//! Names in scope that an expansion might take for its own: items, traits, modules and macros of the user's.
//!
//! Locals, and items inside of bodies, are in `oracle/names.rs`.

#![allow(dead_code, reason = "most items are here to be in the way")]

use std::time::Duration;

/// The value of a coroutine that has nothing to wait for but the loop.
#[allow(clippy::needless_pass_by_value, reason = "so that the call can stand inside of this one")]
fn value<T: 'static>(coroutine: ::kaa::InProgress<T>) -> T {
    ::kaa::Wait::timeout(&coroutine, Duration::from_secs(20)).wait_here().unwrap()
}

/// [`kaa::Wait::wait`], under a name that no module here is asked for.
trait WaitHere<T> {
    fn wait_here(&self) -> ::kaa::Result<T>;
}

impl<T: 'static> WaitHere<T> for ::kaa::InProgress<T> {
    fn wait_here(&self) -> ::kaa::Result<T> {
        ::kaa::Wait::wait(self)
    }
}

/// All that stands in Rust's prelude and could be written without a path.
mod shadowed_prelude {
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Option;
    pub(crate) struct Result;
    pub(crate) struct Box;
    pub(crate) struct Vec;
    pub(crate) struct String;
    pub(crate) trait Copy {}
    pub(crate) trait Clone {}
    pub(crate) trait Drop {}
    pub(crate) trait Default {}
    pub(crate) trait From {}
    pub(crate) trait Into {}
    pub(crate) trait Iterator {}
    pub(crate) trait IntoIterator {}
    pub(crate) trait FnOnce {}
    pub(crate) trait FnMut {}
    pub(crate) trait Sized {}
    pub(crate) fn drop() {}

    struct Held(std::rc::Rc<()>);

    #[kaa::coroutine]
    pub(crate) fn sum(n: u32) -> core::result::Result<u32, kaa::Error> {
        let held = Held(std::rc::Rc::new(()));
        let mut sum = 0;
        for i in 0..n {
            sum += yield_!(kaa::InProgress::finished(i))?;
            yield_!()?;
        }
        while let core::option::Option::Some(more) = (sum < 10).then_some(2) {
            sum += more;
            yield_!()?;
        }
        let held = held.0.clone();
        if yield_!(kaa::InProgress::finished(held)).is_ok() {
            return core::result::Result::Ok(sum);
        }
        core::result::Result::Ok(0)
    }

    #[kaa::coroutine]
    pub(crate) fn plain(n: u32) -> u32 {
        match yield_!(kaa::InProgress::finished(n)) {
            core::result::Result::Ok(n) => n + 1,
            core::result::Result::Err(_) => 0,
        }
    }

    #[kaa::coroutine]
    pub(crate) fn maybe(n: u32) -> core::option::Option<u32> {
        let n = yield_!(kaa::InProgress::finished(n)).ok()?;
        core::option::Option::Some(n)
    }

    #[kaa::coroutine]
    pub(crate) fn no_yield(n: u32) -> core::result::Result<u32, kaa::Error> {
        core::result::Result::Ok(n)
    }
}

#[test]
fn shadowed_prelude() {
    assert_eq!(value(shadowed_prelude::sum(4)), 10);
    assert_eq!(value(shadowed_prelude::plain(2)), 3);
    assert_eq!(value(shadowed_prelude::maybe(3)), Some(3));
    assert_eq!(value(shadowed_prelude::no_yield(4)), 4);
}

#[no_implicit_prelude]
mod no_prelude {
    use ::core::result::Result::{self, Ok};
    use ::kaa::{Error, InProgress};

    #[::kaa::coroutine]
    pub(crate) fn sum(n: u32) -> Result<u32, Error> {
        let mut sum = 0;
        for i in 0..n {
            if i == 1 {
                continue;
            }
            sum += yield_!(InProgress::finished(i))?;
            yield_!()?;
        }
        Ok(sum)
    }

    struct Held(::std::rc::Rc<()>);

    impl ::core::ops::Drop for Held {
        fn drop(&mut self) {}
    }

    #[::kaa::coroutine]
    pub(crate) fn holds(n: u32, pair: (::std::string::String, u32)) -> Result<u32, Error> {
        let held = Held(::std::rc::Rc::new(()));
        let other = Held(::core::clone::Clone::clone(&held.0));
        let name = pair.0;
        if n > 1 {
            ::core::mem::drop(held);
        }
        let (mut _last, got) = (other, yield_!(InProgress::finished(n))?);
        while let ::core::option::Option::Some(next) =
            yield_!(InProgress::finished(n.checked_sub(got)))?
        {
            _last = Held(::std::rc::Rc::new(()));
            if next == 0 {
                break;
            }
        }
        ::core::mem::drop(name);
        Ok(got + pair.1)
    }

    #[::kaa::coroutine]
    pub(crate) fn no_yield(n: u32) -> u32 {
        n
    }
}

#[test]
fn no_prelude() {
    assert_eq!(value(no_prelude::holds(4, ("ann".into(), 3))), 7);
    assert_eq!(value(no_prelude::sum(4)), 5);
    assert_eq!(value(no_prelude::no_yield(4)), 4);
}

/// Modules called like the crates that an expansion names.
mod shadowed_crates {
    mod core {}
    mod std {}
    mod alloc {}
    mod kaa {}
    mod kaa_core {}

    #[::kaa::coroutine]
    pub(crate) fn sum(n: u32) -> ::kaa::Result<u32> {
        let mut sum = 0;
        for i in 0..n {
            sum += ::kaa::yield_!(::kaa::InProgress::finished(i))?;
            ::kaa::yield_!()?;
        }
        Ok(sum)
    }
}

#[test]
fn shadowed_crates() {
    assert_eq!(value(shadowed_crates::sum(4)), 6);
}

/// Types called like the primitive ones.
#[allow(non_camel_case_types, reason = "so are the primitive ones")]
mod shadowed_primitives {
    pub(crate) struct bool;
    pub(crate) struct usize;
    pub(crate) struct u32;
    pub(crate) struct u64;
    pub(crate) struct str;

    #[kaa::coroutine]
    pub(crate) fn sum(n: core::primitive::u32) -> kaa::Result<core::primitive::u32> {
        let mut sum = 0;
        for i in 0..n {
            sum += yield_!(kaa::InProgress::finished(i))?;
            if yield_!(kaa::InProgress::finished(sum % 2 == 0))? {
                yield_!()?;
            }
        }
        Ok(sum)
    }
}

#[test]
fn shadowed_primitives() {
    assert_eq!(value(shadowed_primitives::sum(4)), 6);
}

/// Functions, statics, constants and types called like what an expansion holds and calls.
mod items_that_look_like_ours {
    use kaa::InProgress;

    pub(crate) struct Site(pub(crate) u32);
    pub(crate) struct Step;
    pub(crate) struct Resume;
    pub(crate) struct Witness;
    pub(crate) struct Failure;
    pub(crate) struct Kept;
    pub(crate) struct Inert;
    pub(crate) struct SumState;
    pub(crate) enum State {
        Start,
        Running,
    }
    pub(crate) use State::{Running, Start};

    static SITE: Site = Site(1);
    const YIELD1: u32 = 1;
    fn twin() {}
    fn inprogress() {}
    fn output() {}
    fn never() {}
    fn keep() {}
    fn probe() {}
    fn suspended() {}
    fn result() {}
    fn coroutine() {}

    #[kaa::coroutine]
    pub(crate) fn sum(site: Site, n: u32) -> kaa::Result<u32> {
        let kept = Site(n);
        let state = if n > 2 { Start } else { Running };
        let mut sum = SITE.0 + YIELD1;
        for i in 0..n {
            sum += yield_!(InProgress::finished(i))?;
        }
        yield_!()?;
        match state {
            Start => Ok(sum + site.0 + kept.0),
            Running => Ok(0),
        }
    }
}

#[test]
fn items_that_look_like_ours() {
    use items_that_look_like_ours::{Site, sum};
    assert_eq!(value(sum(Site(7), 3)), 2 + 3 + 7 + 3);
}

/// Type parameters called like those of the machine's enum, which is an item and cannot see them.
mod generics_that_look_like_ours {
    use kaa::InProgress;

    #[kaa::coroutine]
    pub(crate) fn pair<First, Second, T>(
        first: First,
        second: Second,
        t: T,
    ) -> kaa::Result<(First, Second)>
    where
        First: 'static,
        Second: Clone + 'static,
        T: IntoIterator<Item = u32> + 'static,
    {
        for n in t {
            let second = second.clone();
            yield_!(InProgress::finished(n))?;
            yield_!(InProgress::finished(second))?;
        }
        Ok((first, second))
    }
}

#[test]
fn generics_that_look_like_ours() {
    let pair = generics_that_look_like_ours::pair("a", 'b', [1, 2]);
    assert_eq!(value(pair), ("a", 'b'));
}

/// Methods that every type has, called like those by which an expansion asks for types.
mod methods_of_every_type {
    use kaa::InProgress;

    #[derive(Debug, PartialEq)]
    pub(crate) struct Mine;

    #[allow(clippy::wrong_self_convention, reason = "a name of ours")]
    pub(crate) trait ForAll {
        fn into_error(&self) -> Mine {
            Mine
        }
        fn wait(&self) -> Mine {
            Mine
        }
        fn hole(&self) -> Mine {
            Mine
        }
        fn is(&self) -> Mine {
            Mine
        }
    }

    impl<T: ?Sized> ForAll for T {}

    /// Has something to drop, so that the machine must ask whether it is to be held.
    pub(crate) struct Held(pub(crate) std::rc::Rc<()>);

    #[kaa::coroutine]
    pub(crate) fn ask(held: Held, option: Option<Held>) -> Result<Mine, String> {
        let other = Held(held.0.clone());
        let mine = match option {
            Some(inner) => {
                yield_!().map_err(|error| error.to_string())?;
                inner.0.hole()
            }
            None => other.hole(),
        };
        yield_!(InProgress::finished(())).map_err(|error| error.to_string())?;
        assert_eq!((mine.wait(), mine.is()), (Mine, Mine));
        if mine.into_error() == Mine {
            return Ok(mine);
        }
        Err("not mine".to_owned())
    }
}

#[test]
fn methods_of_every_type() {
    use methods_of_every_type::{Held, Mine, ask};
    let held = || Held(std::rc::Rc::new(()));
    assert_eq!(value(ask(held(), None)), Mine);
    assert_eq!(value(ask(held(), Some(held()))), Mine);
}

/// Macros called like the standard library's and like ours.
mod macros_of_the_users {
    use kaa::InProgress;

    macro_rules! file {
        () => {
            5
        };
    }
    macro_rules! keep {
        ($e:expr) => {
            $e + 1
        };
    }
    macro_rules! matches {
        ($e:expr) => {
            $e + 2
        };
    }
    macro_rules! vec {
        ($e:expr) => {
            $e + 3
        };
    }

    #[kaa::coroutine]
    pub(crate) fn sum(n: u32) -> kaa::Result<u32> {
        let text = String::from("held");
        let mut sum = keep!(n);
        while sum < 100 {
            let got = yield_!(InProgress::finished(vec!(n)))?;
            sum += matches!(got);
            yield_!()?;
            sum += file!();
        }
        Ok(sum + text.len() as u32)
    }
}

#[test]
fn macros_of_the_users() {
    let mut sum = 2;
    while sum < 100 {
        sum += 1 + 3 + 2 + 5;
    }
    assert_eq!(value(macros_of_the_users::sum(1)), sum + 4);
}

/// A coroutine that a macro writes: with a name, a type, an operand and a block of the caller's.
macro_rules! retried {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($attempt:ident) -> $value:ty $attempt_body:block) => {
        $(#[$attribute])*
        #[kaa::coroutine]
        $visibility fn $name(attempts: u32) -> kaa::Result<$value> {
            let mut outcome = kaa::Result::Err(kaa::Error::message("never tried"));
            for $attempt in 0..attempts {
                outcome = yield_!($attempt_body);
                if outcome.is_ok() {
                    break;
                }
                yield_!()?;
            }
            outcome
        }
    };
}

retried! {
    /// Works the third time.
    fn third_time_lucky(attempt) -> u32 {
        if attempt == 2 {
            kaa::InProgress::finished(attempt)
        } else {
            kaa::InProgress::failed(kaa::Error::message(format!("attempt {attempt}")))
        }
    }
}

#[test]
fn a_coroutine_that_a_macro_writes() {
    assert_eq!(value(third_time_lucky(3)), 2);
    let error = third_time_lucky(2).wait_here().unwrap_err();
    assert_eq!(error.to_string(), "attempt 1");
}
