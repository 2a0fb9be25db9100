//! A field that was moved out gets an empty value again, if its type has one: then the state can hold the whole.
//!
//! ```text
//! let name = request.name;
//! __kaa::refill!(name => request.name);       // a `String`: as if it had been `mem::take`
//! ```
//!
//! Nothing can be seen of it: the empty value is never used, and its drop does nothing. Where the type has none, the field stays
//! gone, and rustc says so at the next `yield_!`.

#![allow(clippy::must_use_candidate, reason = "called by the macros only")]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::marker::PhantomData;
use std::path::PathBuf;

use super::keep::{Never, Probe};

#[doc(hidden)]
#[macro_export]
macro_rules! __refill {
    ($taken:ident => $field:expr) => {{
        let choice = $crate::__choice!($taken, __refilled);
        if $crate::private::fills(&choice) {
            let _gate = $crate::private::fill_gate(&choice);
            $field = $crate::private::empty(&choice);
        } else {
            let _gate = $crate::private::skip_gate(&choice);
        }
    }};
}

pub use crate::__refill as refill;

/// The field gets an empty `T`.
pub struct Fill<T>(PhantomData<fn() -> T>);

/// The field stays as it is: it was copied, or it is gone.
pub struct Skip<T>(PhantomData<fn() -> T>);

/// [`Fill`] or [`Skip`]. A call whose type is inferred to be [`Never`] ends its path for the borrow checker.
pub trait Refill {
    const FILLS: bool;
    type Field;
    type FillGate;
    type SkipGate;
    fn fill_gate() -> Self::FillGate;
    fn skip_gate() -> Self::SkipGate;
    fn empty() -> Self::Field;
}

impl<T: Default> Refill for Fill<T> {
    const FILLS: bool = true;
    type Field = T;
    type FillGate = ();
    type SkipGate = Never;

    fn fill_gate() {}

    fn skip_gate() -> Never {
        unreachable!("the field is filled")
    }

    fn empty() -> T {
        T::default()
    }
}

impl<T> Refill for Skip<T> {
    const FILLS: bool = false;
    type Field = T;
    type FillGate = Never;
    type SkipGate = ();

    fn fill_gate() -> Never {
        unreachable!("the field is not filled")
    }

    fn skip_gate() {}

    fn empty() -> T {
        unreachable!("the field is not filled")
    }
}

pub fn fills<R: Refill>(_: &Option<R>) -> bool {
    R::FILLS
}

pub fn fill_gate<R: Refill>(_: &Option<R>) -> R::FillGate {
    R::fill_gate()
}

pub fn skip_gate<R: Refill>(_: &Option<R>) -> R::SkipGate {
    R::skip_gate()
}

pub fn empty<R: Refill>(_: &Option<R>) -> R::Field {
    R::empty()
}

impl<T: Copy> Probe<T> {
    pub fn __refilled(self) -> Skip<T> {
        Skip(PhantomData)
    }
}

pub trait ByEmpty<T>: Sized {
    fn __refilled(self) -> Fill<T> {
        Fill(PhantomData)
    }
}

impl<T: Empty> ByEmpty<T> for Probe<T> {}

pub trait ByNoEmpty<T> {
    fn __refilled(&self) -> Skip<T> {
        Skip(PhantomData)
    }
}

impl<T> ByNoEmpty<T> for Probe<T> {}

/// Its default holds nothing: neither making nor dropping it can be seen.
pub trait Empty: Default {}

macro_rules! empty {
    ($([$($T:ident $(: $Bound:path)?),*] $Type:ty,)*) => {
        $(impl<$($T $(: $Bound)?),*> Empty for $Type {})*
    };
}

empty! {
    [] String, [] OsString, [] PathBuf, [T] Option<T>, [T] Vec<T>, [T] VecDeque<T>,
    [T] BTreeSet<T>, [K, V] BTreeMap<K, V>, [T] HashSet<T>, [K, V] HashMap<K, V>,
}

#[cfg(test)]
#[allow(unreachable_code, unused_variables, reason = "as expansions allow")]
mod tests {
    use super::super::by_type::*;
    use super::super::keep::keep;
    use super::refill;

    struct NoDefault(u32);

    struct Request {
        name: String,
        number: u32,
        rest: NoDefault,
    }

    #[test]
    fn a_string_is_filled_and_a_number_is_copied() {
        let mut request = Request { name: "ann".into(), number: 3, rest: NoDefault(4) };
        let name = request.name;
        refill!(name => request.name);
        let number = request.number;
        refill!(number => request.number);
        let kept = keep!(request);
        assert_eq!((name.as_str(), number), ("ann", 3));
        assert_eq!((kept.newest.name.as_str(), kept.newest.rest.0), ("", 4));
    }

    #[test]
    fn what_has_no_empty_value_stays_gone() {
        let mut request = Request { name: "ann".into(), number: 3, rest: NoDefault(4) };
        let rest = request.rest;
        refill!(rest => request.rest);
        assert_eq!((rest.0, request.number, request.name.as_str()), (4, 3, "ann"));
        request.rest = NoDefault(5);
        assert_eq!(request.rest.0, 5);
    }
}
