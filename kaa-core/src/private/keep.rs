//! What a state holds of locals that are never mentioned again while their scope is open: decided by type, without using them.
//!
//! Two tricks. What stands behind `loop {}` is typed but not borrow-checked: it reads the type of a local that may have been moved.
//! A call whose type is *inferred* to be uninhabited ends its path for the borrow checker: the mention that holds the local, behind
//! [`gate`], does not count where nothing is held.

#![allow(
    clippy::must_use_candidate,
    clippy::unused_self,
    clippy::wrong_self_convention,
    reason = "called by the macros only"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ffi::{CString, OsString};
use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// `keep!(a, b, c)`: oldest first, what is held of each, in one slot. How it was last seen stands in front or behind:
///
/// | written | the local was last seen | nothing is held of |
/// | --- | --- | --- |
/// | `x` | anyhow | what is `Copy` or [`Inert`] |
/// | `x.unwrap()`, `x.into_iter()` | as the receiver of such a method | also what that method is known to consume |
/// | `x.map()` | as that of one that `Option`s and iterators take by value | the same, and iterators |
/// | `x.collect()` | as that of one that iterators take by value | iterators |
/// | `match x` | taken apart: each part bound by value | all but what has a `Drop` of its own |
/// | `move x` | a closure that owns something | |
///
/// Locals are passed as `tt`, which keeps their span: "moved" (E0382)
/// stands under the token that the expansion wrote, without a word about macros.
#[doc(hidden)]
#[macro_export]
macro_rules! __keep {
    (@ $older:expr;) => { $older };
    (@ $older:expr; move $x:tt $(, $($next:tt)*)?) => {
        $crate::__keep!(@ $crate::private::Kept { newest: $x, older: $older }; $($($next)*)?)
    };
    (@ $older:expr; match $x:tt $(, $($next:tt)*)?) => {
        $crate::__keep!(@ $crate::__keep!(@@ $x, __matched, $older); $($($next)*)?)
    };
    (@ $older:expr; $x:tt . unwrap () $(, $($next:tt)*)?) => {
        $crate::__keep!(@ $crate::__keep!(@@ $x, __unwrapped, $older); $($($next)*)?)
    };
    (@ $older:expr; $x:tt . into_iter () $(, $($next:tt)*)?) => {
        $crate::__keep!(@ $crate::__keep!(@@ $x, __iterated, $older); $($($next)*)?)
    };
    (@ $older:expr; $x:tt . map () $(, $($next:tt)*)?) => {
        $crate::__keep!(@ $crate::__keep!(@@ $x, __mapped, $older); $($($next)*)?)
    };
    (@ $older:expr; $x:tt . collect () $(, $($next:tt)*)?) => {
        $crate::__keep!(@ $crate::__keep!(@@ $x, __collected, $older); $($($next)*)?)
    };
    (@ $older:expr; $x:tt $(, $($next:tt)*)?) => {
        $crate::__keep!(@ $crate::__keep!(@@ $x, __unmentioned, $older); $($($next)*)?)
    };
    (@@ $x:tt, $seen:ident, $older:expr) => {{
        let choice = $crate::__choice!($x, $seen);
        match $crate::private::leave(&choice, $older) {
            ::core::result::Result::Ok(kept) => kept,
            ::core::result::Result::Err(older) => {
                let gate = $crate::private::gate(&choice);
                let local = $x;
                $crate::private::hold(&choice, gate, local, older)
            }
        }
    }};
    ($($locals:tt)+) => { $crate::__keep!(@ (); $($locals)+) };
}

/// `keep_some!(x)`, with the same forms for how it was last seen: the same where paths meet that hold a local and paths that do not: an `Option` of it.
#[doc(hidden)]
#[macro_export]
macro_rules! __keep_some {
    (@ $x:tt, $seen:ident) => {{
        let choice = $crate::__choice!($x, $seen);
        if $crate::private::holds(&choice) {
            let gate = $crate::private::gate(&choice);
            let local = $x;
            $crate::private::some(&choice, gate, local)
        } else {
            ::core::option::Option::None
        }
    }};
    (move $x:tt) => {
        ::core::option::Option::Some($x)
    };
    (match $x:tt) => {
        $crate::__keep_some!(@ $x, __matched)
    };
    ($x:tt . unwrap ()) => {
        $crate::__keep_some!(@ $x, __unwrapped)
    };
    ($x:tt . into_iter ()) => {
        $crate::__keep_some!(@ $x, __iterated)
    };
    ($x:tt . map ()) => {
        $crate::__keep_some!(@ $x, __mapped)
    };
    ($x:tt . collect ()) => {
        $crate::__keep_some!(@ $x, __collected)
    };
    ($x:tt) => {
        $crate::__keep_some!(@ $x, __unmentioned)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __choice {
    ($x:tt, $seen:ident) => {
        if true {
            ::core::option::Option::None
        } else {
            loop {}
            ::core::option::Option::Some($crate::private::probe(&$x).$seen())
        }
    };
}

pub use crate::{__keep as keep, __keep_some as keep_some};

/// Nothing is held of a `T`.
pub struct Leave<T>(PhantomData<fn() -> T>);

/// A `T` is held.
pub struct Hold<T>(PhantomData<fn() -> T>);

pub enum Never {}

/// [`Leave`] or [`Hold`].
pub trait Choice {
    const HOLDS: bool;
    type Local;
    type Gate;
    type Held<Older>;
    fn gate() -> Self::Gate;
    fn leave<Older>(older: Older) -> Result<Self::Held<Older>, Older>;
    fn hold<Older>(local: Self::Local, older: Older) -> Self::Held<Older>;
}

impl<T> Choice for Leave<T> {
    const HOLDS: bool = false;
    type Local = T;
    type Gate = Never;
    type Held<Older> = Older;

    fn gate() -> Never {
        unreachable!("nothing is held")
    }

    fn leave<Older>(older: Older) -> Result<Older, Older> {
        Ok(older)
    }

    fn hold<Older>(_: T, older: Older) -> Older {
        older
    }
}

impl<T> Choice for Hold<T> {
    const HOLDS: bool = true;
    type Local = T;
    type Gate = ();
    type Held<Older> = Kept<T, Older>;

    fn gate() {}

    fn leave<Older>(older: Older) -> Result<Kept<T, Older>, Older> {
        Err(older)
    }

    fn hold<Older>(newest: T, older: Older) -> Kept<T, Older> {
        Kept { newest, older }
    }
}

/// Ends its path for the borrow checker where nothing is held.
pub fn gate<C: Choice>(_: &Option<C>) -> C::Gate {
    C::gate()
}

/// # Errors
///
/// Gives `older` back where the local is held.
pub fn leave<C: Choice, Older>(_: &Option<C>, older: Older) -> Result<C::Held<Older>, Older> {
    C::leave(older)
}

pub fn hold<C: Choice, Older>(
    _: &Option<C>,
    _: C::Gate,
    local: C::Local,
    older: Older,
) -> C::Held<Older> {
    C::hold(local, older)
}

pub fn holds<C: Choice>(_: &Option<C>) -> bool {
    C::HOLDS
}

pub fn some<C: Choice>(_: &Option<C>, _: C::Gate, local: C::Local) -> Option<C::Local> {
    Some(local)
}

/// Locals that follow each other in age and are never mentioned again: one slot, dropped newest first. Without it every `let` would
/// add a field to each later state, and compile time would grow with the square of the body.
#[derive(Debug)]
pub struct Kept<Newest, Older> {
    pub newest: Newest,
    pub older: Older,
}

/// The type of a local. Method lookup makes the choice from it: inherent methods for `Copy`, then methods that take the probe by
/// value, by `&`, by `&mut`.
pub struct Probe<T>(PhantomData<fn() -> T>);

pub fn probe<T>(_: &T) -> Probe<T> {
    Probe(PhantomData)
}

impl<T: Copy> Probe<T> {
    pub fn __unmentioned(self) -> Leave<T> {
        Leave(PhantomData)
    }

    pub fn __unwrapped(self) -> Leave<T> {
        Leave(PhantomData)
    }

    pub fn __iterated(self) -> Leave<T> {
        Leave(PhantomData)
    }

    pub fn __mapped(self) -> Leave<T> {
        Leave(PhantomData)
    }

    pub fn __collected(self) -> Leave<T> {
        Leave(PhantomData)
    }
}

pub trait ByInert<T>: Sized {
    fn __unmentioned(self) -> Leave<T> {
        Leave(PhantomData)
    }

    fn __unwrapped(self) -> Leave<T> {
        Leave(PhantomData)
    }

    fn __iterated(self) -> Leave<T> {
        Leave(PhantomData)
    }

    fn __mapped(self) -> Leave<T> {
        Leave(PhantomData)
    }

    fn __collected(self) -> Leave<T> {
        Leave(PhantomData)
    }
}

impl<T: Inert> ByInert<T> for Probe<T> {}

/// `unwrap`, `expect`, `map`, `ok`, `ok_or`, .. : what `Option` and `Result` take by value; `finish` of a `Promise`, `join` of a thread.
pub trait ByUnwrap<T> {
    fn __unwrapped(&self) -> Leave<T> {
        Leave(PhantomData)
    }
}

impl<T> ByUnwrap<Option<T>> for Probe<Option<T>> {}
impl<T, E> ByUnwrap<Result<T, E>> for Probe<Result<T, E>> {}
impl<T> ByUnwrap<crate::Promise<T>> for Probe<crate::Promise<T>> {}
impl<T> ByUnwrap<std::thread::JoinHandle<T>> for Probe<std::thread::JoinHandle<T>> {}

pub trait ByIntoIter<T> {
    fn __iterated(&self) -> Leave<T> {
        Leave(PhantomData)
    }
}

impl<T> ByIntoIter<Option<T>> for Probe<Option<T>> {}
impl<T> ByIntoIter<Vec<T>> for Probe<Vec<T>> {}
impl<T> ByIntoIter<VecDeque<T>> for Probe<VecDeque<T>> {}
impl<T> ByIntoIter<BTreeSet<T>> for Probe<BTreeSet<T>> {}
impl<T, S> ByIntoIter<HashSet<T, S>> for Probe<HashSet<T, S>> {}
impl<K, V> ByIntoIter<BTreeMap<K, V>> for Probe<BTreeMap<K, V>> {}
impl<K, V, S> ByIntoIter<HashMap<K, V, S>> for Probe<HashMap<K, V, S>> {}

/// `map`, `filter`, `zip`, .. : what both `Option` and iterators take by value.
pub trait ByMap<T> {
    fn __mapped(&self) -> Leave<T> {
        Leave(PhantomData)
    }
}

impl<T> ByMap<Option<T>> for Probe<Option<T>> {}
impl<T, E> ByMap<Result<T, E>> for Probe<Result<T, E>> {}

/// `collect`, `sum`, `rev`, .. : what iterators take by value.
pub trait ByIterator<T> {
    fn __iterated(&self) -> Leave<T> {
        Leave(PhantomData)
    }

    fn __mapped(&self) -> Leave<T> {
        Leave(PhantomData)
    }

    fn __collected(&self) -> Leave<T> {
        Leave(PhantomData)
    }
}

impl<I: Iterator> ByIterator<I> for Probe<I> {}

pub trait ByDefault<T> {
    fn __unmentioned(&mut self) -> Hold<T> {
        Hold(PhantomData)
    }

    fn __unwrapped(&mut self) -> Hold<T> {
        Hold(PhantomData)
    }

    fn __iterated(&mut self) -> Hold<T> {
        Hold(PhantomData)
    }

    fn __mapped(&mut self) -> Hold<T> {
        Hold(PhantomData)
    }

    fn __collected(&mut self) -> Hold<T> {
        Hold(PhantomData)
    }
}

impl<T> ByDefault<T> for Probe<T> {}

/// A pattern moves nothing out of what has a `Drop` of its own (E0509): it is whole.
pub trait ByDrop<T>: Sized {
    fn __matched(self) -> Hold<T> {
        Hold(PhantomData)
    }
}

#[allow(drop_bounds, reason = "a `Drop` of its own is what is asked for")]
impl<T: Drop> ByDrop<T> for Probe<T> {}

pub trait ByParts<T> {
    fn __matched(&self) -> Leave<T> {
        Leave(PhantomData)
    }
}

impl<T> ByParts<T> for Probe<T> {}

/// Dropping it does nothing that a program can see. A list: nobody can ask rustc for it.
#[diagnostic::on_unimplemented(
    message = "the type of a local is known too late to tell whether it is dropped after the `yield_!`",
    note = "write its type where it is declared"
)]
pub trait Inert {}

macro_rules! inert {
    ($([$($T:ident $(: $Bound:ident)?),*] $Type:ty,)*) => {
        $(impl<$($T $(: $Bound)?),*> Inert for $Type {})*
    };
}

inert! {
    [] (), [] bool, [] char, [] f32, [] f64, [] i8, [] i16, [] i32, [] i64, [] i128, [] isize,
    [] u8, [] u16, [] u32, [] u64, [] u128, [] usize, [] Duration, [] Instant,
    [] str, [] String, [] OsString, [] PathBuf, [] CString,
    [T: Inert] [T], [T: Inert] Option<T>, [T: Inert, E: Inert] Result<T, E>,
    [A: Inert] (A,), [A: Inert, B: Inert] (A, B), [A: Inert, B: Inert, C: Inert] (A, B, C),
    [T: Inert] Vec<T>, [T: Inert] VecDeque<T>, [T: Inert] BTreeSet<T>, [K: Inert, V: Inert] BTreeMap<K, V>,
    [T: Inert, S] HashSet<T, S>, [K: Inert, V: Inert, S] HashMap<K, V, S>,
    [T: Inert] std::ops::Range<T>, [T: Inert] std::option::IntoIter<T>, [T: Inert] std::vec::IntoIter<T>,
    [T] std::slice::Iter<'_, T>, [T] std::slice::IterMut<'_, T>,
    [T] std::slice::Chunks<'_, T>, [T] std::slice::Windows<'_, T>,
    [K, V] std::collections::btree_map::Iter<'_, K, V>, [K, V] std::collections::hash_map::Iter<'_, K, V>,
    [] std::str::Bytes<'_>, [] std::str::CharIndices<'_>, [] std::str::Chars<'_>, [] std::str::Lines<'_>,
    [] std::str::SplitWhitespace<'_>, [] std::str::Split<'_, char>, [] std::str::Split<'_, &str>,
    [I: Inert] std::iter::Cloned<I>, [I: Inert] std::iter::Copied<I>, [I: Inert] std::iter::Enumerate<I>,
    [I: Inert] std::iter::Rev<I>, [I: Inert] std::iter::Skip<I>, [I: Inert] std::iter::StepBy<I>,
    [I: Inert] std::iter::Take<I>, [A: Inert, B: Inert] std::iter::Chain<A, B>, [A: Inert, B: Inert] std::iter::Zip<A, B>,
}

impl<T: Inert + ?Sized> Inert for Box<T> {}
impl<T: ?Sized> Inert for &T {}
impl<T: ?Sized> Inert for &mut T {}
impl<T: Inert, const N: usize> Inert for [T; N] {}
impl<I: Iterator<Item: Inert> + Inert> Inert for std::iter::Peekable<I> {}

#[cfg(test)]
#[allow(unreachable_code, unused_variables, reason = "as expansions allow")]
mod tests;
