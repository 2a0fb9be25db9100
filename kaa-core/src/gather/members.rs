//! What is gathered: an iterator of one type, or a tuple.

#![allow(private_interfaces, reason = "what is hidden here is called by the gatherer alone")]

use std::cell::Cell;

use crate::block::NodeRef;
use crate::error::Result;
use crate::in_progress::{InProgress, IntoInProgress};
use crate::list::SlotId;
use crate::waiter::Waiter;

/// What [`any`](super::any) and [`all`](super::all) take: an iterator of one type that is [`IntoInProgress`], or a tuple of up to 8
/// of different types. `K` only tells the two apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be gathered",
    label = "neither an iterator nor a tuple of what can be yielded",
    note = "`any` and `all` take an iterator of one type that is `IntoInProgress`, or a tuple of up to 8 of them"
)]
pub trait IntoMembers<K>: sealed::Sealed<K> {
    /// The members, each an `InProgress`.
    type Members: Members;

    /// Turns each member into an `InProgress`.
    fn into_members(self) -> Self::Members;
}

/// Members of an Any or All.
pub trait Members: 'static {
    /// What an Any of them finishes with.
    type One: 'static;
    /// What an All of them finishes with.
    type All: 'static;

    #[doc(hidden)]
    fn number(&self) -> usize;
    #[doc(hidden)]
    fn member(&self, index: usize) -> &dyn Gathered;
    #[doc(hidden)]
    fn take_one(&self, index: usize) -> Self::One;
    #[doc(hidden)]
    fn take_all(&self) -> Self::All;
}

mod sealed {
    pub trait Sealed<K> {}
}

/// Tells that members come from an iterator.
#[derive(Debug)]
pub enum FromIterator {}

/// Tells that members come from a tuple.
#[derive(Debug)]
pub enum FromTuple {}

/// One member, and where the gatherer stands among its waiters.
#[derive(Debug)]
pub struct Member<T: 'static> {
    of: InProgress<T>,
    /// `SlotId::NONE` while it is not among them.
    slot: Cell<SlotId>,
}

impl<T: 'static> Member<T> {
    fn new(of: impl IntoInProgress<Output = T>) -> Self {
        Member { of: of.into_inprogress(), slot: Cell::new(SlotId::NONE) }
    }

    /// Of a finished one.
    fn take(&self) -> Result<T> {
        self.of.take_result().expect("gathered when it has finished")
    }
}

/// A member whatever its type.
pub trait Gathered {
    #[doc(hidden)]
    fn is_finished(&self) -> bool;
    #[doc(hidden)]
    fn node(&self) -> NodeRef;
    /// It waits for this one, which is pending.
    #[doc(hidden)]
    fn link(&self, gatherer: NodeRef, index: u32);
    /// It waits no longer. True if it did.
    #[doc(hidden)]
    fn unlink(&self) -> bool;
    /// It was told.
    #[doc(hidden)]
    fn forget(&self);
    #[doc(hidden)]
    fn is_linked(&self) -> bool;
}

impl<T: 'static> Gathered for Member<T> {
    fn is_finished(&self) -> bool {
        self.of.is_finished()
    }

    fn node(&self) -> NodeRef {
        self.of.block().erased()
    }

    fn link(&self, gatherer: NodeRef, index: u32) {
        let header = self.of.block().header();
        self.slot.set(header.add(Waiter::Gatherer(gatherer, index)));
    }

    fn unlink(&self) -> bool {
        let slot = self.slot.replace(SlotId::NONE);
        let was_linked = slot != SlotId::NONE;
        if was_linked {
            let waiter = self.of.block().header().unlink(slot);
            drop(waiter);
        }
        was_linked
    }

    fn forget(&self) {
        self.slot.set(SlotId::NONE);
    }

    fn is_linked(&self) -> bool {
        self.slot.get() != SlotId::NONE
    }
}

/// Members of one type.
#[derive(Debug)]
pub struct Each<T: 'static>(Vec<Member<T>>);

impl<I> sealed::Sealed<FromIterator> for I where I: IntoIterator<Item: IntoInProgress> {}

impl<I> IntoMembers<FromIterator> for I
where
    I: IntoIterator<Item: IntoInProgress>,
{
    type Members = Each<<I::Item as IntoInProgress>::Output>;

    fn into_members(self) -> Self::Members {
        Each(self.into_iter().map(Member::new).collect())
    }
}

impl<T: 'static> Members for Each<T> {
    type One = (usize, Result<T>);
    type All = Vec<Result<T>>;

    fn number(&self) -> usize {
        self.0.len()
    }

    fn member(&self, index: usize) -> &dyn Gathered {
        &self.0[index]
    }

    fn take_one(&self, index: usize) -> (usize, Result<T>) {
        (index, self.0[index].take())
    }

    fn take_all(&self) -> Vec<Result<T>> {
        self.0.iter().map(Member::take).collect()
    }
}

macro_rules! tuples {
    ($($Name:ident of $words:literal: $($T:ident $X:ident $member:tt),+;)*) => {$(
        #[doc = concat!("One of ", $words, ": what an [`any`](crate::any) over a tuple finishes with.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $Name<$($T),+> {
            $(#[doc = concat!("Member ", stringify!($member), " of the tuple.")] $T($T),)+
        }

        impl<$($X: IntoInProgress),+> sealed::Sealed<FromTuple> for ($($X,)+) {}

        impl<$($X: IntoInProgress),+> IntoMembers<FromTuple> for ($($X,)+) {
            type Members = ($(Member<$X::Output>,)+);

            fn into_members(self) -> Self::Members {
                ($(Member::new(self.$member),)+)
            }
        }

        impl<$($T: 'static),+> Members for ($(Member<$T>,)+) {
            type One = $Name<$(Result<$T>),+>;
            type All = ($(Result<$T>,)+);

            fn number(&self) -> usize {
                [$($member),+].len()
            }

            fn member(&self, index: usize) -> &dyn Gathered {
                match index {
                    $($member => &self.$member,)+
                    _ => unreachable!("a tuple of {} members", self.number()),
                }
            }

            fn take_one(&self, index: usize) -> Self::One {
                match index {
                    $($member => $Name::$T(self.$member.take()),)+
                    _ => unreachable!("a tuple of {} members", self.number()),
                }
            }

            fn take_all(&self) -> Self::All {
                ($(self.$member.take(),)+)
            }
        }

        impl<$($T: 'static),+> super::InProgressAny<($(Member<$T>,)+)> {
            /// Only what `keeps` says yes to counts, as long as another can still finish: the last that is left finishes it in any
            /// case. What it says no to is gone.
            pub fn filter(
                self,
                keeps: impl Fn($Name<$(std::result::Result<&$T, &crate::Error>),+>) -> bool + 'static,
            ) -> Self {
                self.keeping(move |index, lent| match index {
                    $($member => lent.with(|outcome| keeps($Name::$T(outcome))),)+
                    _ => true,
                })
            }
        }
    )*};
}

tuples! {
    OneOf1 of "one": A X 0;
    OneOf2 of "two": A X 0, B Y 1;
    OneOf3 of "three": A X 0, B Y 1, C Z 2;
    OneOf4 of "four": A X0 0, B X1 1, C X2 2, D X3 3;
    OneOf5 of "five": A X0 0, B X1 1, C X2 2, D X3 3, E X4 4;
    OneOf6 of "six": A X0 0, B X1 1, C X2 2, D X3 3, E X4 4, F X5 5;
    OneOf7 of "seven": A X0 0, B X1 1, C X2 2, D X3 3, E X4 4, F X5 5, G X6 6;
    OneOf8 of "eight": A X0 0, B X1 1, C X2 2, D X3 3, E X4 4, F X5 5, G X6 6, H X7 7;
}
